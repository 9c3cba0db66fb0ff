import type { Scope } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';

import { type Unknown, unseen } from '../../model/value.ts';
import { folderOf, type Listing } from '../../source.ts';
import { mergeTables } from './merge.ts';
import { mainNames, overrideNames, scopeOf } from './names.ts';
import { entryAt, extended, includedFiles } from './paths.ts';
import type { Table } from './settings.ts';
import type { ComposeFile } from './tree.ts';
import type { Variables } from './variables.ts';
import type { World } from './world.ts';

/** Everything that is started together: the main file, what compose merges over it, what it includes. */
export interface Project {
  /** The folder of the main file (`.` for the root), or the path of a file that stands alone. */
  readonly id: string;
  readonly main: ComposeFile;
  /** What the main file's name and folder say of it. */
  readonly scope: Scope;
  readonly services: ReadonlyMap<string, Service>;
  /** `volumes`, `networks`, `configs`, `secrets` of all files. */
  readonly top: Table;
}

/** One service with all that is said about it in one table. */
export interface Service {
  readonly name: string;
  readonly key: Location;
  readonly table: Table;
  readonly variables: Variables;
  /** Why nothing about it is certain. */
  readonly doubt: Unknown | undefined;
  /** Why what is not said about it may still hold. */
  readonly gap: Unknown | undefined;
}

/** The projects of the tree, each file in one: where it is main, merged over a main file, or included. */
export function projectsOf(world: World): readonly Project[] {
  const taken = partsOf(world);
  return world.files.flatMap((file) => {
    const main = mainOf(file, world.listing);
    if (taken.has(file.uri)) return [];
    if (main === file.uri)
      return [projectOf(folderOf(file.uri) || '.', [file, ...overridesOf(file, world)], world)];
    if (main === undefined || stands(file)) return [projectOf(file.uri, [file], world)];
    const base = world.file(main);
    if (isOverride(file.uri) || !base) return [];
    const whole = projectOf(file.uri, [base, file], world);
    const own = [...whole.services].filter(([name]) => file.services.has(name));
    return [{ ...whole, main: file, scope: scopeOf(file.uri, world.listing), services: new Map(own) }];
  });
}

/** Whether every service of the file says itself what it runs. */
function stands({ services }: ComposeFile): boolean {
  return [...services.values()].every(({ table: { entries } }) =>
    ['image', 'build', 'extends'].some((name) => entries.has(name)),
  );
}

/** The file that compose takes in the folder; undefined when there is none. */
function mainOf({ uri }: ComposeFile, listing: Listing): string | undefined {
  const folder = folderOf(uri);
  const main = mainNames
    .map((name) => entryAt(listing, join(folder, name)))
    .find((entry) => entry !== undefined);
  return main?.uri;
}

function overridesOf(
  { uri }: ComposeFile,
  { listing, file, lost }: World,
): readonly (ComposeFile | Unknown)[] {
  const folder = folderOf(uri);
  const entry = overrideNames
    .map((name) => entryAt(listing, join(folder, name)))
    .find((found) => found !== undefined);
  if (!entry) return [];
  return [file(entry.uri) ?? lost(entry.uri)];
}

function isOverride(uri: string): boolean {
  return overrideNames.includes(uri.slice(uri.lastIndexOf('/') + 1));
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Files that are part of another one's project: included, or only there to be extended. */
function partsOf({ files, listing, variables }: World): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of files) {
    const known = variables(file.uri);
    for (const { uri } of includedFiles(file, known, listing).flat())
      if (uri !== undefined && uri !== file.uri) found.add(uri);
    for (const { table } of file.services.values()) {
      const uri = extended(table, known, listing)?.file?.uri;
      const name = uri?.slice(uri.lastIndexOf('/') + 1) ?? '';
      if (uri !== undefined && uri !== file.uri && !mainNames.includes(name)) found.add(uri);
    }
  }
  return found;
}

function projectOf(id: string, layers: readonly (ComposeFile | Unknown)[], world: World): Project {
  const found = layers.filter((layer) => 'uri' in layer);
  const [main] = found;
  if (!main) throw new Error(`${id}: a project without a file`);
  const doubt = layers.find((layer) => 'state' in layer);
  const files = [...found, ...included(found, world, new Set(found.map(({ uri }) => uri)))];
  const services = new Map<string, Service>();
  for (const file of files) {
    for (const name of file.services.keys()) {
      const own = serviceOf(file, name, main.uri, world, []);
      const before = services.get(name);
      const merged =
        before && own
          ? { ...before, table: mergeTables(before.table, own.table), gap: before.gap ?? own.gap }
          : own;
      if (merged) services.set(name, { ...merged, doubt });
    }
  }
  const top = files.map(({ root }) => root).reduce(mergeTables);
  return { id, main, scope: scopeOf(main.uri, world.listing), services, top };
}

/** Files that these include, and those that they include in turn. */
function included(files: readonly ComposeFile[], world: World, seen: Set<string>): readonly ComposeFile[] {
  return files.flatMap((file) =>
    includedFiles(file, world.variables(file.uri), world.listing)
      .flat()
      .flatMap(({ uri }) => {
        const other = uri === undefined || seen.has(uri) ? undefined : world.file(uri);
        if (!other) return [];
        seen.add(other.uri);
        return [other, ...included([other], world, seen)];
      }),
  );
}

/** How far `extends` is followed. */
const maxExtends = 16;

function serviceOf(
  file: ComposeFile,
  name: string,
  main: string,
  world: World,
  within: readonly string[],
): Service | undefined {
  const found = file.services.get(name);
  const step = `${file.uri}#${name}`;
  if (!found || within.includes(step) || within.length > maxExtends) return undefined;
  const variables = world.variables(within.length > 0 ? main : file.uri, main);
  const own: Service = { name, ...found, variables, doubt: undefined, gap: gapIn(file, name) };
  const base = extended(found.table, variables, world.listing);
  if (!base) return own;
  const other = base.file ? base.file.uri !== undefined && world.file(base.file.uri) : file;
  const parent = other ? serviceOf(other, base.service, main, world, [...within, step]) : undefined;
  if (parent) return { ...own, table: mergeTables(parent.table, own.table), gap: own.gap ?? parent.gap };
  const lost =
    base.file && !other
      ? `${base.file.text.text}, which services extend, is not in the tree`
      : `the service ${base.service} that ${name} extends is not in the tree`;
  return { ...own, gap: unseen(lost, base.text.at) };
}

/** A part of the service that could not be read. */
function gapIn({ uri, services, lost }: ComposeFile, name: string): Unknown | undefined {
  if (lost.length === 0) return undefined;
  const start = services.get(name)?.key.start ?? 0;
  const next = Math.min(
    ...[...services.values()].map(({ key }) => key.start).filter((other) => other > start),
    Number.POSITIVE_INFINITY,
  );
  const span = lost.find((one) => one.start >= start && one.start < next);
  return span && unseen(`a part of ${uri} cannot be read`, { source: uri, start: span.start, end: span.end });
}
