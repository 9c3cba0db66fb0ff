import type { Problem } from './finding.ts';
import type { Task } from './guard.ts';
import { limits as defaultLimits, type Limits } from './limits.ts';
import { type UnsupportedFormat, unsupportedFormat } from './load/unsupported.ts';
import {
  type Collector,
  type Entry,
  type Failure,
  isText,
  type Listing,
  type Loader,
  type LoaderEntry,
  type ParsedFile,
  type Source,
  type Want,
} from './source.ts';

/** What one loader gets to model. */
export interface Intake {
  readonly parsed: Map<string, ParsedFile<unknown>>;
  readonly failures: Failure[];
}

type Lose = (error: string, stage: Problem['stage']) => void;

/** Reads and parses; keeps every text and every problem of the run. */
export class Reader {
  readonly problems: Problem[] = [];
  readonly sources = new Map<string, Source>();
  /** Secrets found by any parser, by source. */
  readonly secrets = new Map<string, { readonly start: number; readonly end: number }[]>();
  private readonly noticed = new Set<string>();
  private readonly collector: Collector;
  private readonly limits: Limits;

  constructor(collector: Collector, limits: Limits = defaultLimits) {
    this.collector = collector;
    this.limits = limits;
  }

  read(entry: Entry, as: 'text' | 'bytes'): Source | Failure {
    const key = as === 'text' ? entry.uri : `bytes ${entry.uri}`;
    const known = this.sources.get(key);
    if (known) return known;
    const found = this.collector.read(entry, as);
    if (!('error' in found)) this.sources.set(key, found);
    return found;
  }

  head(entry: Entry): string {
    const found = this.read(entry, 'text');
    return 'error' in found || !isText(found) ? '' : found.text.slice(0, 4096);
  }

  /** Parses one source for a loader; what cannot be read or parsed is a failure and a problem. */
  parsing(loader: Loader, { uri, role, as }: Want, into: Intake, claims: Claims | undefined): Task {
    const expected = claims?.expected.has(uri) ?? false;
    const lose: Lose = (error, stage) => {
      into.failures.push({ uri, error });
      this.problems.push({ stage, subject: uri, message: error, sort: 'unseen', expected });
    };
    return {
      run: () => {
        const source = this.read({ size: 0, ...this.entry(uri), uri }, as);
        if ('error' in source) lose(source.error, 'collect');
        else this.parse(loader, role === '' ? source : { ...source, role }, into, lose);
        return undefined;
      },
      overrun: () => lose(`parsing took longer than ${this.limits.step / 1000} s and was ended`, 'parse'),
    };
  }

  private parse(loader: Loader, source: Source, into: Intake, lose: Lose): void {
    const { uri, notice } = source;
    if (notice !== undefined && !this.noticed.has(uri)) {
      this.noticed.add(uri);
      this.problems.push({
        stage: 'collect',
        subject: uri,
        message: notice,
        sort: 'notice',
        expected: false,
      });
    }
    try {
      const parsed = loader.parse(source);
      if (parsed === null) return;
      into.parsed.set(uri, { source, ...parsed });
      if (parsed.secrets) this.secrets.set(uri, [...(this.secrets.get(uri) ?? []), ...parsed.secrets]);
    } catch (cause) {
      lose(messageOf(cause), 'parse');
    }
  }

  /** Set once the listing is known. */
  entry: (uri: string) => Entry | undefined = () => undefined;
}

/** Which loader takes which entries, and which files are of formats that nobody reads yet. */
export interface Claims {
  readonly byLoader: ReadonlyMap<LoaderEntry, readonly Entry[]>;
  /** Entries that were taken by name outside test and example folders. */
  readonly expected: ReadonlySet<string>;
  readonly unsupported: ReadonlyMap<UnsupportedFormat, readonly string[]>;
}

/** Programs and media: nobody configures a backend in them, and most files of a tree are such. */
const never =
  /\.(?:[cm]?[jt]sx?|css|scss|less|html?|md|vue|svelte|map|png|jpe?g|gif|webp|svg|ico|woff2?|ttf|eot|mp[34]|pdf|go|rs|java|kt|c|h|cc|cpp|hpp|cs|rb|class|jar|so|o|a|dll|exe|zip|gz|bz2|xz)$/i;

export function claim(listing: Listing, loaders: readonly LoaderEntry[], reader: Reader): Claims {
  const byLoader = new Map<LoaderEntry, Entry[]>(loaders.map((loader) => [loader, []]));
  const expected = new Set<string>();
  const unsupported = new Map<UnsupportedFormat, string[]>();
  for (const entry of listing.entries) {
    if (never.test(entry.uri)) continue;
    // A link to a listed file is the same file under another name; loaders follow it where the name matters.
    if (entry.link !== undefined && listing.get(entry.link)) continue;
    const takers = loaders.filter((loader) => takes(loader, entry, reader));
    for (const loader of takers) byLoader.get(loader)?.push(entry);
    if (takers.length === 0) note(entry);
    else if (!listing.isAside(entry.uri) && takers.some((loader) => loader.claims(entry) === 'name'))
      expected.add(entry.uri);
  }
  return { byLoader, expected, unsupported };

  function note(entry: Entry): void {
    const format = unsupportedFormat(entry, () => reader.head(entry));
    if (!format) return;
    const files = unsupported.get(format);
    if (files) files.push(entry.uri);
    else unsupported.set(format, [entry.uri]);
  }
}

function takes(loader: LoaderEntry, entry: Entry, reader: Reader): boolean {
  const claimed = loader.claims(entry);
  if (claimed !== 'look') return claimed === 'name';
  return loader.recognises?.(reader.head(entry), entry) ?? false;
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
