import { existsSync, statSync } from 'node:fs';
import { combine } from '../collect/combine.ts';
import { directory, rootFor } from '../collect/directory.ts';
import { limits } from '../limits.ts';
import type { Collector } from '../source.ts';
import { UsageError } from './error.ts';

export interface CollectOptions {
  readonly root?: string;
  readonly maxFileSize?: number;
  readonly stdinFilename?: string;
  /** Whether the tree's own `.hardpanignore` counts. */
  readonly treeConfig: boolean;
  /** Reads the tree's `.hardpanignore`, by its absolute path, from elsewhere. */
  readonly rules?: (path: string) => string | undefined;
}

/** What the paths of the command line name, as one source of files. */
export async function collectorOf(paths: readonly string[], options: CollectOptions): Promise<Collector> {
  const root = options.root ?? commonRoot(paths);
  const collectors: Collector[] = [];
  for (const path of paths) collectors.push(await collectorFor(path, options, root));
  return combine(collectors);
}

async function collectorFor(
  path: string,
  options: CollectOptions,
  root: string | undefined,
): Promise<Collector> {
  if (path === '-') return standardInput(options);
  if (!existsSync(path)) throw new UsageError(`${path}: no such file or directory`);
  if (statSync(path).isDirectory()) return ofDirectory(path, options, root);
  const open = openers.find(({ fits }) => fits.test(path))?.open;
  if (!open) return ofDirectory(path, options, root);
  try {
    return await open(path, options);
  } catch (cause) {
    throw new UsageError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const openers: readonly {
  readonly fits: RegExp;
  open(path: string, options: CollectOptions): Promise<Collector>;
}[] = [
  {
    fits: /\.(tar|tgz|tar\.gz)$/,
    open: async (path, { treeConfig }) =>
      (await import('../collect/archive.ts')).archive(path, { treeConfig }),
  },
  {
    fits: /\.(ndjson|jsonl)$/,
    open: async (path) => (await import('../collect/snapshot.ts')).snapshot(path),
  },
];

function ofDirectory(
  path: string,
  { treeConfig, maxFileSize, rules }: CollectOptions,
  root: string | undefined,
): Collector {
  return directory(path, {
    workingDirectory: process.cwd(),
    treeConfig,
    ...(rules ? { rules } : {}),
    ...(root === undefined ? {} : { root }),
    ...(maxFileSize === undefined
      ? {}
      : { limits: { ...limits, configFile: maxFileSize, lockfile: maxFileSize } }),
  });
}

/** Several paths need one root, or their names could clash. */
export function commonRoot(paths: readonly string[]): string | undefined {
  const roots = paths
    .filter((path) => path !== '-' && existsSync(path))
    .map((path) => rootFor(path, process.cwd()));
  if (roots.length < 2) return undefined;
  const parts = roots.map((root) => root.split('/'));
  const [first = [], ...rest] = parts;
  const differs = first.findIndex((part, index) => rest.some((other) => other[index] !== part));
  return (differs === -1 ? first : first.slice(0, differs)).join('/') || '/';
}

async function standardInput({ stdinFilename }: CollectOptions): Promise<Collector> {
  if (stdinFilename === undefined) throw new UsageError('- needs --stdin-filename, which tells the format');
  const { memory } = await import('../collect/memory.ts');
  const chunks: Buffer[] = [];
  // Not read in one blocking call, so that an interrupt still gets through.
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return memory('standard input', [{ uri: stdinFilename, bytes: Buffer.concat(chunks) }]);
}
