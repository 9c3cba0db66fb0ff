import type { Check, Fault, Params } from './check.ts';
import type { Graph } from './graph.ts';
import type { Work } from './guard.ts';
import type { Resource } from './model/resource.ts';
import { Undetermined, type Unknown } from './model/value.ts';

/** One check's answer about one resource. */
type Verdict =
  | { readonly outcome: 'pass' }
  | { readonly outcome: 'not-applicable' }
  | { readonly outcome: 'fail'; readonly faults: readonly Fault[] }
  | { readonly outcome: 'unknown'; readonly faults: readonly Fault[]; readonly blockers: readonly Unknown[] }
  | { readonly outcome: 'error'; readonly faults: readonly Fault[]; readonly error: Error };

/** One question to ask: a check and a resource that it is about. */
interface Question {
  readonly id: string;
  readonly check: Check;
  readonly resource: Resource;
  readonly params: Params;
}

export interface Answer {
  readonly question: Question;
  readonly verdict: Verdict;
}

/** Parameters that count for one resource alone, above those that count everywhere. */
export type LocalParams = (id: string, about: Resource) => Params | undefined;

/** Asks every check about every resource of its kinds, one answer a step. */
export function asking(
  graph: Graph,
  checks: ReadonlyMap<string, Check>,
  params: Readonly<Record<string, Params>>,
  answer: (given: Answer) => void,
  localParams?: LocalParams,
): Work {
  const rows = [...checks].flatMap(([id, check]) => {
    const settings = { ...check.params, ...params[id] };
    return check.on.map((kind) => ({ id, check, params: settings, about: graph.all(kind).items }));
  });
  const paramsFor = (at: { id: string; params: Params }, resource: Resource): Params =>
    localParams ? { ...at.params, ...localParams(at.id, resource) } : at.params;
  let row = 0;
  let place = 0;
  const question = (): Question | undefined => {
    for (let at = rows[row]; at; row += 1, place = 0, at = rows[row]) {
      const resource = at.about[place];
      if (resource) return { id: at.id, check: at.check, params: paramsFor(at, resource), resource };
    }
    return undefined;
  };
  const settle = (verdictOf: (asked: Question) => Verdict): boolean => {
    const asked = question();
    if (!asked) return false;
    const verdict = verdictOf(asked);
    place += 1;
    answer({ question: asked, verdict });
    return true;
  };
  return {
    step: () => settle((asked) => judge(asked, graph)),
    skip: () =>
      settle(() => ({ outcome: 'error', faults: [], error: new Error('took too long and was ended') })),
  };
}

// Most answers are one of these; there are many, so they are made once.
const passed: Verdict = { outcome: 'pass' };
const notApplicable: Verdict = { outcome: 'not-applicable' };

function judge({ check, resource, params }: Question, graph: Graph): Verdict {
  const faults: Fault[] = [];
  try {
    if (check.applies && !check.applies(resource, graph)) return notApplicable;
    for (const fault of check.run(resource, graph, params)) faults.push(fault);
  } catch (cause) {
    if (cause instanceof Undetermined) return { outcome: 'unknown', faults, blockers: cause.blockers };
    return { outcome: 'error', faults, error: cause instanceof Error ? cause : new Error(String(cause)) };
  }
  return faults.length > 0 ? { outcome: 'fail', faults } : passed;
}
