import { quotedSecret } from '../../facts/npm-spec.ts';
import { parseJson } from '../../lang/json.ts';
import { eachKey, stringAfter } from '../../lang/json-keys.ts';
import type { DependencyGroup } from '../../model/package.ts';
import type { Parsed, Span, TextSource } from '../../source.ts';

/** What a package-lock.json or npm-shrinkwrap.json installs. */
export interface LockTree {
  readonly type: 'lock';
  readonly version: number;
  /** By place: `node_modules/a/node_modules/b`; the project and its workspaces by folder, the root as `''`. */
  readonly entries: ReadonlyMap<string, LockEntry>;
  /** It does not parse, so nothing in it is known. */
  readonly broken: boolean;
}

export interface LockEntry extends Span {
  readonly place: string;
  /** The package's own name, which an alias sets apart from its folder. */
  readonly name: string;
  /** A version, or in old files the address it is fetched from. */
  readonly version: string | null;
  readonly resolved: string | null;
  readonly hasIntegrity: boolean;
  readonly group: DependencyGroup;
  /** A folder of the tree: the link in node_modules, or the workspace itself. */
  readonly local: boolean;
  /** Where a link leads. */
  readonly target: string | null;
  readonly bundled: boolean;
  readonly deprecated: string | null;
  /** Specs of what it needs, by name. */
  readonly requires: ReadonlyMap<string, string>;
  /** Those of them that a project needs for development only. */
  readonly forDevelopment: ReadonlySet<string>;
  readonly resolvedAt: Span;
  readonly deprecatedAt: Span;
}

export function parseLock(source: TextSource): Parsed<LockTree> {
  const { text, uri } = source;
  // A blank in place of a byte-order mark keeps every offset.
  const plain = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  const parsed = jsonIn(plain);
  if (parsed === undefined) {
    const { diagnostics } = parseJson(text, uri);
    if (diagnostics.length === 0) throw new Error('does not parse as JSON');
    return { tree: { type: 'lock', version: 0, entries: new Map(), broken: true }, diagnostics };
  }
  const root = record(parsed);
  if (!root || !isLockfile(root)) {
    throw new Error('is no lockfile of npm');
  }
  const version = versionOf(root);
  if (version > 3) throw new Error(`lockfile version ${version} is not known`);
  const entries = entriesOf(root, plain);
  const secrets = [...entries.values()].flatMap(({ resolved, resolvedAt }) =>
    resolved === null ? [] : quotedSecret(resolved, resolvedAt),
  );
  return { tree: { type: 'lock', version, entries, broken: false }, secrets };
}

type Raw = Readonly<Record<string, unknown>>;

/** Where an entry's name stands, and those of its values that checks point at. */
interface Places {
  key?: Span;
  resolved?: Span;
  deprecated?: Span;
  version?: Span;
}

/** npm takes an empty object for a lockfile of its oldest form. */
function isLockfile(root: Raw): boolean {
  const keys = Object.keys(root);
  return (
    keys.length === 0 || ['lockfileVersion', 'packages', 'dependencies'].some((key) => keys.includes(key))
  );
}

function versionOf(root: Raw): number {
  const { lockfileVersion } = root;
  if (typeof lockfileVersion === 'number') return lockfileVersion;
  return record(root['packages']) ? 2 : 1;
}

function entriesOf(root: Raw, source: string): ReadonlyMap<string, LockEntry> {
  const packages = record(root['packages']);
  const places = placesOf(source, packages !== undefined);
  const raws = packages ? Object.entries(packages) : nested(root['dependencies']);
  const found = new Map<string, LockEntry>();
  for (const [place, value] of raws) {
    found.set(place, entryOf(place, record(value) ?? {}, places.get(place) ?? {}, source));
  }
  return found;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The tolerant parser says what is wrong with it, and where.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Where each entry and the values in it stand, from one pass over the text. */
function placesOf(text: string, isFlat: boolean): ReadonlyMap<string, Places> {
  const found = new Map<string, Places>();
  const placeOf = isFlat ? flatPlace : nestedPlaces();
  const visit = (path: readonly string[], start: number, end: number): void => {
    const isEntry = isFlat ? path.length === 2 : path.length % 2 === 0;
    const name = isEntry ? 'key' : pointedAt(path.at(-1));
    const owner = name && placeOf(path);
    if (name === undefined || owner === undefined) return;
    const known = found.get(owner);
    if (known) known[name] = { start, end };
    else found.set(owner, { [name]: { start, end } });
  };
  eachKey(text, visit, isFlat ? 3 : undefined);
  return found;
}

function pointedAt(name: string | undefined): keyof Places | undefined {
  return name === 'resolved' || name === 'deprecated' || name === 'version' ? name : undefined;
}

function flatPlace(path: readonly string[]): string | undefined {
  return path[0] === 'packages' && (path.length === 2 || path.length === 3) ? path[1] : undefined;
}

/** Levels of packages in packages in the old form; real trees stay far below. */
const mostLevels = 30;

/**
 * `dependencies`, a, `dependencies`, b → node_modules/a/node_modules/b, also for the names right below b. Asked in
 * the order of the file, so that the places above are known.
 */
function nestedPlaces(): (path: readonly string[]) => string | undefined {
  const above: string[] = [];
  return (path) => {
    const level = path.length >> 1;
    if (level === 0 || path[2 * level - 2] !== 'dependencies' || path[0] !== 'dependencies') return undefined;
    if (level > mostLevels) throw new Error(`packages are nested more than ${mostLevels} levels deep`);
    if (path.length % 2 === 0) {
      const outer = level === 1 ? '' : `${above[level - 2]}/`;
      above[level - 1] = `${outer}node_modules/${path[2 * level - 1]}`;
      above.length = level;
    }
    return above[level - 1];
  };
}

/** Entries of the old form, each with its place; walked without recursion. */
function nested(dependencies: unknown): readonly (readonly [string, unknown])[] {
  const found: (readonly [string, unknown])[] = [];
  const waiting: (readonly [string, unknown])[] = [['', dependencies]];
  for (let at = 0; at < waiting.length; at += 1) {
    const [prefix, list] = waiting[at] ?? ['', undefined];
    for (const [name, value] of Object.entries(record(list) ?? {})) {
      const place = `${prefix}node_modules/${name}`;
      found.push([place, value]);
      waiting.push([`${place}/`, record(value)?.['dependencies']]);
    }
  }
  return found;
}

function entryOf(place: string, raw: Raw, places: Places, source: string): LockEntry {
  const key = places.key ?? { start: 0, end: 0 };
  const resolved = text(raw['resolved']);
  const version = text(raw['version']);
  const alias = version === null || /^\d/.test(version) ? null : (aliasIn(version) ?? archiveIn(version));
  const isAddress = resolved === null && version !== null && /^(?!npm:)[a-z+]+:/.test(version);
  const at = (name: 'version' | 'resolved' | 'deprecated'): Span => {
    const span = places[name];
    return span ? stringAfter(source, span) : key;
  };
  return {
    place,
    ...key,
    name: alias?.name ?? text(raw['name']) ?? folderName(place),
    version: alias?.version ?? version,
    resolved: isAddress ? version : resolved,
    hasIntegrity: (text(raw['integrity']) ?? '') !== '',
    group: groupOf(raw),
    ...localOf(place, raw, version),
    bundled: raw['bundled'] === true || raw['inBundle'] === true,
    deprecated: text(raw['deprecated']),
    requires: requiresOf(raw),
    forDevelopment:
      'devDependencies' in raw ? new Set(Object.keys(record(raw['devDependencies']) ?? {})) : none,
    resolvedAt: at(resolved === null ? 'version' : 'resolved'),
    deprecatedAt: at('deprecated'),
  };
}

const none: ReadonlySet<string> = new Set();

function localOf(place: string, raw: Raw, version: string | null): Pick<LockEntry, 'local' | 'target'> {
  const isFolder = version?.startsWith('file:') === true && !/\.(tgz|tar\.gz)$/.test(version);
  const target = raw['link'] === true ? text(raw['resolved']) : isFolder ? version.slice(5) : null;
  return { target, local: raw['link'] === true || target !== null || !place.includes('node_modules/') };
}

/** `npm:real@1.0.0` in the place of a version. */
function aliasIn(version: string): { readonly name: string; readonly version: string } | null {
  if (!version.startsWith('npm:')) return null;
  const cut = version.lastIndexOf('@');
  return cut <= 4 ? null : { name: version.slice(4, cut), version: version.slice(cut + 1) };
}

/** A registry's address in the place of a version tells both; what npm installs is what it leads to. */
function archiveIn(version: string): { readonly name: string; readonly version: string } | null {
  const [, name, file, release] =
    /^https?:\/\/.*?\/((?:@[^/]+\/)?([^/@]+))\/-\/\2-(\d[^/]*)\.tgz$/.exec(version) ?? [];
  return name === undefined || file === undefined || release === undefined
    ? null
    : { name, version: release };
}

function groupOf(raw: Raw): DependencyGroup {
  if (raw['dev'] === true) return 'development';
  if (raw['optional'] === true || raw['devOptional'] === true) return 'optional';
  return raw['peer'] === true ? 'peer' : 'production';
}

/** In the old form `requires` may be `true` and says nothing then, and `dependencies` holds entries, not specs. */
function requiresOf(raw: Raw): ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  for (const list of lists) {
    const specs = raw[list];
    if (specs === undefined) continue;
    for (const [name, spec] of Object.entries(record(specs) ?? {})) {
      if (typeof spec === 'string') (found ??= new Map()).set(name, spec);
    }
  }
  return found ?? noSpecs;
}

const lists = ['devDependencies', 'peerDependencies', 'optionalDependencies', 'requires', 'dependencies'];
const noSpecs: ReadonlyMap<string, string> = new Map();

function folderName(place: string): string {
  const cut = place.lastIndexOf('node_modules/');
  return cut === -1 ? place : place.slice(cut + 'node_modules/'.length);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function record(value: unknown): Raw | undefined {
  // An object from JSON.parse; its values are looked at one by one.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
}
