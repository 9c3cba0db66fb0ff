import type { Kinds } from './kinds.ts';
import type { Location } from './location.ts';
import type { Unknown, Value } from './value.ts';

export type Kind = keyof Kinds;

/** A node of the graph: a discriminated union over `kind`, so narrowing by kind types the rest. */
export type Resource<K extends Kind = Kind> = {
  readonly [P in K]: Node<P> & Kinds[P];
}[K];

interface Node<K extends Kind> {
  readonly kind: K;
  /**
   * Stable across runs, built from names: `nginx.location:site.conf#server api.example.com/location /files`.
   * Two equal names below one parent get `~2`, `~3`.
   */
  readonly id: string;
  /** For people: `location /files`. */
  readonly name: string;
  readonly at: Location;
  /** Names other sources may use for this one: `dns:api`, `image:acme/api:1.2`, `path:api/Dockerfile`, `arn:…`. */
  readonly symbols?: readonly string[];
}

export type Relation =
  | 'contains'
  | 'serves'
  | 'proxies_to'
  | 'resolves_to'
  | 'builds'
  | 'runs'
  | 'depends_on'
  | 'connects_to'
  | 'publishes'
  | 'joins'
  | 'mounts'
  | 'grants'
  | 'stores'
  | 'backs_up'
  | 'protects'
  | 'affects';

/** `to` is a resource id, a symbol that the linker resolves, or an unknown end. */
export interface Edge {
  readonly from: string;
  readonly relation: Relation;
  readonly to: { readonly id: string } | { readonly symbol: string } | Unknown;
  readonly at: Location;
}

/** Where a file or folder of the tree lands in a container: by COPY, a mount or a build context. */
export interface Placement {
  /** File or folder below the root; `''` is the root itself. */
  readonly from: string;
  /** Absolute path in the container. */
  readonly to: string;
  readonly via: 'copy' | 'mount';
  /** The container's image, as far as it is known: what a default or a version hangs on. */
  readonly image: Value<string | null>;
  /** Resource id of the service or stage. */
  readonly into: string;
  readonly at: Location;
}

/** A build that a file orders: which Dockerfile, seen from which folder. Paths are below the root. */
export interface Build {
  readonly file: string;
  readonly context: string;
  /** Where that is said. */
  readonly at: Location;
}

/** What one loader made of all its sources. */
export interface Fragment {
  readonly resources: readonly Resource[];
  readonly edges: readonly Edge[];
  readonly placements?: readonly Placement[];
  readonly builds?: readonly Build[];
  /** What this loader should have told of, and could not. `scope` is a folder of the tree, `''` the whole. */
  readonly holes?: readonly Hole[];
}

export interface Hole {
  readonly kinds: readonly Kind[];
  readonly scope: string;
  readonly unknown: Unknown;
}
