import type { LockTree } from './lock.ts';
import type { LockEntry } from './lock-entry.ts';

/** Where node finds a package that is asked for by the one at `from`: in the nearest folder above. */
export function resolveIn({ entries }: LockTree, from: string, name: string): LockEntry | undefined {
  for (let base = from; ; base = outer(base)) {
    const found = entries.get(base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`);
    if (found) return found;
    if (base === '') return undefined;
  }
}

/**
 * The place of the project in a folder, below that of the lockfile. The old form has no entry for the folder, only
 * one in node_modules that says where it leads.
 */
export function placeOfProject({ entries }: LockTree, folder: string): string {
  if (folder === '' || entries.has(folder)) return folder;
  for (const { target, place } of entries.values()) if (target === folder) return place;
  return folder;
}

/** Where a link leads; the entry itself when it is none. */
export function followed({ entries }: LockTree, entry: LockEntry): LockEntry {
  return (entry.target !== null && entries.get(entry.target)) || entry;
}

const memory = new WeakMap<LockTree, Map<string, readonly (readonly [string, string])[]>>();

/** What the entry at a place asks for, each with the place where that is found. */
function askedBy(lock: LockTree, from: string): readonly (readonly [string, string])[] {
  const known = memory.get(lock) ?? new Map<string, readonly (readonly [string, string])[]>();
  memory.set(lock, known);
  const before = known.get(from);
  if (before) return before;
  const found: [string, string][] = [];
  for (const name of lock.entries.get(from)?.requires ?? []) {
    const place = placeOf(lock, from, name);
    if (place !== undefined) found.push([name, place]);
  }
  known.set(from, found);
  return found;
}

/** How a package is reached on a shortest way from the project. */
export interface Reach {
  /** Place of what asks for it; null for what the project itself asks for. */
  readonly asker: string | null;
  /** Place of what the project asks for at the beginning of the way. */
  readonly top: string;
}

/** A name that a project asks for, with the project's place. */
export interface Seed {
  readonly root: string;
  readonly name: string;
  readonly forDevelopment: boolean;
}

/** All that is reached, by place; what production needs is reached by a way through production. */
export function reached(lock: LockTree, seeds: readonly Seed[]): ReadonlyMap<string, Reach> {
  const roots = new Set(seeds.map(({ root }) => root));
  const found = new Map<string, Reach>();
  const queue: string[] = [];
  const reach = (place: string, asker: string | null): void => {
    if (found.has(place) || roots.has(place)) return;
    const top = asker === null ? place : (found.get(asker)?.top ?? place);
    found.set(place, { asker, top });
    queue.push(place);
  };
  let at = 0;
  for (const development of [false, true]) {
    for (const { root, name, forDevelopment } of seeds) {
      const place = forDevelopment === development ? placeOf(lock, root, name) : undefined;
      if (place !== undefined) reach(place, null);
    }
    for (; at < queue.length; at += 1) {
      const place = queue[at] ?? '';
      for (const [, target] of askedBy(lock, place)) reach(target, place);
    }
  }
  return found;
}

type Project = Pick<LockEntry, 'requires' | 'forDevelopment'>;

/** From a place to those of the projects whose production needs what is there, be it through other packages. */
export function shippedBy(
  lock: LockTree,
  roots: ReadonlyMap<string, Project>,
): (place: string) => ReadonlySet<string> {
  const askers = askersIn(lock, roots);
  const isProject = (place: string): boolean => roots.has(place) || lock.entries.get(place)?.local === true;
  return (start) => {
    const seen = new Set<string>();
    const queue = [...(askers.get(start) ?? [])];
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      queue.push(...(askers.get(place) ?? []));
    }
    return new Set([...seen].filter(isProject));
  };
}

/** Places of what asks for what is at each place, other than for development. */
function askersIn(
  lock: LockTree,
  roots: ReadonlyMap<string, Project>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (place: string, to: string): void => {
    const known = found.get(to);
    if (known) known.push(place);
    else found.set(to, [place]);
  };
  for (const [place, { group, forDevelopment }] of lock.entries) {
    if (group === 'development') continue;
    for (const [name, to] of askedBy(lock, place)) if (!forDevelopment.has(name)) add(place, to);
  }
  // Old lockfiles have no entry for the project.
  for (const [place, { requires, forDevelopment }] of roots) {
    if (lock.entries.has(place)) continue;
    const shipped = requires.filter((name) => !forDevelopment.has(name));
    for (const to of shipped.flatMap((name) => placeOf(lock, place, name) ?? [])) add(place, to);
  }
  return found;
}

/** The place of what is found under a name. */
function placeOf(lock: LockTree, from: string, name: string): string | undefined {
  const target = resolveIn(lock, from, name);
  return target && followed(lock, target).place;
}

/** The folder that node looks in next. */
function outer(place: string): string {
  const cut = place.lastIndexOf('/node_modules/');
  if (cut !== -1) return place.slice(0, cut);
  const slash = place.startsWith('node_modules/') ? -1 : place.lastIndexOf('/');
  return slash === -1 ? '' : place.slice(0, slash);
}
