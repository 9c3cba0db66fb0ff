import { urlSecret } from '../../facts/npm-spec.ts';
import { affectedShare } from '../../facts/versions.ts';
import { wholeOf } from '../../model/location.ts';
import { pathSymbol } from '../../model/symbol.ts';
import { byDefault, explicit, unseen, type Value } from '../../model/value.ts';
import { folderOf } from '../../source.ts';
import { followed, placeOfProject, resolveIn } from './chains.ts';
import type { LockEntry } from './lock-entry.ts';
import { below, isRead, lockOf, rootsAbove } from './lock-of.ts';
import type { ManifestTree, Requirement } from './manifest.ts';
import { dependencyId, lossOf, place, scopeOf, type World } from './world.ts';

/** A package.json and each line of its dependency lists. */
export function modelManifest(uri: string, tree: ManifestTree, world: World): void {
  const lockfile = lockOf(uri, world.input);
  const id = `package.manifest:${uri}`;
  world.resources.push({
    kind: 'package.manifest',
    id,
    name: tree.name ?? uri,
    at: wholeOf(uri),
    symbols: [pathSymbol(uri)],
    packageName: tree.name,
    library: tree.library,
    scope: scopeOf(uri, world),
    lockfile,
    listAt: place(uri, tree.listAt),
  });
  for (const root of rootsAbove(uri, world.input)) {
    const at = wholeOf(uri);
    world.edges.push({ from: `package.manifest:${root}`, relation: 'contains', to: { id }, at });
  }
  for (const requirement of tree.requirements) {
    const about = { uri, tree, manifest: id, lockfile };
    modelRequirement(requirement, about, world);
  }
}

interface About {
  readonly uri: string;
  readonly tree: ManifestTree;
  readonly manifest: string;
  readonly lockfile: Value<string | null>;
}

function modelRequirement(requirement: Requirement, about: About, world: World): void {
  const { alias, text, spec, group } = requirement;
  const { uri, tree, manifest, lockfile } = about;
  const at = place(uri, requirement);
  const id = `package.requirement:${uri}#${group}/${alias}`;
  const packageName = spec.type === 'range' || spec.type === 'tag' ? spec.name : alias;
  const entry = entryFor(alias, about, world);
  world.resources.push({
    kind: 'package.requirement',
    id,
    name: `${alias} in ${uri}`,
    at,
    alias,
    packageName,
    spec: text,
    form: spec.type,
    commit: spec.type === 'git' ? spec.commit : null,
    group,
    scope: scopeOf(uri, world),
    library: tree.library,
    lockfile,
    locked: lockedVersion(entry, about, world),
    local: isLocal(packageName, entry, uri, world),
    overridden: tree.overridden.has(alias),
    holdsSecret: urlSecret(text) !== undefined,
    judged: world.advice.judged,
  });
  world.edges.push({ from: manifest, relation: 'depends_on', to: { id }, at });
  // What only developers install does not run where the project runs.
  const ships = group !== 'development' && entry?.local === false;
  if (ships && lockfile.state === 'explicit' && lockfile.value !== null) {
    world.edges.push({
      from: manifest,
      relation: 'depends_on',
      to: { id: dependencyId(lockfile.value, entry) },
      at,
    });
  }
  // What a lockfile holds is judged there.
  if (spec.type !== 'range' || (lockfile.state === 'explicit' && isRead(lockfile.value ?? ''))) return;
  for (const advisory of world.advice.of(spec.name)) {
    const share = affectedShare(spec.range, advisory.affected);
    if (share === 'none' || share === undefined) continue;
    const from = world.advice.idOf(spec.name, advisory);
    world.edges.push({ from, relation: 'affects', to: { id }, at });
  }
}

/** What the lockfile installs for a line; undefined without a lockfile that is read, or when it has nothing. */
function entryFor(alias: string, { uri, lockfile }: About, { locks }: World): LockEntry | undefined {
  if (lockfile.state === 'unknown' || lockfile.value === null) return undefined;
  const lock = locks.get(lockfile.value);
  if (!lock) return undefined;
  const home = placeOfProject(lock, below(folderOf(uri), folderOf(lockfile.value)));
  const found = resolveIn(lock, home, alias);
  return found && followed(lock, found);
}

function lockedVersion(
  entry: LockEntry | undefined,
  { lockfile }: About,
  world: World,
): Value<string | null> {
  if (lockfile.state === 'unknown') return lockfile;
  const path = lockfile.value;
  if (path === null) return byDefault(null, lockfile.at);
  if (entry) return explicit(entry.version ?? '', place(path, entry));
  if (!isRead(path)) return unseen(`${path}: lockfiles of this format are not read yet`, wholeOf(path));
  if (world.locks.get(path)?.broken) return unseen(`${path} does not parse`, wholeOf(path));
  return lossOf(path, world) ?? explicit(null, wholeOf(path));
}

function isLocal(
  name: string,
  entry: LockEntry | undefined,
  uri: string,
  { localNames, input }: World,
): Value<boolean> {
  if (entry?.local || localNames.has(name)) return byDefault(true, wholeOf(uri));
  // A package.json anywhere may be that of a workspace with this name.
  const lost = input.failures.find((failure) => failure.uri.endsWith('package.json'));
  return lost ? unseen(`${lost.uri}: ${lost.error}`, wholeOf(lost.uri)) : byDefault(false, wholeOf(uri));
}
