import type { Scope } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import type { Edge, Hole, Resource } from '../../model/resource.ts';
import { type Unknown, unseen } from '../../model/value.ts';
import { folderOf, type ModelInput, type Span } from '../../source.ts';
import type { Advice } from './advice.ts';
import type { LockTree } from './lock.ts';
import type { LockEntry } from './lock-entry.ts';
import { lockIn } from './lock-of.ts';
import type { ManifestTree } from './manifest.ts';
import type { NpmTree } from './npm.ts';

/** All files together, and what is made of them. */
export interface World {
  readonly input: ModelInput<NpmTree>;
  readonly advice: Advice;
  readonly manifests: ReadonlyMap<string, ManifestTree>;
  /** Those that npm would use: a package-lock.json beside a shrinkwrap is not looked at. */
  readonly locks: ReadonlyMap<string, LockTree>;
  /** Names of the packages that the tree itself holds. */
  readonly localNames: ReadonlySet<string>;
  readonly resources: Resource[];
  readonly edges: Edge[];
  readonly holes: Hole[];
}

export function worldOf(input: ModelInput<NpmTree>, advice: Advice): World {
  const manifests = new Map<string, ManifestTree>();
  const locks = new Map<string, LockTree>();
  for (const [uri, { tree }] of input.parsed) {
    if (tree.type === 'manifest') manifests.set(uri, tree);
    if (tree.type === 'lock' && lockIn(folderOf(uri), input) === uri) locks.set(uri, tree);
  }
  const localNames = new Set([...manifests.values()].flatMap(({ name }) => name ?? []));
  return { input, advice, manifests, locks, localNames, resources: [], edges: [], holes: [] };
}

/** Why a file that exists told nothing; undefined when it was read, or does not exist. */
export function lossOf(uri: string, { input: { failures } }: World): Unknown | undefined {
  const lost = failures.find((failure) => failure.uri === uri);
  return lost && unseen(`${uri}: ${lost.error}`, wholeOf(uri));
}

export function scopeOf(uri: string, { input: { listing } }: Pick<World, 'input'>): Scope {
  return listing.isAside(uri) ? 'example' : 'production';
}

export function place(uri: string, { start, end }: Span): Location {
  return { source: uri, start, end };
}

/** The id of what an entry installs; entries of one version share it. */
export function dependencyId(lock: string, { name, version, resolved }: LockEntry): string {
  if (version !== null && /^\d/.test(version)) return `package.dependency:${lock}#${name}@${version}`;
  const from = resolved?.replace(/^([^/]*\/\/)[^@/]*@/, '$1') ?? '';
  return `package.dependency:${lock}#${name}@${from}`;
}
