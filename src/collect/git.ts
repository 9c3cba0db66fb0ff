import { execFile } from 'node:child_process';

/** What git knows of the files below a folder. */
export interface GitView {
  readonly tracked: ReadonlySet<string>;
  ignores(uri: string): boolean;
}

/** Nothing of the repository's own configuration may make git run a program. */
export const harmless = [
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotePath=false',
];

/** Undefined when git is not installed or refuses the repository: then nothing is claimed about tracking. */
export async function askGit(root: string, folder: string): Promise<GitView | undefined> {
  const scope = ['--', folder === '' ? '.' : folder];
  try {
    const [tracked, ignored] = await Promise.all([
      list(root, ['ls-files', '-z', ...scope]),
      list(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', ...scope]),
    ]);
    const files = new Set(ignored);
    const folders = ignored.filter((path) => path.endsWith('/'));
    return {
      tracked: new Set(tracked),
      ignores: (uri) => files.has(uri) || folders.some((one) => uri.startsWith(one)),
    };
  } catch {
    // Not a loss of findings: tracked and ignored stay absent, and checks that ask for them say so.
    return undefined;
  }
}

/** Nothing that the caller's environment says of repositories counts. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: process.env['HOME'] };
}

function list(root: string, words: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      ['-C', root, ...harmless, ...words],
      {
        maxBuffer: 256 * 1024 * 1024,
        env: gitEnvironment(),
      },
      (error, stdout) => (error ? reject(error) : resolve(stdout.split('\0').filter(Boolean))),
    );
  });
}
