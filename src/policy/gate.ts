import type { Audit, Finding } from '../finding.ts';
import { type Policy, severities } from './policy.ts';

export interface Exit {
  readonly code: number;
  readonly reasons: readonly string[];
}

/** Exit code by the first rule that holds; the reasons name all that do. */
export function exitOf(audit: Audit, { gate }: Policy): Exit {
  if (audit.interrupted) return { code: 130, reasons: ['interrupted; the results are incomplete'] };
  const failed = failReason(audit, gate);
  const incomplete = incompleteReasons(audit, gate);
  const reasons = [...(failed === undefined ? [] : [failed]), ...incomplete];
  if (failed !== undefined) return { code: 1, reasons };
  if (incomplete.length > 0) return { code: 3, reasons };
  const recognised = audit.counts.sources > 0 || Object.keys(audit.unsupported).length > 0;
  if (!recognised) return { code: 4, reasons: ['nothing here is of a format that hardpan knows'] };
  return { code: 0, reasons: [] };
}

function failReason({ findings }: Audit, gate: Policy['gate']): string | undefined {
  const { failOn, newOnly } = gate;
  if (failOn === 'none') return undefined;
  const grave = severities.slice(0, severities.indexOf(failOn) + 1);
  const count = findings.filter(
    (finding) => counts(finding, gate) && grave.includes(finding.severity),
  ).length;
  if (count === 0) return undefined;
  const above = failOn === 'critical' ? 'critical' : `${failOn} or above`;
  return `${count} ${newOnly ? 'new ' : ''}${count === 1 ? 'finding' : 'findings'} at ${above}`;
}

/** Whether the gate looks at a finding: it is a fault, and nobody has said that it does not count. */
function counts(finding: Finding, { newOnly }: Policy['gate']): boolean {
  return finding.state === 'fail' && !finding.suppressed && !(newOnly && finding.new === false);
}

function incompleteReasons({ problems }: Audit, gate: Policy['gate']): readonly string[] {
  const lost = problems.filter(({ sort }) => sort === 'unseen');
  const counted = gate.onUnseen === 'incomplete' ? lost : lost.filter(({ expected }) => expected);
  const reasons: string[] = [];
  if (gate.onUnusable === 'incomplete' && counted.length > 0) {
    reasons.push(`${counted.length} ${counted.length === 1 ? 'source' : 'sources'} could not be used`);
  }
  const defects = problems.filter(({ sort }) => sort === 'defect');
  if (defects.length > 0)
    reasons.push(`${defects.length} checks or loaders failed; this is a defect of hardpan`);
  return reasons;
}
