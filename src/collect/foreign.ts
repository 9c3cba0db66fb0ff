/** Folders of other people's code and of tools' own state: name → what it holds. */
const foreign: Readonly<Record<string, string>> = {
  '.git': 'version control',
  '.hg': 'version control',
  '.svn': 'version control',
  node_modules: 'installed packages',
  bower_components: 'installed packages',
  'site-packages': 'installed packages',
  'dist-packages': 'installed packages',
  '.venv': 'installed packages',
  venv: 'installed packages',
  __pycache__: 'compiled code',
  '.tox': 'test environments',
  '.terraform': 'downloaded providers',
  '.gradle': 'build cache',
  '.cache': 'cache',
};

/** Files whose presence says that a `vendor` folder is filled by a package manager. */
const vendorMarks = ['composer.json', 'go.mod', 'Gemfile'];

/** Why a folder is not looked into; undefined when it is the user's own. `beside` asks for files beside it. */
export function foreignness(name: string, beside: (name: string) => boolean): string | undefined {
  if (name === 'vendor' && vendorMarks.some(beside)) return 'installed packages';
  return Object.hasOwn(foreign, name) ? foreign[name] : undefined;
}
