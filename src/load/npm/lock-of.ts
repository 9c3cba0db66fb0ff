import { wholeOf } from '../../model/location.ts';
import { byDefault, explicit, unseen, type Value } from '../../model/value.ts';
import { folderOf, type ModelInput } from '../../source.ts';
import type { LockTree } from './lock.ts';
import type { NpmTree } from './npm.ts';

/** The first that lies in a folder is the one that is used. */
const lockNames = [
  'npm-shrinkwrap.json',
  'package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
];

/** Path of the lockfile that holds a manifest's versions: beside it, or of the workspace that it belongs to. */
export function lockOf(uri: string, input: ModelInput<NpmTree>): Value<string | null> {
  const home = folderOf(uri);
  const own = lockIn(home, input);
  if (own !== undefined) return explicit(own, wholeOf(own));
  for (let folder = home; folder !== ''; ) {
    folder = folderOf(folder);
    const lock = lockIn(folder, input);
    if (lock === undefined) continue;
    const isMember = belongs(home, folder, lock, input);
    if (typeof isMember !== 'boolean') return isMember;
    if (isMember) return explicit(lock, wholeOf(lock));
  }
  return byDefault(null, wholeOf(uri), 'no lockfile beside it or in a workspace above');
}

/** The manifests above that list this one among their workspaces. */
export function rootsAbove(uri: string, { parsed }: ModelInput<NpmTree>): readonly string[] {
  const home = folderOf(uri);
  const found: string[] = [];
  for (let folder = home; folder !== ''; ) {
    folder = folderOf(folder);
    const root = join(folder, 'package.json');
    const tree = parsed.get(root)?.tree;
    if (tree?.type === 'manifest' && tree.isWorkspace(below(home, folder))) found.push(root);
  }
  return found;
}

/** The lockfile that is used of those in a folder. */
export function lockIn(folder: string, { listing }: ModelInput<NpmTree>): string | undefined {
  return lockNames.map((name) => join(folder, name)).find((path) => listing.get(path) !== undefined);
}

export function isRead(lock: string): boolean {
  return /(^|\/)(npm-shrinkwrap|package-lock)\.json$/.test(lock);
}

export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** `inner` as seen from `folder`, which holds it. */
export function below(inner: string, folder: string): string {
  return folder === '' ? inner : inner.slice(folder.length + 1);
}

/** Whether a project is a workspace of the one in a folder above. */
function belongs(
  home: string,
  folder: string,
  lock: string,
  { parsed, listing, failures }: ModelInput<NpmTree>,
): boolean | Value<null> {
  const path = below(home, folder);
  const tree = parsed.get(lock)?.tree;
  if (tree?.type === 'lock' && isLocked(tree, path)) return true;
  if (lock.endsWith('pnpm-lock.yaml') && listing.get(join(folder, 'pnpm-workspace.yaml'))) return true;
  const uri = join(folder, 'package.json');
  const root = parsed.get(uri)?.tree;
  if (root?.type === 'manifest' && root.isWorkspace(path)) return true;
  const lost = failures.find((failure) => failure.uri === uri || failure.uri === lock);
  return lost ? unseen(`${lost.uri}: ${lost.error}`, wholeOf(lost.uri)) : false;
}

/** Old lockfiles have no entry for the folder itself, only one that leads there. */
function isLocked({ entries }: LockTree, path: string): boolean {
  return entries.has(path) || [...entries.values()].some(({ target }) => target === path);
}
