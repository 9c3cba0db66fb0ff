import type { Location } from '../../model/location.ts';
import type { Edge, Kind, Resource } from '../../model/resource.ts';
import type { Unknown, Value } from '../../model/value.ts';
import type { Listing } from '../../source.ts';
import { gapsFor } from './effective.ts';
import type { Block } from './tree.ts';
import type { World } from './world.ts';

/** Collects resources and edges, and gives each resource a name of its own. */
export interface Made {
  readonly resources: Resource[];
  readonly edges: Edge[];
  readonly taken: Map<string, number>;
}

export interface Setup {
  readonly made: Made;
  readonly world: World;
  readonly listing: Listing;
  readonly version: Value<string>;
  readonly doubt: Unknown | null;
}

export function contain(made: Made, from: string, id: string, at: Location): void {
  made.edges.push({ from, relation: 'contains', to: { id }, at });
}

/** Unread includes may hold more of what the resource contains. */
export function addGaps(
  made: Made,
  from: string,
  block: Block,
  names: readonly string[],
  at: Location,
): void {
  const gaps = [...gapsFor(block, names), ...(block.around ? [block.around.unknown] : [])];
  for (const unknown of gaps) made.edges.push({ from, relation: 'contains', to: unknown, at });
}

export function unique(made: Made, id: string): string {
  const count = (made.taken.get(id) ?? 0) + 1;
  made.taken.set(id, count);
  return count === 1 ? id : `${id}~${count}`;
}

export function add<K extends Kind>(made: Made, resource: Resource<K>): void {
  // A resource of one kind is one of the union's members.
  made.resources.push(resource as Resource);
}
