import { secretFile } from '../../facts/secrets.ts';
import { type IgnorePattern, isIgnored } from '../../lang/dockerignore.ts';
import type { CopySource, SecretFile } from '../../model/docker.ts';
import { type Location, wholeOf } from '../../model/location.ts';
import { couldAnswer, isWithin, projectFolder } from '../../model/scope.ts';
import { explicit, unresolved, unseen, type Value, valueIfKnown } from '../../model/value.ts';
import { type Entry, folderOf, type Listing, type ModelInput } from '../../source.ts';
import { contextPath } from './copy.ts';
import type { DockerTree } from './stages.ts';
import type { CopyStep } from './steps.ts';

/** The folder that a build sees, and what of it. */
export interface BuildContext {
  readonly folder: Value<string>;
  readonly ignoreFile: string | null;
  readonly listing: Listing;
  /** Unknown when the ignore file cannot be read. */
  readonly ignores: Value<readonly IgnorePattern[]>;
}

const mostFolders = 40;

/** Copies from the context into any stage. */
function contextCopies({ stages }: DockerTree): readonly CopyStep[] {
  return stages.flatMap(({ state }) =>
    state.steps.filter((step) => step.type === 'copy' && step.from === null),
  ) as readonly CopyStep[];
}

/** The folder that a build sees: as the file says that orders it, else by what the Dockerfile copies. */
export function contextFolder(
  uri: string,
  tree: DockerTree,
  { listing, builds, holes }: Pick<ModelInput<unknown>, 'listing' | 'builds' | 'holes'>,
): Value<string> {
  const ordered = builds.filter(({ file }) => file === uri);
  const [first] = ordered;
  if (first && ordered.every(({ context }) => context === first.context))
    return explicit(first.context, first.at);
  // A file that was lost may order the build from anywhere.
  const lost = holes.find(
    ({ kinds, scope }) => kinds.includes('compose.service') && couldAnswer(scope, uri, listing.isAside),
  );
  return lost ? lost.unknown : likelyFolder(uri, tree, listing);
}

/**
 * The folder in which most of what is copied exists: the Dockerfile's own or one above it. A build may be started
 * from anywhere, so without such a sign only a Dockerfile that stands among other files is taken at its place.
 */
function likelyFolder(uri: string, tree: DockerTree, listing: Listing): Value<string> {
  const own = folderOf(uri);
  const at = wholeOf(uri);
  const wanted = contextCopies(tree)
    .flatMap(({ sources }) => sources)
    .filter(({ remote }) => remote === null)
    .map((source) => contextPath(source))
    .flatMap((path) =>
      path.state !== 'unknown' && path.value !== '' && !/[*?[]/.test(path.value) ? [path.value] : [],
    );
  const folders = ancestors(own);
  const scores = folders.map((folder) => wanted.filter((path) => exists(listing, join(folder, path))).length);
  const best = Math.max(...scores);
  if (best > 0) return explicit(folders[scores.indexOf(best)] ?? own, at);
  const project = projectFolder(uri);
  const isSorted = own !== project;
  // The ignore file stands where builds start.
  if (isSorted && !listing.get(join(own, '.dockerignore')) && listing.get(join(project, '.dockerignore')))
    return explicit(project, at);
  if (!isSorted || listing.children(own).length > 3) return explicit(own, at);
  return unresolved(`the folder that ${uri} is built in is not known`, at);
}

export function ignoreFileOf(uri: string, folder: string, listing: Listing): string | null {
  return [`${uri}.dockerignore`, join(folder, '.dockerignore')].find((path) => listing.get(path)) ?? null;
}

/** Files in the listing that look like secrets; asked for once a run. */
export function secretEntries(listing: Listing): readonly Entry[] {
  return listing.entries.filter(({ uri }) => quick.test(uri) && secretFile(uri) !== undefined);
}

/** What every name that `secretFile` knows has in it. */
const quick =
  /(\.env|id_|\.npmrc|\.pypirc|\.yarnrc|\.netrc|\.git-cred|\.dockercfg|\.docker\/|\.htpasswd|\.pgpass|\.my\.cnf|account|credential|client_secret|secret|kubeconfig|wp-config|tfstate|tfvars|master\.key|\.p12|\.pfx|\.jks|\.keystore|\.ppk|\.pem|\.key|\.aws|\.ssh|\.kube|\.gnupg)/;

/** Whether a source is for its name alone no secret, but may hold some: a folder, a pattern, the context. */
export function isSpreadSource(source: CopySource): boolean {
  if (source.spread) return true;
  return source.likely !== null && secretFile(source.likely) === undefined;
}

/** The secrets that these sources bring in. A source that is one by its name counts once, whatever is in it. */
export function broughtIn(
  sources: readonly CopySource[],
  context: BuildContext,
  candidates: () => readonly Entry[],
  hasKey: (path: string) => Value<boolean>,
  at: Location,
): Value<readonly SecretFile[]> {
  const found: SecretFile[] = [];
  for (const source of sources) {
    const files = isSpreadSource(source)
      ? heldBy(source, context, candidates, hasKey)
      : namedBy(source, context, hasKey);
    if (files.state === 'unknown') return files;
    found.push(...files.value);
  }
  return explicit(found, at);
}

function namedBy(
  source: CopySource,
  { folder, ignores, listing }: BuildContext,
  hasKey: (path: string) => Value<boolean>,
): Value<readonly SecretFile[]> {
  const { at } = source;
  const path = contextPath(source);
  if (source.likely === null) return path.state === 'unknown' ? path : explicit([], at);
  const kind = secretFile(source.likely) ?? '';
  if (path.state === 'unknown') return explicit([{ path: source.likely, kind, listed: false, at }], at);
  const uri = folder.state === 'unknown' ? undefined : join(folder.value, path.value);
  const listed = uri !== undefined && exists(listing, uri);
  const named = explicit([{ path: path.value, kind, listed, at }], at);
  // Settings of Yarn are seldom more than that.
  if (!listed) return kind === 'Yarn settings' ? explicit([], at) : named;
  if (ignores.state === 'unknown') return ignores;
  // What is ignored cannot be copied, so the build stops here.
  if (isIgnored(ignores.value, path.value)) return explicit([], at);
  const key = isKeyFile(uri) ? hasKey(uri) : explicit(true, at);
  if (key.state === 'unknown') return key;
  return key.value ? named : explicit([], at);
}

function heldBy(
  source: CopySource,
  { folder, ignores }: BuildContext,
  candidates: () => readonly Entry[],
  hasKey: (path: string) => Value<boolean>,
): Value<readonly SecretFile[]> {
  const { at } = source;
  const path = contextPath(source);
  // A single file of no telling name, whichever it is.
  if (path.state === 'unknown') return source.spread ? path : explicit([], at);
  if (folder.state === 'unknown') return folder;
  const inside = candidates().filter(
    ({ uri }) => isWithin(uri, folder.value) && covers(path.value, below(uri, folder.value)),
  );
  if (inside.length === 0) return explicit([], at);
  if (ignores.state === 'unknown') return ignores;
  const kept = inside.filter(({ uri }) => !isIgnored(ignores.value, below(uri, folder.value)));
  const keys = kept.map(({ uri }) => (isKeyFile(uri) ? hasKey(uri) : explicit(true, at)));
  const doubt = keys.find((key) => key.state === 'unknown');
  if (doubt) return doubt;
  const found = kept.filter((_, index) => valueIfKnown(keys[index] ?? explicit(true, at)) === true);
  const files = found.map(({ uri }) => ({ path: uri, kind: secretFile(uri) ?? '', listed: true, at }));
  return explicit(files, at);
}

/** Whether the source of a copy takes the file: it is it, lies in it, or fits it. */
export function covers(source: string, file: string): boolean {
  if (/[*?[]/.test(source)) return fits(source, file);
  return isWithin(file, source);
}

/** Go's `filepath.Match` over the leading folders of the file. */
function fits(pattern: string, file: string): boolean {
  const wanted = pattern.split('/');
  const parts = file.split('/');
  return (
    wanted.length <= parts.length && wanted.every((part, index) => segmentFits(part, parts[index] ?? ''))
  );
}

function segmentFits(pattern: string, name: string): boolean {
  let place = 0;
  let star = -1;
  let from = 0;
  let at = 0;
  while (at < name.length) {
    if (pattern[place] === '*') {
      star = place;
      from = at;
      place += 1;
    } else if (pattern[place] === '?' || pattern[place] === name[at]) {
      place += 1;
      at += 1;
    } else if (star !== -1) {
      place = star + 1;
      from += 1;
      at = from;
    } else return false;
  }
  while (pattern[place] === '*') place += 1;
  return place === pattern.length;
}

export function ignoresOf(
  ignoreFile: string | null,
  parsed: (path: string) => readonly IgnorePattern[] | undefined,
  uri: string,
): Value<readonly IgnorePattern[]> {
  if (ignoreFile === null) return explicit([], wholeOf(uri));
  const patterns = parsed(ignoreFile);
  return patterns
    ? explicit(patterns, wholeOf(ignoreFile))
    : unseen(`${ignoreFile} could not be read`, wholeOf(ignoreFile));
}

export function join(folder: string, path: string): string {
  if (folder === '') return path;
  return path === '' ? folder : `${folder}/${path}`;
}

export function below(uri: string, folder: string): string {
  return folder === '' ? uri : uri.slice(folder.length + 1);
}

export function exists(listing: Listing, path: string): boolean {
  return listing.get(path) !== undefined || listing.hasFolder(path);
}

function ancestors(folder: string): readonly string[] {
  const found = [folder];
  for (let at = folder; at !== '' && found.length < mostFolders; found.push(at)) at = folderOf(at);
  return found;
}

/** Files that may be certificates as well as keys, so that only their text tells. */
export function keyFiles(tree: DockerTree, folder: string, candidates: readonly Entry[]): readonly string[] {
  const paths = contextCopies(tree).flatMap(({ sources }) =>
    sources.map((source) => valueIfKnown(contextPath(source))),
  );
  return candidates
    .map(({ uri }) => uri)
    .filter((uri) => isWithin(uri, folder) && isKeyFile(uri))
    .filter((uri) => paths.some((path) => path !== undefined && covers(path, below(uri, folder))));
}

function isKeyFile(path: string): boolean {
  return /^(key file|package registry credentials|Yarn settings)$/.test(secretFile(path) ?? '');
}
