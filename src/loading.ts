import type { DataReader, Plan } from './audit.ts';
import { type Task, tasksWithin } from './guard.ts';
import { folderHoles, holesOf, unsupportedHoles } from './holes.ts';
import { type Claims, claim, type Intake, messageOf, type Reader } from './intake.ts';
import type { Limits } from './limits.ts';
import { wholeOf } from './model/location.ts';
import type { Fragment, Resource } from './model/resource.ts';
import { unseen } from './model/value.ts';
import type { DataKey, Failure, Listing, Loader, LoaderEntry, ModelInput, Want } from './source.ts';

/** Which loader takes which entries. Recognising reads and matches text of strangers, so it runs under the watch. */
export function claimWithin(
  listing: Listing,
  loaders: readonly LoaderEntry[],
  reader: Reader,
  { step }: Limits,
): Claims | undefined {
  let found: Claims | undefined;
  const run = (): undefined => {
    found = claim(listing, loaders, reader);
  };
  const overrun = (): void => {
    const message = `telling the formats of ${listing.entries.length} files took longer than ${(step * 6) / 1000} s`;
    reader.problems.push({ stage: 'collect', subject: '.', message, sort: 'unseen', expected: true });
  };
  tasksWithin([{ run, overrun }], step * 6);
  return found;
}

/** Everything that one run's loading shares. */
interface Bench {
  readonly plan: Plan;
  readonly limits: Limits;
  readonly listing: Listing;
  readonly claims: Claims | undefined;
  readonly reader: Reader;
  /** Dates of the reference data that was opened, by name. */
  readonly dates: Record<string, string>;
  readonly fragments: Fragment[];
  /** What each loader made, for those that come after it. */
  readonly made: Map<string, Fragment>;
}

/** Reads and models every claimed file, loader by loader; what is lost is a problem and leaves its holes. */
export async function load(
  given: Omit<Bench, 'fragments' | 'made'>,
  lost: readonly Failure[],
): Promise<readonly Fragment[]> {
  const bench: Bench = { ...given, fragments: [], made: new Map() };
  const { plan, claims, listing, limits } = bench;
  const busy = inOrder(plan.loaders).filter((entry) => (claims?.byLoader.get(entry) ?? []).length > 0);
  const tasks = await Promise.all(
    busy.map(async (entry) => new Loading(entry, await entry.load(), bench).whole()),
  );
  tasksWithin(tasks, limits.step);
  const holes = [...unsupportedHoles(claims), ...(await folderHoles(plan.loaders, lost))];
  return [...bench.fragments, { resources: [run(listing)], edges: [], holes }];
}

/** The work of one loader: parse what is claimed, then what that asks for, then model all of it. */
class Loading {
  private readonly entry: LoaderEntry;
  private readonly loader: Loader;
  private readonly bench: Bench;
  private readonly intake: Intake = { parsed: new Map(), failures: [] };
  private readonly content = new Map<DataKey, unknown>();
  private readonly seen = new Set<string>();

  constructor(entry: LoaderEntry, loader: Loader, bench: Bench) {
    this.entry = entry;
    this.loader = loader;
    this.bench = bench;
  }

  whole(): Task {
    return this.task(() => {
      const claimed = this.bench.claims?.byLoader.get(this.entry) ?? [];
      const as = this.loader.reads ?? 'text';
      return [...this.parsing(claimed.map(({ uri }) => ({ uri, role: '', as }))), this.asking()];
    });
  }

  private parsing(wanted: readonly Want[]): readonly Task[] {
    const { reader, claims } = this.bench;
    for (const { uri } of wanted) this.seen.add(uri);
    return wanted.map((want) => reader.parsing(this.loader, want, this.intake, claims));
  }

  /** Asks for files that the parsed ones name until nothing is new, then models. */
  private asking(): Task {
    return this.task(() => {
      const named = this.loader.wants?.(this.input()) ?? [];
      const fresh = named.filter(({ uri }) => !this.seen.has(uri));
      return fresh.length > 0 ? [...this.parsing(fresh), this.asking()] : [this.modelling()];
    });
  }

  private modelling(): Task {
    return this.task(() => {
      this.open(this.bench.plan.data);
      this.done(this.loader.model(this.input()));
      return undefined;
    });
  }

  private open(data: DataReader): void {
    for (const key of this.loader.needs?.(this.intake.parsed) ?? []) {
      const slice = data.open(key);
      if (!slice) continue;
      this.bench.dates[key] = slice.date;
      this.content.set(key, slice.content);
    }
  }

  private input(): ModelInput<unknown> {
    const { plan, listing, made } = this.bench;
    const before = (this.entry.after ?? []).flatMap((name) => made.get(name) ?? []);
    return {
      ...this.intake,
      listing,
      placements: before.flatMap(({ placements = [] }) => placements),
      builds: before.flatMap(({ builds = [] }) => builds),
      holes: before.flatMap(({ holes = [] }) => holes),
      reference: { get: (key) => this.content.get(key) },
      now: plan.now,
      variables: plan.variables ?? {},
    };
  }

  private done(fragment: Fragment): void {
    const { fragments, made } = this.bench;
    const holes = holesOf(this.loader, this.intake);
    made.set(this.loader.name, { ...fragment, holes: [...(fragment.holes ?? []), ...holes] });
    fragments.push(fragment, { resources: filesOf(this.loader, this.intake), edges: [], holes });
    // Trees are many times as large as what the graph keeps of them.
    this.intake.parsed.clear();
    this.content.clear();
  }

  /** Work on all files of the format: when it throws or takes too long, whatever they might have told is unknown. */
  private task(work: () => readonly Task[] | undefined): Task {
    const { step } = this.bench.limits;
    return {
      run: () => {
        try {
          return work();
        } catch (cause) {
          this.lose(messageOf(cause));
          return undefined;
        }
      },
      overrun: () => this.lose(`took longer than ${step / 1000} s and was ended`),
    };
  }

  private lose(message: string): void {
    const { name, kinds } = this.loader;
    const { reader } = this.bench;
    reader.problems.push({ stage: 'model', subject: name, message, sort: 'defect', expected: true });
    const unknown = unseen(`${name} files could not be put together: ${message}`, wholeOf(''));
    this.done({ resources: [], edges: [], holes: [{ kinds, scope: '', unknown }] });
  }
}

function filesOf({ name }: Loader, { parsed }: Intake): readonly Resource[] {
  return [...parsed].map(([uri, { source, diagnostics = [] }]) => ({
    kind: 'source.file' as const,
    id: `source.file:${uri}#${name}`,
    name: uri,
    at: wholeOf(uri),
    family: name,
    role: source.role ?? '',
    mode: source.mode ?? null,
    tracked: source.tracked ?? null,
    diagnostics,
  }));
}

function run({ entries }: Listing): Resource {
  return { kind: 'run', id: 'run', name: 'this run', at: wholeOf(''), sources: entries.length };
}

/** Loaders so that each stands behind those whose placements it wants. */
function inOrder(loaders: readonly LoaderEntry[]): readonly LoaderEntry[] {
  const done = new Set<LoaderEntry>();
  const order: LoaderEntry[] = [];
  const visit = (entry: LoaderEntry): void => {
    if (done.has(entry)) return;
    done.add(entry);
    for (const other of loaders) if (entry.after?.includes(other.name)) visit(other);
    order.push(entry);
  };
  for (const entry of loaders) visit(entry);
  return order;
}
