import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { limits as defaultLimits, type Limits } from '../limits.ts';
import { type Collected, type Collector, type Entry, type Failure, listing, type Source } from '../source.ts';
import { textOf } from './decode.ts';
import type { GitView } from './git.ts';
import { below, reason, type Walked, walk } from './walk.ts';

export interface DirectoryOptions {
  /** Absolute path that uris are relative to; default: the git top level around the path, else the working directory when it holds the path, else the path itself. */
  readonly root?: string;
  readonly workingDirectory: string;
  /** Whether the tree's own `.hardpanignore` counts. */
  readonly treeConfig: boolean;
  /** Reads that file, by its absolute path, from elsewhere than the tree itself. */
  readonly rules?: (path: string) => string | undefined;
  readonly limits?: Limits;
}

const lockfile =
  /(^|\/)(package-lock|npm-shrinkwrap|composer)\.(json|lock)$|[.-]lock(\.ya?ml|b|\.json)?$|\.ndjson$/;

/** A folder or a single file of this machine. Throws when the path does not exist. */
export function directory(path: string, options: DirectoryOptions): Collector {
  const start = realpathSync(path);
  const root = options.root ?? rootFor(start, realpathSync(options.workingDirectory));
  const limits = options.limits ?? defaultLimits;
  let broken: ReadonlyMap<string, string> = new Map();
  return {
    name: path,
    async list() {
      const git = existsSync(join(root, '.git'))
        ? (await import('./git.ts')).askGit(root, below(root, start))
        : undefined;
      const walked = walk(
        root,
        start,
        options.treeConfig ? await ignoring(root, start, options.rules) : () => false,
      );
      broken = walked.broken;
      return collected(walked, root, below(root, start), await git);
    },
    read: (entry, as) => readEntry(root, entry, as, broken, limits),
  };
}

/** The nearest folder above that git works in, else the working directory or the path itself. */
export function rootFor(start: string, workingDirectory: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) break;
  }
  if (!below(workingDirectory, start).startsWith('..')) return workingDirectory;
  return statSync(start).isDirectory() ? start : dirname(start);
}

function collected(walked: Walked, root: string, start: string, git: GitView | undefined): Collected {
  const entries = git ? walked.entries.map((entry) => marked(entry, git)) : walked.entries;
  const base = entries.length === 1 && entries[0]?.uri === start ? dirname(start).replace(/^\.$/, '') : start;
  return { listing: listing(entries, { root, base }), failures: walked.failures, skipped: walked.skipped };
}

function marked(entry: Entry, git: GitView): Entry {
  const tracked = git.tracked.has(entry.uri);
  return { ...entry, tracked, ignored: !tracked && git.ignores(entry.uri) };
}

/** What the ignore file of the folder that is asked for, else of the root, leaves out. */
export async function ignoring(
  root: string,
  start: string,
  rulesIn: (path: string) => string | undefined = fileText,
): Promise<(path: string) => boolean> {
  for (const folder of new Set([start, root])) {
    const text = rulesIn(join(folder, '.hardpanignore'));
    if (text !== undefined) return await leavingOut(text, below(root, folder));
  }
  return () => false;
}

function fileText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function leavingOut(text: string, folder: string): Promise<(path: string) => boolean> {
  const { default: ignore } = await import('ignore');
  const rules = ignore().add(text);
  return (path) => {
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    return inside !== '' && !inside.startsWith('..') && rules.ignores(inside);
  };
}

function readEntry(
  root: string,
  entry: Entry,
  as: 'text' | 'bytes',
  broken: ReadonlyMap<string, string>,
  limits: Limits,
): Source | Failure {
  const { uri } = entry;
  const error = broken.get(uri);
  if (error !== undefined) return { uri, error };
  const tooLarge = sizeFault(entry, limits);
  if (tooLarge !== undefined) return { uri, error: tooLarge };
  try {
    const bytes = readFileSync(join(root, entry.link ?? uri));
    return as === 'bytes' ? { ...entry, bytes } : textOf(entry, bytes);
  } catch (cause) {
    return { uri, error: reason(cause) };
  }
}

/** Why a file is too large to be read; undefined when it is not. */
export function sizeFault({ uri, size }: Entry, limits: Limits): string | undefined {
  const most = lockfile.test(uri) ? limits.lockfile : limits.configFile;
  return size > most
    ? `is ${mebibytes(size)} MiB, more than the ${mebibytes(most)} MiB that are read`
    : undefined;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes % (1024 * 1024) === 0 ? 0 : 1);
}
