import type { Check, Params } from './check.ts';
import { type Answer, asking } from './engine.ts';
import type { Audit, Counts, Problem } from './finding.ts';
import { findingsOf } from './findings.ts';
import { type Graph, link } from './graph.ts';
import { eachWithin, Interrupted, workWithin } from './guard.ts';
import { type Claims, claim, type Intake, messageOf, Reader } from './intake.ts';
import { limits as defaultLimits, type Limits } from './limits.ts';
import { wholeOf } from './model/location.ts';
import type { Fragment, Hole, Kind, Placement, Resource } from './model/resource.ts';
import { projectFolder } from './model/scope.ts';
import { unseen } from './model/value.ts';
import {
  type Collector,
  type DataKey,
  type Failure,
  folderOf,
  type Listing,
  type Loader,
  type LoaderEntry,
  type ModelInput,
  type Source,
} from './source.ts';

export interface Plan {
  readonly collector: Collector;
  readonly loaders: readonly LoaderEntry[];
  /** The checks for these kinds; asked once, with the kinds that the graph really has. */
  readonly checks: (kinds: ReadonlySet<Kind>) => Promise<ReadonlyMap<string, Check>>;
  readonly data: DataReader;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly params?: Readonly<Record<string, Params>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly declared?: Readonly<Record<string, unknown>>;
  readonly limits?: Limits;
  /** Keep passes and not-applicable answers as findings. */
  readonly all?: boolean;
}

/** Opens slices of reference data. */
export interface DataReader {
  /** The parsed data and the date it is of; undefined when there is no such slice. */
  open(key: DataKey): { readonly date: string; readonly content: unknown } | undefined;
}

/** An audit with the means to print it. */
export interface AuditRun {
  readonly audit: Audit;
  readonly graph: Graph;
  readonly sources: ReadonlyMap<string, Source>;
  readonly secrets: ReadonlyMap<string, readonly { readonly start: number; readonly end: number }[]>;
}

/** list → parse → model → link → run. Everything caught becomes a problem, and a hole where it could matter. */
export async function audit(plan: Plan): Promise<AuditRun> {
  const limits = plan.limits ?? defaultLimits;
  const reader = new Reader(plan.collector, limits);
  const { listing, failures, skipped } = await plan.collector.list();
  reader.entry = listing.get;
  for (const { uri, error } of failures) {
    reader.problems.push({
      stage: 'collect',
      subject: uri,
      message: error,
      sort: 'unseen',
      expected: !listing.isAside(uri),
    });
  }
  const dates: Record<string, string> = {};
  const answers: Answer[] = [];
  const tally = { pass: 0, notApplicable: 0 };
  let claims: Claims | undefined;
  let graph = link([], { now: plan.now, listing });
  let checks: ReadonlyMap<string, Check> = new Map();
  let interrupted = false;
  try {
    claims = claimWithin(listing, plan.loaders, reader, limits);
    const fragments = await load(plan, listing, claims, reader, failures, dates);
    graph = link(fragments, { now: plan.now, listing, declared: plan.declared ?? {} });
    checks = await plan.checks(kindsOf(fragments));
    const keep = (given: Answer): void => {
      const { outcome } = given.verdict;
      if (outcome === 'pass') tally.pass += 1;
      if (outcome === 'not-applicable') tally.notApplicable += 1;
      if (plan.all || (outcome !== 'pass' && outcome !== 'not-applicable')) answers.push(given);
    };
    workWithin(asking(graph, checks, plan.params ?? {}, keep), limits.step);
  } catch (cause) {
    if (!(cause instanceof Interrupted)) throw cause;
    interrupted = true;
  }
  const counts: Counts = {
    ...tally,
    sources: new Set([...(claims?.byLoader.values() ?? [])].flat()).size,
    listed: listing.entries.length,
    resources: graph.size,
    checks: checks.size,
  };
  return {
    graph,
    sources: reader.sources,
    secrets: reader.secrets,
    audit: {
      findings: findingsOf(answers, graph),
      problems: [...reader.problems, ...errors(answers)],
      skipped,
      counts,
      data: dates,
      unsupported: Object.fromEntries(
        [...(claims?.unsupported ?? [])].map(([{ name }, files]) => [name, files]),
      ),
      hidden: {},
      interrupted,
    },
  };
}

function claimWithin(
  listing: Listing,
  loaders: readonly LoaderEntry[],
  reader: Reader,
  { step }: Limits,
): Claims | undefined {
  let found: Claims | undefined;
  // Recognising reads and matches text of strangers, so it too runs under the watch.
  eachWithin(
    [listing],
    (all) => (found = claim(all, loaders, reader)),
    step * 6,
    () => {},
  );
  return found;
}

async function load(
  plan: Plan,
  listing: Listing,
  claims: Claims | undefined,
  reader: Reader,
  lost: readonly Failure[],
  dates: Record<string, string>,
): Promise<readonly Fragment[]> {
  const fragments: Fragment[] = [];
  const placements = new Map<string, readonly Placement[]>();
  for (const entry of inOrder(plan.loaders)) {
    const claimed = claims?.byLoader.get(entry) ?? [];
    if (claimed.length === 0) continue;
    const loader = await entry.load();
    const intake: Intake = { parsed: new Map(), failures: [] };
    const content = new Map<DataKey, unknown>();
    const input: ModelInput<unknown> = {
      ...intake,
      listing,
      placements: (entry.after ?? []).flatMap((name) => placements.get(name) ?? []),
      reference: { get: (key) => content.get(key) },
      now: plan.now,
      variables: plan.variables ?? {},
    };
    parse(loader, claimed, intake, input, reader, claims);
    for (const key of loader.needs?.(intake.parsed) ?? []) {
      const slice = plan.data.open(key);
      if (!slice) continue;
      dates[key] = slice.date;
      content.set(key, slice.content);
    }
    const fragment = model(loader, input, reader, plan.limits ?? defaultLimits);
    placements.set(loader.name, fragment.placements ?? []);
    fragments.push(fragment, {
      resources: filesOf(loader, intake),
      edges: [],
      holes: holesOf(loader, intake),
    });
  }
  fragments.push({
    resources: [],
    edges: [],
    holes: [...unsupportedHoles(claims), ...(await folderHoles(plan, lost))],
  });
  fragments.push({ resources: [run(listing)], edges: [] });
  return fragments;
}

function parse(
  loader: Loader,
  claimed: readonly { readonly uri: string }[],
  intake: Intake,
  input: ModelInput<unknown>,
  reader: Reader,
  claims: Claims | undefined,
): void {
  const expected = (uri: string): boolean => claims?.expected.has(uri) ?? false;
  const seen = new Set(claimed.map(({ uri }) => uri));
  reader.parseAll(
    loader,
    claimed.map(({ uri }) => ({ uri, role: '', as: loader.reads ?? 'text' })),
    intake,
    expected,
  );
  for (;;) {
    const fresh = (loader.wants?.(input) ?? []).filter(({ uri }) => !seen.has(uri));
    if (fresh.length === 0) return;
    for (const { uri } of fresh) seen.add(uri);
    reader.parseAll(loader, fresh, intake, expected);
  }
}

function model(loader: Loader, input: ModelInput<unknown>, reader: Reader, { step }: Limits): Fragment {
  let made: Fragment | undefined;
  const lose = (message: string): void => {
    reader.problems.push({ stage: 'model', subject: loader.name, message, sort: 'defect', expected: true });
    const unknown = unseen(`${loader.name} files could not be put together: ${message}`, wholeOf(''));
    made = { resources: [], edges: [], holes: [{ kinds: loader.kinds, scope: '', unknown }] };
  };
  const attempt = (): void => {
    try {
      made = loader.model(input);
    } catch (cause) {
      lose(messageOf(cause));
    }
  };
  eachWithin([loader], attempt, step, () => lose(`took longer than ${step / 1000} s and was ended`));
  return made ?? { resources: [], edges: [] };
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

/** What an unread source leaves: a gap in each kind that it might have told of, so absence proves nothing. */
function holesOf({ kinds, scope = projectFolder }: Loader, { failures }: Intake): readonly Hole[] {
  return failures.map(({ uri, error }) => ({
    kinds,
    scope: scope(uri),
    unknown: unseen(`${uri}: ${error}`, wholeOf(uri)),
  }));
}

function unsupportedHoles(claims: Claims | undefined): readonly Hole[] {
  return [...(claims?.unsupported ?? [])].flatMap(([{ name, kinds }, files]) =>
    files.map((uri) => ({
      kinds,
      scope: projectFolder(uri),
      unknown: unseen(`${uri}: ${name} files are not read yet`, wholeOf(uri)),
    })),
  );
}

/** A folder that could not be listed might have held files of any kind. */
async function folderHoles({ loaders }: Plan, lost: readonly Failure[]): Promise<readonly Hole[]> {
  if (lost.length === 0) return [];
  const kinds = (await Promise.all(loaders.map((entry) => entry.load()))).flatMap((loader) => loader.kinds);
  return lost.map(({ uri, error }) => ({
    kinds,
    scope: folderOf(`${uri}`),
    unknown: unseen(`${uri}: ${error}`, wholeOf(uri)),
  }));
}

function run({ entries }: Listing): Resource {
  return { kind: 'run', id: 'run', name: 'this run', at: wholeOf(''), sources: entries.length };
}

function kindsOf(fragments: readonly Fragment[]): ReadonlySet<Kind> {
  return new Set(fragments.flatMap(({ resources }) => resources.map(({ kind }) => kind)));
}

/** Loaders so that each stands behind those whose placements it wants. */
function inOrder(loaders: readonly LoaderEntry[]): readonly LoaderEntry[] {
  const done = new Set<LoaderEntry>();
  const visit = (entry: LoaderEntry): void => {
    if (done.has(entry)) return;
    done.add(entry);
    for (const other of loaders) if (entry.after?.includes(other.name)) visit(other);
    order.push(entry);
  };
  const order: LoaderEntry[] = [];
  for (const entry of loaders) visit(entry);
  return order;
}

function errors(answers: readonly Answer[]): readonly Problem[] {
  return answers.flatMap(({ question, verdict }) =>
    verdict.outcome === 'error'
      ? [
          {
            stage: 'check' as const,
            subject: `${question.id} on ${question.resource.id}`,
            message: verdict.error.message,
            sort: 'defect' as const,
            expected: true,
          },
        ]
      : [],
  );
}
