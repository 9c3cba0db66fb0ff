import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { combine } from '../collect/combine.ts';
import { directory, ignoring, rootFor } from '../collect/directory.ts';
import { type GitTree, openGitTree } from '../collect/git-tree.ts';
import { below } from '../collect/walk.ts';
import { limits } from '../limits.ts';
import { loaders } from '../load/index.ts';
import { type Collector, type Entry, listing } from '../source.ts';
import { type CollectOptions, commonRoot } from './collectors.ts';
import { configName, waiversName } from './config.ts';
import { UsageError } from './error.ts';

/** The tree as it was at a commit, by which what is new is told. */
export interface Since {
  readonly ref: string;
  /** The text of a file at the commit, by its absolute path; undefined when it was not there. */
  read(path: string): string | undefined;
  /** The same by any path; files outside of the repository are read as they are. */
  text(path: string): string | undefined;
  has(path: string): boolean;
  /** The same paths as of the commit, with what is here and no part of a change: files that git ignores, other repositories. */
  collector(options: CollectOptions): Promise<Collector>;
  /** Files that say what counts and are not here what they were there: the older ones count. */
  others(options: CollectOptions): readonly string[];
}

/** Opens the commit for the paths of the command line; throws what to do when that cannot be. */
export function openSince(ref: string, paths: readonly string[], asked: string | undefined): Since {
  const starts = paths.map((path) => {
    if (path === '-' || !existsSync(path))
      throw new UsageError(`--since compares folders and files of a repository, and ${path} is none`);
    return realpathSync(path);
  });
  const tops = [...new Set(starts.map((start) => rootFor(start, start)))];
  const [top = ''] = tops;
  if (tops.length > 1)
    throw new UsageError(`--since needs paths of one repository, and there are ${tops.length}`);
  if (!existsSync(join(top, '.git')))
    throw new UsageError(`--since ${ref}: ${paths.join(', ')} lies in no git repository`);
  const tree = opened(top, ref);
  const rootOf = ({ root = asked }: CollectOptions): string => realpathSync(root ?? commonRoot(paths) ?? top);
  const here = realpathSync(process.cwd());
  const text = (path: string): string | undefined => {
    const whole = resolve(here, path.startsWith(process.cwd()) ? below(process.cwd(), path) : path);
    return below(top, whole).startsWith('..') ? readText(whole) : tree.read(whole);
  };
  return {
    ref,
    read: (path) => tree.read(path),
    text,
    has: (path) => text(path) !== undefined,
    collector: async (options) =>
      combine(
        await Promise.all(starts.map((start) => olderPart(tree, { start, root: rootOf(options) }, options))),
      ),
    others: (options) => {
      const rules = options.treeConfig ? ['.hardpanignore'] : [];
      const config = foldersFrom(here, top).flatMap((folder) =>
        [configName, waiversName].map((name) => join(folder, name)),
      );
      const files = [...starts, rootOf(options)].flatMap((folder) => rules.map((name) => join(folder, name)));
      return [...new Set([...files, ...config])]
        .filter((file) => tree.read(file) !== readText(file))
        .map((file) => below(top, file));
    },
  };
}

function foldersFrom(from: string, top: string): readonly string[] {
  const folders = [from];
  for (let folder = from; folder !== top && folder !== dirname(folder); ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders.filter((folder) => !below(top, folder).startsWith('..'));
}

function readText(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

function opened(top: string, ref: string): GitTree {
  try {
    return openGitTree(top, ref);
  } catch (cause) {
    throw new UsageError(`--since ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function olderPart(
  tree: GitTree,
  { start, root }: { readonly start: string; readonly root: string },
  { treeConfig, maxFileSize }: CollectOptions,
): Promise<Collector> {
  const rules = (path: string): string | undefined => tree.read(path);
  const ignored = treeConfig ? await ignoring(root, start, rules) : () => false;
  const own =
    maxFileSize === undefined ? limits : { ...limits, configFile: maxFileSize, lockfile: maxFileSize };
  const committed = tree.collector({ root, start, ignored, wanted: isClaimed, limits: own });
  const here = directory(start, { root, workingDirectory: root, treeConfig, rules, limits: own });
  const foreign = tree.sameSubmodules().map((folder) => `${below(root, folder)}/`);
  const isSame = ({ uri, ignored: hidden = false }: Entry): boolean =>
    hidden || foreign.some((folder) => uri.startsWith(folder));
  return combine([committed, only(here, isSame)]);
}

function isClaimed(entry: Entry): boolean {
  return loaders.some((loader) => loader.claims(entry) !== false);
}

function only(collector: Collector, fits: (entry: Entry) => boolean): Collector {
  return {
    ...collector,
    async list() {
      const found = await collector.list();
      const { root, base, entries } = found.listing;
      return { listing: listing(entries.filter(fits), { root, base }), failures: [], skipped: [] };
    },
  };
}
