import type { Location } from './model/location.ts';
import type { Edge, Fragment, Hole, Kind, Placement, Relation, Resource } from './model/resource.ts';
import { couldAnswer, isWithin, sharedFolders } from './model/scope.ts';
import type { Many, Unknown } from './model/value.ts';
import type { Listing } from './source.ts';

/** What checks may ask. Every answer says whether it is whole. */
export interface Graph {
  /** Milliseconds since the epoch: the run's clock. */
  readonly now: number;
  readonly listing: Listing;
  readonly placements: readonly Placement[];
  /** Facts that the user's config declares, by name. */
  readonly declared: Readonly<Record<string, unknown>>;
  /** How many resources there are. */
  readonly size: number;
  get(id: string): Resource | undefined;
  /** All resources of a kind; with `near`, only doubt what could have concerned that place's project. */
  all<K extends Kind>(kind: K, near?: Location): Many<Resource<K>>;
  /** The resources of `kind` that `from` points at. */
  out<K extends Kind>(from: Resource, relation: Relation, kind: K): Many<Resource<K>>;
  /** The resources of `kind` that point at `to`. */
  in<K extends Kind>(to: Resource, relation: Relation, kind: K): Many<Resource<K>>;
  /** What could not be seen of a kind and may concern this place. */
  unseen(kind: Kind, near: Location): readonly Unknown[];
}

export interface World {
  readonly now: number;
  readonly listing: Listing;
  readonly declared?: Readonly<Record<string, unknown>>;
}

/** Joins fragments as a linker joins object files: symbols bind to their nearest definition. */
export function link(fragments: readonly Fragment[], world: World): Graph {
  const resources = distinct(fragments.flatMap((fragment) => fragment.resources));
  const edges = fragments.flatMap((fragment) => fragment.edges);
  const doubts = doubtsOf(
    fragments.flatMap((fragment) => fragment.holes ?? []),
    world.listing,
  );
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const byKind = groupBy(resources, ({ kind }) => [kind]);
  const bySymbol = groupBy(resources, ({ symbols = [] }) => symbols);
  const outgoing = groupBy(edges, ({ from, relation }) => [`${relation} ${from}`]);
  let incoming: Map<string, Resource[]> | undefined;

  return {
    now: world.now,
    listing: world.listing,
    size: resources.length,
    declared: world.declared ?? {},
    placements: fragments.flatMap((fragment) => fragment.placements ?? []),
    get: (id) => byId.get(id),
    all: (kind, near) =>
      select(byKind.get(kind) ?? [], kind, near ? doubts.near(kind, near) : doubts.all(kind)),
    out: (from, relation, kind) => {
      const found = outgoing.get(`${relation} ${from.id}`) ?? [];
      const missing = found.flatMap((edge) => gaps(edge, kind));
      return select(found.flatMap(targets), kind, missing);
    },
    in: (to, relation, kind) => {
      incoming ??= incomingOf(edges);
      return select(incoming.get(`${relation} ${to.id}`) ?? [], kind, doubts.near(kind, to.at));
    },
    unseen: doubts.near,
  };

  function targets({ to, at }: Edge): readonly Resource[] {
    if ('symbol' in to) return nearest(bySymbol.get(to.symbol) ?? [], at.source);
    if (!('id' in to)) return [];
    const found = byId.get(to.id);
    return found ? [found] : [];
  }

  function gaps(edge: Edge, kind: Kind): readonly Unknown[] {
    if ('state' in edge.to) return [edge.to];
    if ('id' in edge.to) return byId.has(edge.to.id) ? [] : doubts.near(kind, edge.at);
    return doubts.aboutName(kind, edge.at, targets(edge)[0]);
  }

  function incomingOf(all: readonly Edge[]): Map<string, Resource[]> {
    const found = new Map<string, Resource[]>();
    for (const edge of all) {
      const from = byId.get(edge.from);
      if (from) for (const { id } of targets(edge)) push(found, `${edge.relation} ${id}`, from);
    }
    return found;
  }
}

/** What could not be seen, asked by what it could have changed. */
interface Doubts {
  all(kind: Kind): readonly Unknown[];
  near(kind: Kind, place: Location): readonly Unknown[];
  /** An unbound name is an outsider's, and a bound one is bound right, unless an unread source may say otherwise. */
  aboutName(kind: Kind, named: Location, bound: Resource | undefined): readonly Unknown[];
}

function doubtsOf(holes: readonly Hole[], { isAside }: Listing): Doubts {
  const byKind = holesByKind(holes);
  const holesOf = (kind: Kind, fits: (scope: string) => boolean): readonly Unknown[] =>
    (byKind.get(kind) ?? []).filter(({ scope }) => fits(scope)).map(({ unknown }) => unknown);
  return {
    all: (kind) => holesOf(kind, () => true),
    near: (kind, { source }) =>
      holesOf(kind, (scope) => couldAnswer(scope, source, isAside) || isWithin(scope, source)),
    aboutName: (kind, { source }, bound) => {
      const reach = bound ? sharedFolders(bound.at.source, source) : -1;
      return holesOf(
        kind,
        (scope) => couldAnswer(scope, source, isAside) && sharedFolders(`${scope}/x`, source) >= reach,
      );
    },
  };
}

/** Facts that two families both need (a product's cycle) are made by each under one id; the first stands. */
function distinct(resources: readonly Resource[]): readonly Resource[] {
  const seen = new Set<string>();
  return resources.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function holesByKind(holes: readonly Hole[]): Map<Kind, Hole[]> {
  const found = new Map<Kind, Hole[]>();
  for (const hole of holes) for (const kind of hole.kinds) push(found, kind, hole);
  return found;
}

function select<K extends Kind>(
  found: readonly Resource[],
  kind: K,
  missing: readonly Unknown[],
): Many<Resource<K>> {
  return { items: found.filter((resource) => isKind(resource, kind)), missing };
}

function isKind<K extends Kind>(resource: Resource, kind: K): resource is Resource & Resource<K> {
  return resource.kind === kind;
}

/** Candidates that share the longest folder with the source that names them; all of them on a tie. */
function nearest(candidates: readonly Resource[], source: string): readonly Resource[] {
  if (candidates.length < 2) return candidates;
  const depths = candidates.map(({ at }) => sharedFolders(at.source, source));
  const best = Math.max(...depths);
  return candidates.filter((_, index) => depths[index] === best);
}

function groupBy<T>(items: readonly T[], keys: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) for (const key of keys(item)) push(groups, key, item);
  return groups;
}

function push<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
