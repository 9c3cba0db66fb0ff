import type { Diagnostic } from './model/common.ts';
import type { Build, Fragment, Hole, Kind, Placement } from './model/resource.ts';
import { isAside, isWithin } from './model/scope.ts';

/** One line of the listing: a file or an API answer that exists. Nothing is read yet. */
export interface Entry {
  /** Path below the root, with `/`; or an address `aws:<account>/<region>/<service>/<resource>/<Operation>`. */
  readonly uri: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits, where the source has them. */
  readonly mode?: number;
  /** Whether git has it in its index; absent outside a repository. */
  readonly tracked?: boolean;
  /** Whether git ignores it. */
  readonly ignored?: boolean;
  /** For a symbolic link: path below the root of the file that it leads to. */
  readonly link?: string;
}

/** A listing that can be asked by path; paths are below the root. */
export interface Listing {
  readonly entries: readonly Entry[];
  /** Absolute path of the root on the scanned machine, to place absolute paths in it; absent for streams. */
  readonly root?: string;
  /** Folder below the root that the scan was asked for; `''` when it is the root itself. */
  readonly base: string;
  /** Whether a path lies in a folder of tests, fixtures or examples, seen from where the scan began. */
  isAside(uri: string): boolean;
  get(uri: string): Entry | undefined;
  /** Direct children (files only) of a folder; `''` is the root. */
  children(folder: string): readonly Entry[];
  /** All files below a folder, in the order of their paths. */
  within(folder: string): readonly Entry[];
  /** Whether the folder exists in the listing. */
  hasFolder(folder: string): boolean;
}

interface SourceBase extends Entry {
  /** What another file wanted it as (`include`, `env_file`, `certificate`); absent when the loader claimed it. */
  readonly role?: string;
  /** What was done to read it that a reader should know: "not UTF-8, read as Latin-1". */
  readonly notice?: string;
}
/** A file's decoded text, without a byte-order mark. */
export interface TextSource extends SourceBase {
  readonly text: string;
}
/** A file's bytes: certificates, key stores. */
interface ByteSource extends SourceBase {
  readonly bytes: Uint8Array;
}
export type Source = TextSource | ByteSource;

/** Something that should have been read and was not. Reported, and makes dependent answers unknown. */
export interface Failure {
  readonly uri: string;
  readonly error: string;
}

/** Finds sources and reads them. Does all the I/O there is. */
export interface Collector {
  readonly name: string;
  /** The listing with what could not be listed (a folder without permission) and what was left out, and why. */
  list(): Promise<Collected>;
  /** Reads one entry of the listing; never throws. */
  read(entry: Entry, as: 'text' | 'bytes'): Source | Failure;
}

export interface Collected {
  readonly listing: Listing;
  readonly failures: readonly Failure[];
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a parser makes of one source. */
export interface Parsed<T> {
  readonly tree: T;
  /** Spans of comments, in order; ignores are read from them. */
  readonly comments?: readonly Span[];
  /** Spans whose text must never be shown: passwords, keys, tokens. */
  readonly secrets?: readonly Span[];
  readonly diagnostics?: readonly Diagnostic[];
}

export interface ParsedFile<T> extends Parsed<T> {
  readonly source: Source;
}

/** A file that a parsed one names. */
export interface Want {
  /** An entry of the listing. */
  readonly uri: string;
  /** Handed back as `source.role`. */
  readonly role: string;
  readonly as: 'text' | 'bytes';
}

/** Key of a slice of reference data: `eol`, `advisories/npm`. The data reader maps it to a file. */
export type DataKey = string;

export interface Reference {
  /** The parsed data; `undefined` when it was not asked for in `needs`. */
  get(key: DataKey): unknown;
}

export interface ModelInput<T> {
  /** By uri, in the listing's order; wanted files too, under their role. */
  readonly parsed: ReadonlyMap<string, ParsedFile<T>>;
  readonly listing: Listing;
  /** Sources of this loader that could not be read or parsed. The engine has already made holes for them. */
  readonly failures: readonly Failure[];
  /** Published by the loaders named in `after`. */
  readonly placements: readonly Placement[];
  /** Builds that they order. */
  readonly builds: readonly Build[];
  /** What they should have told of, and could not. */
  readonly holes: readonly Hole[];
  readonly reference: Reference;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Values that the user gave with `--var` or the config declares. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads one format. Pure: it sees only what it is given. */
export interface Loader<T = unknown> {
  readonly name: string;
  /** The kinds it makes; a source of it that is lost leaves a hole in each. */
  readonly kinds: readonly Kind[];
  /**
   * One file. Throws only on input that it can make nothing of; every fault that it can step over is a
   * diagnostic. Returns null when a file that was only taken by its looks is not of this format after all.
   */
  parse(source: Source): Parsed<T> | null;
  /** How claimed files are read; default: text. */
  readonly reads?: 'text' | 'bytes';
  /** Folder whose questions a lost source of this format could have answered; default: the source's project. */
  scope?(uri: string): string;
  /** Files that the parsed ones name and that should be read too; asked until nothing is new. */
  wants?(input: ModelInput<T>): readonly Want[];
  needs?(parsed: ReadonlyMap<string, ParsedFile<T>>): readonly DataKey[];
  /** All files of the format together. */
  model(input: ModelInput<T>): Fragment;
}

/** What is known of a loader before its code is loaded. Kept small: every start of the program pays for it. */
export interface LoaderEntry {
  readonly name: string;
  /** Modelled after these, whose placements it gets. */
  readonly after?: readonly string[];
  /** `name`: the name says that it is ours; `look`: it may be, `recognises` decides by its beginning. */
  claims(entry: Entry): 'name' | 'look' | false;
  /** `head` is the first 4,096 characters. */
  recognises?(head: string, entry: Entry): boolean;
  load(): Promise<Loader>;
}

/** Makes a loader of one tree type fit the list of all loaders; `parse` is the only maker of its trees. */
export function defineLoader<T>(loader: Loader<T>): Loader {
  return loader as Loader;
}

export function isText(source: Source): source is TextSource {
  return 'text' in source;
}

/** Indexes entries by path and folder. */
export function listing(
  entries: readonly Entry[],
  { root, base = '' }: { readonly root?: string | undefined; readonly base?: string } = {},
): Listing {
  const known = new Map(entries.map((entry) => [entry.uri, entry]));
  let sorted: readonly Entry[] | undefined;
  const byFolder = new Map<string, Entry[]>([['', []]]);
  for (const entry of entries) {
    let folder = folderOf(entry.uri);
    const group = byFolder.get(folder);
    if (group) group.push(entry);
    else byFolder.set(folder, [entry]);
    while (folder !== '') {
      folder = folderOf(folder);
      if (byFolder.has(folder)) break;
      byFolder.set(folder, []);
    }
  }
  return {
    entries,
    ...(root === undefined ? {} : { root }),
    base,
    isAside: (uri) => isAside(isWithin(uri, base) ? uri.slice(base.length) : uri),
    get: (uri) => known.get(uri),
    children: (folder) => byFolder.get(folder) ?? [],
    within: (folder) => {
      if (folder === '') return entries;
      sorted ??= entries.toSorted(byUri);
      // `0` is the character behind `/`: what lies between is in the folder.
      return sorted.slice(placeIn(sorted, `${folder}/`), placeIn(sorted, `${folder}0`));
    },
    hasFolder: (folder) => byFolder.has(folder),
  };
}

function byUri(left: Entry, right: Entry): number {
  return left.uri < right.uri ? -1 : left.uri > right.uri ? 1 : 0;
}

/** How many of the sorted entries come before a path. */
function placeIn(sorted: readonly Entry[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.uri ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `a/b/c.conf` → `a/b`; a name without a folder → `''`. */
export function folderOf(uri: string): string {
  const slash = uri.lastIndexOf('/');
  return slash === -1 ? '' : uri.slice(0, slash);
}

/** Joins a relative path to a folder and settles `.` and `..`; undefined when it leaves the root. */
export function resolvePath(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
