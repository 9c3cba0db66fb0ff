import type { Advisory } from '../../facts/advisories.ts';
import { urlHost } from '../../facts/npm-spec.ts';
import { isAffected, lowestSafe } from '../../facts/versions.ts';
import type { Scope } from '../../model/common.ts';
import { wholeOf } from '../../model/location.ts';
import type { ChainLink, DependencyGroup } from '../../model/package.ts';
import { byDefault, explicit, unresolved, unseen, type Value } from '../../model/value.ts';
import { folderOf } from '../../source.ts';
import { followed, type Reach, reached, resolveIn, type Seed, shippedBy } from './chains.ts';
import { downloadsOf, hostsIn, isInstalled } from './downloads.ts';
import type { LockTree } from './lock.ts';
import type { LockEntry } from './lock-entry.ts';
import { join } from './lock-of.ts';
import { dependencyId, lossOf, place, scopeOf, type World } from './world.ts';

/** A lockfile, what it installs, and the known flaws of that. */
export function modelLock(uri: string, lock: LockTree, world: World): void {
  if (lock.broken) {
    const unknown = unseen(`${uri} does not parse`, wholeOf(uri));
    world.holes.push({ kinds: ['package.dependency', 'package.lockfile'], scope: folderOf(uri), unknown });
    return;
  }
  const roots = rootsOf(uri, lock, world);
  const about: About = {
    uri,
    lock,
    roots,
    direct: directOf(lock, roots),
    scope: scopeOf(uri, world),
    unmarked: byDefault(null, wholeOf(uri), 'not marked'),
  };
  const id = `package.lockfile:${uri}`;
  world.resources.push({
    kind: 'package.lockfile',
    id,
    name: uri,
    at: wholeOf(uri),
    version: lock.version,
    scope: about.scope,
    downloads: downloadsOf(uri, lock, hostsIn(roots.values()), about.direct),
    registryHosts: registryHosts(about, world),
  });
  for (const [dependency, same] of byVersion(about)) modelDependency(dependency, same, about, world);
}

interface About {
  readonly uri: string;
  readonly lock: LockTree;
  /** Places of the projects, with the specs that they ask for by name. */
  readonly roots: ReadonlyMap<string, Asked>;
  /** Places of what they ask for. */
  readonly direct: ReadonlySet<string>;
  readonly scope: Scope;
  /** What is said of versions that their publishers say nothing about. */
  readonly unmarked: Value<string | null>;
  reach?: ReadonlyMap<string, Reach>;
  asked?: ReadonlyMap<string, ChainLink>;
  shipped?: (place: string) => ReadonlySet<string>;
}

/** What a project asks for. */
type Asked = Pick<LockEntry, 'requires' | 'specs' | 'forDevelopment'>;

/** New lockfiles repeat what the projects ask for; for old ones the manifest tells. */
function rootsOf(uri: string, { entries }: LockTree, { manifests }: World): About['roots'] {
  const folders = [...entries.values()].filter(({ place: at }) => !/(^|\/)node_modules\//.test(at));
  if (folders.length > 0) return new Map(folders.map((entry) => [entry.place, entry]));
  const manifest = manifests.get(join(folderOf(uri), 'package.json'));
  const asked = manifest?.requirements ?? [];
  const development = asked.filter(({ group }) => group === 'development');
  const requires = asked.map(({ alias }) => alias);
  const specs = asked.map(({ text }) => text);
  return new Map([['', { requires, specs, forDevelopment: new Set(development.map(({ alias }) => alias)) }]]);
}

function directOf(lock: LockTree, roots: About['roots']): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [root, { requires }] of roots) {
    for (const name of requires) {
      const entry = resolveIn(lock, root, name);
      if (entry) found.add(followed(lock, entry).place);
    }
  }
  return found;
}

/** Entries of one version of one package, by its id, those that matter most first. */
function byVersion({ uri, lock }: About): ReadonlyMap<string, readonly LockEntry[]> {
  const found = new Map<string, LockEntry[]>();
  for (const entry of lock.entries.values()) {
    if (!isInstalled(entry)) continue;
    const id = dependencyId(uri, entry);
    const same = found.get(id);
    if (same) same.push(entry);
    else found.set(id, [entry]);
  }
  for (const same of found.values()) {
    if (same.length > 1) same.sort((a, b) => weight[a.group] - weight[b.group]);
  }
  return found;
}

/** What reaches production decides. */
const weight: Readonly<Record<DependencyGroup, number>> = {
  production: 0,
  optional: 1,
  peer: 2,
  development: 3,
};

function modelDependency(id: string, same: readonly LockEntry[], about: About, world: World): void {
  const [first] = same;
  if (!first) return;
  const { uri } = about;
  const at = place(uri, first);
  const version = versionOf(first, uri);
  const hits = version.state === 'unknown' ? [] : advisoriesFor(first.name, version.value, world);
  world.resources.push({
    kind: 'package.dependency',
    id,
    name: id.slice(id.indexOf('#') + 1),
    at,
    packageName: first.name,
    version,
    group: first.group,
    scope: about.scope,
    direct: same.some((entry) => about.direct.has(entry.place)),
    deprecated: deprecationOf(same, about),
    lowestSafe: hits.length > 0 ? safeVersion(first, world) : null,
    chain: hits.length > 0 ? chainOf(same, about, world) : nothing,
    judged: world.advice.judged,
  });
  for (const advisory of hits) {
    const from = world.advice.idOf(first.name, advisory);
    world.edges.push({ from, relation: 'affects', to: { id }, at });
  }
  if (hits.length > 0 && first.group !== 'development') modelShipping(same, id, about, world);
}

/** Whoever reaches a project reaches the packages that its own packages need. */
function modelShipping(same: readonly LockEntry[], id: string, about: About, world: World): void {
  const { lock, uri, roots } = about;
  about.shipped ??= shippedBy(lock, roots);
  const projects = new Set<string>();
  for (const entry of same) for (const one of about.shipped(entry.place)) projects.add(one);
  for (const project of projects) {
    const folder = lock.entries.get(project)?.target ?? project;
    const manifest = join(folderOf(uri), join(folder, 'package.json'));
    if (!world.manifests.has(manifest)) continue;
    const from = `package.manifest:${manifest}`;
    const at = wholeOf(manifest);
    world.edges.push({ from, relation: 'depends_on', to: { id }, at });
  }
}

const nothing: readonly never[] = [];

function versionOf({ version, name, resolvedAt }: LockEntry, uri: string): Value<string> {
  const at = place(uri, resolvedAt);
  if (version !== null && /^\d/.test(version)) return explicit(version, at);
  return unresolved(`${uri} does not say which version of ${name} its address holds`, at);
}

function advisoriesFor(name: string, version: string, { advice }: World): readonly Advisory[] {
  return advice.of(name).filter(({ affected }) => isAffected(version, affected) === true);
}

function safeVersion({ name, version }: LockEntry, { advice }: World): string | null {
  const lists = advice.of(name).map(({ affected }) => affected);
  return lowestSafe(version ?? '', lists) ?? null;
}

function deprecationOf(same: readonly LockEntry[], { uri, unmarked }: About): Value<string | null> {
  const entry = same.find(({ deprecated }) => deprecated !== null && deprecated !== '');
  return entry ? explicit(entry.deprecated, place(uri, entry.deprecatedAt)) : unmarked;
}

/** More steps than these explain nothing. */
const longestChain = 20;

/** From the project's own line down to what asks for the package; the package itself is not in it. */
function chainOf(same: readonly LockEntry[], about: About, world: World): readonly ChainLink[] {
  const { lock, uri, roots } = about;
  about.reach ??= reached(lock, [...roots].flatMap(seedsOf));
  const { reach } = about;
  const start = same.map((entry) => reach.get(entry.place)).find((found) => found !== undefined);
  if (!start) return [];
  const links: ChainLink[] = [];
  about.asked ??= askedIn(about, world);
  const asked = about.asked.get(start.top);
  // The line of package.json stands for the package that it asks for.
  const stop = asked ? start.top : null;
  for (let up = start.asker; up !== null && up !== stop && links.length < longestChain; ) {
    const entry = lock.entries.get(up);
    if (entry) links.unshift({ name: `${entry.name}@${entry.version ?? '?'}`, at: place(uri, entry) });
    up = reach.get(up)?.asker ?? null;
  }
  return asked ? [asked, ...links] : links;
}

function seedsOf([root, { requires, forDevelopment }]: readonly [string, Asked]): readonly Seed[] {
  return requires.map((name) => ({ root, name, forDevelopment: forDevelopment.has(name) }));
}

/** The lines of the manifests that ask for what is at each place. */
function askedIn({ uri, lock, roots }: About, { manifests }: World): ReadonlyMap<string, ChainLink> {
  const found = new Map<string, ChainLink>();
  for (const [root, { requires }] of roots) {
    const manifestUri = join(folderOf(uri), join(root, 'package.json'));
    for (const requirement of manifests.get(manifestUri)?.requirements ?? []) {
      const entry = requires.includes(requirement.alias)
        ? resolveIn(lock, root, requirement.alias)
        : undefined;
      if (!entry) continue;
      const top = followed(lock, entry).place;
      const link = { name: `${requirement.alias}@${requirement.text}`, at: place(manifestUri, requirement) };
      if (!found.has(top)) found.set(top, link);
    }
  }
  return found;
}

/** Hosts that the project's .npmrc or publishConfig name. */
function registryHosts({ uri, lock }: About, world: World): Value<readonly string[]> {
  const { parsed } = world.input;
  const folder = folderOf(uri);
  const settings = join(folder, '.npmrc');
  const manifest = join(folder, 'package.json');
  const lost = lossOf(settings, world) ?? lossOf(manifest, world);
  if (lost && (lost.at.source === settings || lock.version < 2)) return lost;
  const tree = parsed.get(settings)?.tree;
  const urls = [
    ...(tree?.type === 'settings' ? tree.registries.map(({ url }) => url) : []),
    ...(world.manifests.get(manifest)?.registries ?? []),
  ];
  return (
    lost ??
    explicit(
      urls.flatMap((url) => urlHost(url) ?? []),
      wholeOf(uri),
    )
  );
}
