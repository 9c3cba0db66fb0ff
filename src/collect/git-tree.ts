import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { limits as defaultLimits, type Limits } from '../limits.ts';
import { type Collector, type Entry, type Failure, listing, type Source } from '../source.ts';
import { textOf } from './decode.ts';
import { sizeFault } from './directory.ts';
import { gitEnvironment, harmless } from './git.ts';
import { type Member, pruned, settle } from './members.ts';
import { below } from './walk.ts';

/** A commit of a repository, read from its objects: nothing is checked out, and no filter of it is run. */
export interface GitTree {
  readonly commit: string;
  /** The text of a file of the commit; undefined when it has none there. The path is absolute. */
  read(path: string): string | undefined;
  collector(options: GitTreeOptions): Collector;
  /** Folders of other repositories that the commit has at the same commit of theirs as the index: absolute paths. */
  sameSubmodules(): readonly string[];
}

interface GitTreeOptions {
  /** Absolute path that uris are relative to. */
  readonly root: string;
  /** Absolute path of the folder or file that is asked for. */
  readonly start: string;
  /** Says whether a path is left out by the user's ignore file. */
  readonly ignored: (path: string) => boolean;
  /** Which files are surely going to be read: they are fetched at once. */
  readonly wanted: (entry: Entry) => boolean;
  readonly limits?: Limits;
}

interface Blob extends Member {
  readonly hash: string;
  readonly size: number;
  readonly mode: number;
}

/**
 * Opens a commit.
 *
 * @param top absolute path of the repository's top level
 * @throws Error with one line that says what to do
 */
export function openGitTree(top: string, ref: string): GitTree {
  const commit = commitOf(top, ref);
  return {
    commit,
    read: (path) => {
      const found = tryGit(top, ['cat-file', 'blob', `${commit}:${below(top, path)}`]);
      return found?.toString('utf8');
    },
    collector: (options) => treeCollector(top, commit, ref, options),
    sameSubmodules: () => sameSubmodules(top, commit),
  };
}

function commitOf(top: string, ref: string): string {
  const found = tryGit(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (found) return found.toString('utf8').trim();
  if (!tryGit(top, ['rev-parse', '--git-dir']))
    throw new Error(`git cannot read the repository at ${top}; it is not installed, or refuses it`);
  const shallow = tryGit(top, ['rev-parse', '--is-shallow-repository'])?.toString('utf8').trim() === 'true';
  const [, remote = 'origin', branch = ref] = /^(origin|upstream)\/(.+)$/.exec(ref) ?? [];
  const fetch = /[~^@]/.test(ref) ? 'git fetch --unshallow' : `git fetch ${remote} ${branch}`;
  const why = shallow ? 'this clone is shallow and lacks it' : 'there is no such commit here';
  throw new Error(`${ref}: ${why}; fetch it first: ${fetch}`);
}

function treeCollector(top: string, commit: string, ref: string, options: GitTreeOptions): Collector {
  const { root, start, ignored, wanted, limits = defaultLimits } = options;
  const store = new Store(top);
  const blobs = new Map<string, Blob>();
  const broken = new Map<string, string>();
  return {
    name: `${start} at ${ref}`,
    async list() {
      for (const blob of blobsOf(top, commit, root, store)) blobs.set(blob.uri, blob);
      const inside = new Map([...blobs].filter(([uri]) => isBelow(uri, below(root, start))));
      const { files, skipped } = pruned(inside, ignored);
      const entries = files.flatMap((blob) => entriesOf(blob, blobs, broken, root));
      const needed = entries.filter((entry) => wanted(entry) && sizeFault(entry, limits) === undefined);
      for (const part of inParts(needed)) store.fetch(part.map(hashOf));
      const [only, more] = entries;
      const single = only && !more && only.uri === below(root, start);
      const base = single ? dirname(below(root, start)).replace(/^\.$/, '') : below(root, start);
      return { listing: listing(entries, { root, base }), failures: [], skipped };
    },
    read: (entry, as) => readBlob(entry, as),
  };

  function hashOf({ uri, link = uri }: Entry): string {
    return blobs.get(link)?.hash ?? '';
  }

  function readBlob(entry: Entry, as: 'text' | 'bytes'): Source | Failure {
    const { uri } = entry;
    const error = broken.get(uri) ?? sizeFault(entry, limits);
    if (error !== undefined) return { uri, error };
    const bytes = store.get(hashOf(entry));
    if (!bytes) return { uri, error: `git has no content of it at ${ref}` };
    return as === 'bytes' ? { ...entry, bytes } : textOf(entry, bytes);
  }
}

function sameSubmodules(top: string, commit: string): readonly string[] {
  const rows = git(top, ['ls-tree', '-r', '-z', '--full-tree', commit]).toString('utf8').split('\0');
  const before = rows.flatMap((row) => {
    const [, hash = '', path = ''] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(row) ?? [];
    return path === '' ? [] : [{ hash, path }];
  });
  if (before.length === 0) return [];
  const index = git(top, ['ls-files', '-s', '-z']).toString('utf8').split('\0');
  const now = new Set(index.map((row) => row.replace(/^160000 ([0-9a-f]+) 0\t/, '$1 ')));
  return before.filter(({ hash, path }) => now.has(`${hash} ${path}`)).map(({ path }) => join(top, path));
}

function isBelow(uri: string, start: string): boolean {
  return start === '' || uri === start || uri.startsWith(`${start}/`);
}

/** The files of a commit that lie below the root, with what its links say. */
function blobsOf(top: string, commit: string, root: string, store: Store): readonly Blob[] {
  const rows = git(top, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit]).toString('utf8').split('\0');
  const found = rows.flatMap((row) => {
    const [, mode = '', hash = '', size = '', path = ''] =
      /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(row) ?? [];
    const uri = below(root, join(top, path));
    return path === '' || uri.startsWith('../') ? [] : [{ uri, hash, size: Number(size), mode }];
  });
  const links = found.filter(({ mode }) => mode === '120000');
  store.fetch(links.map(({ hash }) => hash));
  return found.map(({ mode, ...blob }) => {
    if (mode !== '120000') return { ...blob, mode: mode === '100755' ? 0o755 : 0o644 };
    return { ...blob, mode: 0o777, target: store.get(blob.hash)?.toString('utf8') ?? '' };
  });
}

/** The file; of a link the entry that leads to its file, or why it leads nowhere; of a linked folder its files. */
function entriesOf(
  blob: Blob,
  blobs: ReadonlyMap<string, Blob>,
  broken: Map<string, string>,
  root: string,
): readonly Entry[] {
  const { uri, size, target } = blob;
  const tracked = { tracked: true, ignored: false };
  if (target === undefined) return [{ uri, size, mode: modeOf(join(root, uri), blob.mode), ...tracked }];
  const to = settle(blob, blobs);
  if ('error' in to) {
    broken.set(uri, to.error);
    return [{ uri, size: 0, ...tracked }];
  }
  const real = blobs.get(to.path);
  if (real) return [{ uri, size: real.size, mode: real.mode, link: to.path, ...tracked }];
  return [...blobs.values()]
    .filter((one) => one.uri.slice(0, one.uri.lastIndexOf('/')) === to.path && one.target === undefined)
    .map((one) => ({ uri: uri + one.uri.slice(to.path.length), size: one.size, link: one.uri, ...tracked }));
}

/** git knows of a mode only whether a file can be run: what the working tree has besides is no part of a change. */
function modeOf(path: string, known: number): number {
  try {
    const status = lstatSync(path);
    return status.isFile() ? status.mode & 0o7777 : known;
  } catch {
    // The change took the file away.
    return known;
  }
}

const mostAtOnce = 64 * 1024 * 1024;

/** So many at a time that their contents fit into one answer. */
function* inParts(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let part: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (size + entry.size > mostAtOnce && part.length > 0) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(entry);
    size += entry.size;
  }
  yield part;
}

/** Contents by their hashes, fetched many at a time. */
class Store {
  private readonly top: string;
  private readonly contents = new Map<string, Buffer>();

  constructor(top: string) {
    this.top = top;
  }

  get(hash: string): Buffer | undefined {
    if (hash !== '' && !this.contents.has(hash)) this.fetch([hash]);
    return this.contents.get(hash);
  }

  fetch(hashes: readonly string[]): void {
    const missing = [...new Set(hashes)].filter((hash) => hash !== '' && !this.contents.has(hash));
    if (missing.length === 0) return;
    const answer = git(this.top, ['cat-file', '--batch'], `${missing.join('\n')}\n`);
    let at = 0;
    while (at < answer.length) {
      const end = answer.indexOf(10, at);
      const [hash = '', type, size = '0'] = answer.toString('latin1', at, end).split(' ');
      at = end + 1;
      if (type !== 'blob') continue;
      this.contents.set(hash, answer.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
}

function tryGit(top: string, words: readonly string[]): Buffer | undefined {
  try {
    return git(top, words);
  } catch {
    // Whoever asks says what follows from it.
    return undefined;
  }
}

function git(top: string, words: readonly string[], input = ''): Buffer {
  return execFileSync('git', ['-C', top, ...harmless, ...words], {
    input,
    // One file may be as large as a part, and each has a line of its own besides.
    maxBuffer: mostAtOnce * 4,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...gitEnvironment(), GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' },
  });
}
