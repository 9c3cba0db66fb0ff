import { stringAfter } from '../../lang/json-keys.ts';
import type { DependencyGroup } from '../../model/package.ts';
import type { Span } from '../../source.ts';

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
  /** Names of what it needs. */
  readonly requires: readonly string[];
  /** What a project writes behind these names; empty for packages. */
  readonly specs: readonly string[];
  /** Those of them that a project needs for development only. */
  readonly forDevelopment: ReadonlySet<string>;
  readonly resolvedAt: Span;
  readonly deprecatedAt: Span;
}

/** An object from JSON.parse. */
export type Raw = Readonly<Record<string, unknown>>;

/** Where an entry's name stands, and those of its values that checks point at. */
export interface Places {
  key: Span | undefined;
  resolved: Span | undefined;
  deprecated: Span | undefined;
  version: Span | undefined;
}

export const nowhere: Places = {
  key: undefined,
  resolved: undefined,
  deprecated: undefined,
  version: undefined,
};

export function entryOf(place: string, raw: Raw, places: Places, source: string): LockEntry {
  const key = places.key ?? start;
  const resolved = text(raw['resolved']);
  const version = text(raw['version']);
  const deprecated = text(raw['deprecated']);
  const alias = version === null || /^\d/.test(version) ? null : (aliasIn(version) ?? archiveIn(version));
  const target = targetOf(raw, version);
  const isProject = !place.includes('node_modules/');
  return {
    place,
    start: key.start,
    end: key.end,
    name: alias?.name ?? text(raw['name']) ?? folderName(place),
    version: alias?.version ?? version,
    resolved: resolved ?? addressIn(version),
    hasIntegrity: (text(raw['integrity']) ?? '') !== '',
    group: groupOf(raw),
    target,
    local: target !== null || raw['link'] === true || isProject,
    bundled: raw['bundled'] === true || raw['inBundle'] === true,
    deprecated,
    requires: requiresOf(raw),
    specs: isProject ? specsOf(raw) : nothing,
    forDevelopment:
      'devDependencies' in raw ? new Set(Object.keys(record(raw['devDependencies']) ?? {})) : none,
    resolvedAt: valueAt(resolved === null ? places.version : places.resolved, key, source),
    deprecatedAt: deprecated === null ? key : valueAt(places.deprecated, key, source),
  };
}

/** In the old form the address may stand in the place of the version. */
function addressIn(version: string | null): string | null {
  return version !== null && /^(?!npm:)[a-z+]+:/.test(version) ? version : null;
}

function valueAt(name: Span | undefined, key: Span, source: string): Span {
  return name ? stringAfter(source, name) : key;
}

const start: Span = { start: 0, end: 0 };
const none: ReadonlySet<string> = new Set();

/** Where a link leads; null for what is none. */
function targetOf(raw: Raw, version: string | null): string | null {
  if (raw['link'] === true) return text(raw['resolved']);
  return version?.startsWith('file:') && !/\.(tgz|tar\.gz)$/.test(version) ? version.slice(5) : null;
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
function requiresOf(raw: Raw): readonly string[] {
  let found: string[] | undefined;
  for (const list of lists) {
    const specs = record(raw[list]);
    if (!specs) continue;
    const names = Object.keys(specs).filter((name) => typeof specs[name] === 'string');
    found = found ? [...found, ...names] : names;
  }
  return found ?? nothing;
}

function specsOf(raw: Raw): readonly string[] {
  return lists.flatMap((list) =>
    Object.values(record(raw[list]) ?? {}).filter((spec) => typeof spec === 'string'),
  );
}

const lists = ['devDependencies', 'peerDependencies', 'optionalDependencies', 'requires', 'dependencies'];
const nothing: readonly string[] = [];

function folderName(place: string): string {
  const cut = place.lastIndexOf('node_modules/');
  return cut === -1 ? place : place.slice(cut + 'node_modules/'.length);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function record(value: unknown): Raw | undefined {
  // An object from JSON.parse; its values are looked at one by one.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
}
