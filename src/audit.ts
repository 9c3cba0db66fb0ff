import type { Check, Params } from './check.ts';
import { type Answer, asking, type LocalParams } from './engine.ts';
import type { Audit, Counts, Problem } from './finding.ts';
import { findingsOf } from './findings.ts';
import { type Graph, link } from './graph.ts';
import { Interrupted, workWithin } from './guard.ts';
import { type Claims, Reader } from './intake.ts';
import { limits as defaultLimits, type Limits } from './limits.ts';
import { claimWithin, load } from './loading.ts';
import type { Fragment, Kind } from './model/resource.ts';
import type { Collector, DataKey, LoaderEntry, Source } from './source.ts';

export interface Plan {
  readonly collector: Collector;
  readonly loaders: readonly LoaderEntry[];
  /** The checks for these kinds; asked once, with the kinds that the graph really has. */
  readonly checks: (kinds: ReadonlySet<Kind>) => Promise<ReadonlyMap<string, Check>>;
  readonly data: DataReader;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly params?: Readonly<Record<string, Params>>;
  readonly localParams?: LocalParams;
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
  /** How many subjects passed each check; a check that passed none is absent. */
  readonly passes: ReadonlyMap<string, number>;
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
  const passes = new Map<string, number>();
  let claims: Claims | undefined;
  let graph = link([], { now: plan.now, listing });
  let checks: ReadonlyMap<string, Check> = new Map();
  let interrupted = false;
  try {
    claims = claimWithin(listing, plan.loaders, reader, limits);
    const fragments = await load({ plan, limits, listing, claims, reader, dates }, failures);
    graph = link(fragments, { now: plan.now, listing, declared: plan.declared ?? {} });
    checks = await plan.checks(kindsOf(fragments));
    const keep = (given: Answer): void => {
      const { outcome } = given.verdict;
      if (outcome === 'pass') {
        tally.pass += 1;
        passes.set(given.question.id, (passes.get(given.question.id) ?? 0) + 1);
      }
      if (outcome === 'not-applicable') tally.notApplicable += 1;
      if (plan.all || (outcome !== 'pass' && outcome !== 'not-applicable')) answers.push(given);
    };
    workWithin(asking(graph, checks, plan.params ?? {}, keep, plan.localParams), limits.step);
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
    passes,
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

function kindsOf(fragments: readonly Fragment[]): ReadonlySet<Kind> {
  return new Set(fragments.flatMap(({ resources }) => resources.map(({ kind }) => kind)));
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
