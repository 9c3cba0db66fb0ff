import type { Audit, Finding, Problem } from '../finding.ts';
import { type Gate, type Policy, severities } from './policy.ts';

export interface Exit {
  readonly code: number;
  readonly reasons: readonly string[];
}

/** Exit code by the first rule that holds; the reasons name all that do. */
export function exitOf(audit: Audit, policy: Policy): Exit {
  if (audit.interrupted) return { code: 130, reasons: ['interrupted; the results are incomplete'] };
  const failed = failReasons(audit, policy);
  const incomplete = incompleteReasons(audit, policy.gate);
  const reasons = [...failed, ...incomplete];
  if (failed.length > 0) return { code: 1, reasons };
  if (incomplete.length > 0) return { code: 3, reasons };
  const recognised = audit.counts.sources > 0 || Object.keys(audit.unsupported).length > 0;
  if (!recognised && policy.gate.onNothingScanned === 'fail')
    return { code: 4, reasons: ['nothing here is of a format that hardpan knows'] };
  return { code: 0, reasons: [] };
}

function failReasons({ findings, problems }: Audit, { gate, suppressions }: Policy): readonly string[] {
  const grave = findings.filter((one) => counts(one, gate) && isAtOrAbove(one.severity, gate.failOn));
  const above = gate.failOn === 'critical' ? 'critical' : `${gate.failOn} or above`;
  const noun = gate.newOnly ? 'new finding' : 'finding';
  const failed = grave.length > 0 ? [`${plural(grave.length, noun)} at ${above}`] : [];
  const rotten = problems.filter(({ stage }) => stage === 'policy').length;
  const unkept =
    suppressions.unused === 'fail' && rotten > 0
      ? [`${rotten} of the waivers, ignores and facts ${rotten === 1 ? 'does' : 'do'} not count`]
      : [];
  return [...failed, ...surplus(findings, gate), ...unkept];
}

/** Kinds of findings of which there are more than the policy allows. */
function surplus(findings: readonly Finding[], gate: Gate): readonly string[] {
  return Object.entries(gate.max).flatMap(([what, most]) => {
    if (what === 'unknown') {
      const unknown = findings.filter((one) => one.state === 'unknown' && isOpen(one, gate)).length;
      return unknown > most ? [`${plural(unknown, 'unknown answer')}, ${most} allowed`] : [];
    }
    const found = findings.filter((one) => counts(one, gate) && one.severity === what).length;
    return found > most ? [`${plural(found, 'finding')} at ${what}, ${most} allowed`] : [];
  });
}

/** Whether the gate looks at a finding: a fault that is sure enough, and nobody has said that it does not count. */
function counts(finding: Finding, gate: Gate): boolean {
  return finding.state === 'fail' && isOpen(finding, gate);
}

const confidences = ['high', 'medium', 'low'] as const;

function isOpen({ suppressed, confidence, new: isNew }: Finding, gate: Gate): boolean {
  if (suppressed || (gate.newOnly && isNew === false)) return false;
  return confidences.indexOf(confidence) <= confidences.indexOf(gate.minConfidence);
}

function isAtOrAbove(severity: Finding['severity'], least: Gate['failOn']): boolean {
  return least !== 'none' && severities.indexOf(severity) <= severities.indexOf(least);
}

function incompleteReasons({ findings, problems }: Audit, gate: Gate): readonly string[] {
  const reasons: string[] = [];
  const lost = problems
    .filter(({ sort }) => sort === 'unseen')
    .filter(({ expected }) => isFatal(expected, gate));
  if (lost.length > 0) reasons.push(`${plural(lost.length, 'source')} could not be used`);
  for (const [sort, reaction] of [
    ['unseen', gate.onUnseen],
    ['unresolved', gate.onUnresolved],
  ] as const) {
    if (reaction === 'warn') continue;
    const open = findings.filter((finding) => isOpenQuestion(finding, sort, gate));
    if (open.length > 0) reasons.push(`${plural(open.length, 'answer')} could not be told: ${said[sort]}`);
  }
  const defects = problems.filter(({ sort }) => sort === 'defect');
  if (defects.length > 0)
    reasons.push(`${defects.length} checks or loaders failed; this is a defect of hardpan`);
  return reasons;
}

const said = { unseen: 'something was not seen', unresolved: 'a variable or template is open' } as const;

/** Whether a lost source matters: one that a loader claimed by name has a setting of its own. */
function isFatal(expected: Problem['expected'], gate: Gate): boolean {
  return gate.onUnseen === 'fail' || (expected && gate.onParseError === 'fail');
}

/** An answer that, had it been known, could have failed the run. */
function isOpenQuestion(finding: Finding, sort: 'unseen' | 'unresolved', gate: Gate): boolean {
  if (finding.state !== 'unknown' || !isOpen(finding, gate)) return false;
  if (!isAtOrAbove(finding.severity, gate.failOn)) return false;
  return (finding.blockers ?? []).some((blocker) => blocker.sort === sort);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
