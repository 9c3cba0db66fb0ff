import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Entry, Failure, Skipped } from '../source.ts';
import { foreignness } from './foreign.ts';

export interface Walked {
  readonly entries: Entry[];
  readonly failures: Failure[];
  readonly skipped: Skipped[];
  /** Links that cannot be read, and why: told only when somebody asks for the file. */
  readonly broken: Map<string, string>;
}

/**
 * Lists the files below `start`, both absolute and without links in them; paths are given below `root`.
 *
 * @param ignored says whether a path (folders end in `/`) is left out by the user's ignore file
 */
export function walk(root: string, start: string, ignored: (path: string) => boolean): Walked {
  const walked: Walked = { entries: [], failures: [], skipped: [], broken: new Map() };
  const status = statSync(start);
  if (!status.isDirectory()) {
    walked.entries.push({ uri: below(root, start), size: status.size, mode: status.mode & 0o7777 });
    return walked;
  }
  const queue = [start];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    queue.push(...listFolder(root, folder, ignored, walked));
  }
  return walked;
}

/** Path below the root with `/`; a name that looks like an address is kept apart from one. */
export function below(root: string, path: string): string {
  const found = relative(root, path).split(sep).join('/');
  return found.startsWith('aws:') ? `./${found}` : found;
}

/** Adds a folder's files, and returns the folders in it that are to be listed too. */
function listFolder(
  root: string,
  folder: string,
  ignored: (path: string) => boolean,
  walked: Walked,
): string[] {
  const children = childrenOf(root, folder, walked);
  const names = new Set(children.map(({ name }) => name));
  const folders: string[] = [];
  for (const child of children) {
    const path = join(folder, child.name);
    const uri = below(root, path);
    const why = reasonToSkip(child, uri, names, ignored);
    if (why !== undefined) walked.skipped.push({ path: child.isDirectory() ? `${uri}/` : uri, why });
    else if (child.isDirectory()) folders.push(path);
    else if (child.isSymbolicLink()) addLink(root, path, uri, walked);
    else addFile(path, uri, walked);
  }
  return folders.reverse();
}

function reasonToSkip(
  child: Dirent,
  uri: string,
  siblings: ReadonlySet<string>,
  ignored: (path: string) => boolean,
): string | undefined {
  if (child.isDirectory()) {
    return (
      foreignness(child.name, (name) => siblings.has(name)) ??
      (ignored(`${uri}/`) ? '.hardpanignore' : undefined)
    );
  }
  if (!child.isFile() && !child.isSymbolicLink()) return 'not a regular file';
  return ignored(uri) ? '.hardpanignore' : undefined;
}

function childrenOf(root: string, folder: string, { failures }: Walked): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    failures.push({ uri: `${below(root, folder)}/`, error: `folder could not be listed: ${reason(cause)}` });
    return [];
  }
}

function addFile(path: string, uri: string, { entries, failures }: Walked): void {
  try {
    const { size, mode } = lstatSync(path);
    entries.push({ uri, size, mode: mode & 0o7777 });
  } catch (cause) {
    failures.push({ uri, error: reason(cause) });
  }
}

function addLink(root: string, path: string, uri: string, walked: Walked): void {
  const target = readlinkSync(path);
  const real = settle(root, path, target);
  if ('error' in real) {
    walked.broken.set(uri, real.error);
    walked.entries.push({ uri, size: 0 });
    return;
  }
  const link = below(root, real.path);
  const status = statSync(real.path);
  if (status.isFile()) walked.entries.push({ uri, size: status.size, mode: status.mode & 0o7777, link });
  else if (status.isDirectory()) addLinkedFolder(real.path, uri, link, walked);
}

/** A linked folder's own files under the link's name; what is deeper is found at its real place. */
function addLinkedFolder(real: string, uri: string, link: string, { entries, failures }: Walked): void {
  try {
    for (const child of readdirSync(real, { withFileTypes: true })) {
      if (!child.isFile()) continue;
      entries.push({ uri: `${uri}/${child.name}`, size: 0, link: `${link}/${child.name}` });
    }
  } catch (cause) {
    failures.push({ uri, error: reason(cause) });
  }
}

/** The real path of a link inside the root; an absolute target that is not there is tried below the root. */
function settle(root: string, path: string, target: string): { path: string } | { error: string } {
  let why = `symbolic link to ${target} leads nowhere`;
  for (const candidate of target.startsWith('/') ? [path, join(root, target)] : [path]) {
    try {
      const real = realpathSync(candidate);
      if (real === root || real.startsWith(root + sep)) return { path: real };
      why = `symbolic link to ${target} leaves the scanned tree`;
    } catch (cause) {
      if (reason(cause) === 'ELOOP') why = `symbolic link to ${target} goes round in a circle`;
    }
  }
  return { error: why };
}

export function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const plain: Readonly<Record<string, string>> = { EACCES: 'permission denied', EPERM: 'permission denied' };
  return plain[code ?? ''] ?? code ?? String(cause);
}
