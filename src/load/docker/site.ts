import type { Scope } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';
import type { Edge, Placement, Relation, Resource } from '../../model/resource.ts';
import { isForDevelopment } from '../../model/scope.ts';
import type { Entry, ModelInput } from '../../source.ts';
import type { BuildContext } from './context.ts';
import type { Tree } from './parse.ts';
import type { DockerTree, Stage } from './stages.ts';

/** What the makers of resources share. */
export interface Site {
  readonly uri: string;
  readonly tree: DockerTree;
  readonly input: ModelInput<Tree>;
  readonly context: BuildContext;
  readonly secrets: () => readonly Entry[];
  readonly into: Building;
}

/** What has been made so far. */
export interface Building {
  readonly resources: Resource[];
  readonly edges: Edge[];
  readonly placements: Placement[];
  readonly ids: Map<string, number>;
}

/** Adds a resource under an id that no other has, and tells it. */
export function add({ into }: Site, resource: Resource): string {
  const count = (into.ids.get(resource.id) ?? 0) + 1;
  into.ids.set(resource.id, count);
  const id = count === 1 ? resource.id : `${resource.id}~${count}`;
  into.resources.push({ ...resource, id });
  return id;
}

export function connect({ into }: Site, from: string, relation: Relation, to: string, at: Location): void {
  into.edges.push({ from, relation, to: { id: to }, at });
}

/** Whether this is built for production, by where it stands and what it is called. */
export function scopeOf({ uri, input }: Pick<Site, 'uri' | 'input'>, stage: Stage | null): Scope {
  if (stage?.use === 'build') return 'build';
  if (input.listing.isAside(uri)) return 'example';
  if (isForDevelopment(uri, input.listing.base)) return 'development';
  const words = stage?.name?.split(/[._-]/) ?? [];
  return words.some((word) =>
    /^(dev|devel|development|test|tests|testing|debug|ci|local|lint|e2e)$/.test(word),
  )
    ? 'development'
    : 'production';
}
