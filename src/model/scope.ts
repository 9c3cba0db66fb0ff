/** Folders that only sort a project's own configuration: what is in them belongs to the folder above. */
const sorting = new Set(
  (
    'nginx conf conf.d config configs configuration sites-available sites-enabled snippets includes templates ' +
    'docker .docker compose deploy deployment deployments ops infra infrastructure etc env envs aws .aws iam s3 ' +
    'certs ssl tls secrets scripts build'
  ).split(' '),
);

const aside =
  /(^|\/)(tests?|__tests__|testdata|fixtures?|__fixtures__|examples?|samples?|demos?|mocks?)(\/|$)/;

/** Words that say so in the name of a file, between dots, dashes and underscores. */
const developing =
  /(^|[._-])(dev|devel|develop|development|tests?|testing|debug|local|ci|e2e|lint|gitpod|examples?|samples?)([._-]|$)/i;
const developingFolder =
  /(^|\/)(\.(devcontainer|gitpod|github|gitlab|circleci|buildkite)|dev|devel|devenv|develop|development|testing|e2e|ci|local|hack|[\w-]+[-_]tests?|tests?[-_][\w-]+)\//;

/** The folder of the project that a source belongs to: its own, or the one above folders that only sort. */
export function projectFolder(source: string): string {
  const folders = source.split('/').slice(0, -1);
  while (folders.length > 0 && sorting.has(folders.at(-1) ?? '')) folders.pop();
  return folders.join('/');
}

/** Whether the path lies in a folder of tests, fixtures or examples. */
export function isAside(path: string): boolean {
  return aside.test(path);
}

/** Whether a file by its name or folder, below `base`, is what developers and their pipelines start. */
export function isForDevelopment(path: string, base: string): boolean {
  const below = isWithin(path, base) ? path.slice(base.length) : path;
  return developingFolder.test(below) || developing.test(below.slice(below.lastIndexOf('/') + 1));
}

/** Whether `path` is the folder or lies in it; `''` holds everything. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/**
 * Whether something lost in `scope` could have been the answer to a question asked by `source`: it spans the
 * source, or lies in the source's project. A broken example is no reason to doubt the rest of the tree.
 */
export function couldAnswer(scope: string, source: string, aside: (path: string) => boolean): boolean {
  if (isWithin(source, scope)) return true;
  return isWithin(scope, projectFolder(source)) && (aside(source) || !aside(`${scope}/`));
}

/** How many leading folders two sources share. */
export function sharedFolders(left: string, right: string): number {
  const a = left.split('/').slice(0, -1);
  const b = right.split('/').slice(0, -1);
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs === -1 ? a.length : differs;
}
