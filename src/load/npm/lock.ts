import { quotedSecret } from '../../facts/npm-spec.ts';
import { parseJson } from '../../lang/json.ts';
import { eachKey } from '../../lang/json-keys.ts';
import type { Parsed, TextSource } from '../../source.ts';
import { entryOf, type LockEntry, nowhere, type Places, type Raw, record } from './lock-entry.ts';

/** What a package-lock.json or npm-shrinkwrap.json installs. */
export interface LockTree {
  readonly type: 'lock';
  readonly version: number;
  /** By place: `node_modules/a/node_modules/b`; the project and its workspaces by folder, the root as `''`. */
  readonly entries: ReadonlyMap<string, LockEntry>;
  /** It does not parse, so nothing in it is known. */
  readonly broken: boolean;
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
    found.set(place, entryOf(place, record(value) ?? {}, places.get(place) ?? nowhere, source));
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
  const visit = (path: readonly string[], start: number, end: number): boolean => {
    // The old form of the same, for old programs, follows the new one.
    if (isFlat && path.length === 1 && path[0] === 'dependencies' && found.size > 0) return false;
    const isEntry = isFlat ? path.length === 2 : path.length % 2 === 0;
    const name = isEntry ? 'key' : pointedAt(path.at(-1));
    const owner = name && placeOf(path);
    if (name === undefined || owner === undefined) return true;
    const known = found.get(owner) ?? { ...nowhere };
    known[name] = { start, end };
    found.set(owner, known);
    return true;
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
