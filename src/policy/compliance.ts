import type { Finding } from '../finding.ts';

/** `manual`: no check can tell, a person must; it is never shown as passed. */
type ControlStatus = 'pass' | 'fail' | 'unknown' | 'manual' | 'not-applicable';

/** How much of a control the checks look at. */
export type Coverage = 'full' | 'partial' | 'none';

export interface Standard {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly url?: string;
  readonly disclaimer?: string;
}

/** A requirement of a standard, with the checks that look at it. */
export interface Control {
  readonly standard: Standard;
  readonly id: string;
  readonly title: string;
  readonly section?: string;
  readonly level?: number;
  readonly coverage: Coverage;
  /** `any`: one check that passes is enough. */
  readonly mode: 'all' | 'any';
  /** What a person has to do, besides or instead of the checks. */
  readonly manual?: string;
  /** Ids. */
  readonly checks: readonly string[];
  /** Those of them that the policy does not ask. */
  readonly off: readonly string[];
}

/** What a run says of one control. */
interface ControlResult {
  readonly id: string;
  readonly title: string;
  readonly section?: string;
  readonly level?: number;
  readonly coverage: Coverage;
  readonly manual?: string;
  readonly status: ControlStatus;
  /** Checks by what they answered; `off` are those that the policy does not ask. */
  readonly checks: {
    readonly total: number;
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
    readonly notApplicable: number;
    readonly off: number;
  };
  /** Findings of those checks; `suppressed` are waived or ignored ones, which do not make a control pass. */
  readonly findings: { readonly fail: number; readonly unknown: number; readonly suppressed: number };
}

/** One standard of the policy, its controls in the order of the policy. */
export interface StandardResult extends Standard {
  readonly controls: readonly ControlResult[];
  readonly byStatus: Readonly<Record<ControlStatus, number>>;
}

/** How many subjects passed a check, by its id. */
type Passes = ReadonlyMap<string, number>;

/** What the findings and passes of a run say of each control. */
export function complianceOf(
  controls: readonly Control[],
  findings: readonly Finding[],
  passes: Passes,
): readonly StandardResult[] {
  const byCheck = groupBy(findings, ({ check }) => check);
  return [...groupBy(controls, ({ standard }) => standard.id).values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const controls = members.map((control) => resultOf(control, byCheck, passes));
    const byStatus = { pass: 0, fail: 0, unknown: 0, manual: 0, 'not-applicable': 0 };
    for (const { status } of controls) byStatus[status] += 1;
    return [{ ...first.standard, controls, byStatus }];
  });
}

type ByCheck = ReadonlyMap<string, readonly Finding[]>;

function resultOf(control: Control, byCheck: ByCheck, passes: Passes): ControlResult {
  const { standard: _, mode, checks: ids, off, ...said } = control;
  const answers = ids.map((id) => answerOf(byCheck.get(id) ?? [], passes.get(id) ?? 0));
  const count = (which: Answer): number => answers.filter((answer) => answer === which).length;
  const checks = {
    total: ids.length,
    pass: count('pass'),
    fail: count('fail'),
    unknown: count('unknown'),
    notApplicable: count('not-applicable') - off.length,
    off: off.length,
  };
  const all = ids.flatMap((id) => byCheck.get(id) ?? []);
  const findings = {
    fail: all.filter(isOpen).length,
    unknown: all.filter(({ state }) => state === 'unknown' || state === 'error').length,
    suppressed: all.filter(isAccepted).length,
  };
  return { ...said, status: statusOf(checks, mode), checks, findings };
}

type Answer = 'pass' | 'fail' | 'unknown' | 'not-applicable';

/** One check's answer about all its subjects. What somebody accepted is still there, so it does not pass. */
function answerOf(findings: readonly Finding[], passes: number): Answer {
  if (findings.some((finding) => isOpen(finding) || isAccepted(finding))) return 'fail';
  if (findings.some(({ state }) => state === 'unknown' || state === 'error')) return 'unknown';
  return passes > 0 ? 'pass' : 'not-applicable';
}

function isOpen({ state, suppressed }: Finding): boolean {
  return state === 'fail' && !suppressed;
}

/** Findings outside of the policy's scope are nobody's acceptance: they are not asked about. */
function isAccepted({ state, suppressed }: Finding): boolean {
  return state === 'fail' && suppressed !== undefined && suppressed.by !== 'policy';
}

function statusOf(checks: ControlResult['checks'], mode: Control['mode']): ControlStatus {
  if (checks.total === 0) return 'manual';
  if (mode === 'any' && checks.pass > 0) return 'pass';
  if (checks.fail > 0) return 'fail';
  // A check that the policy does not ask might have failed.
  if (checks.unknown > 0 || checks.off > 0) return 'unknown';
  return checks.pass > 0 ? 'pass' : 'not-applicable';
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
