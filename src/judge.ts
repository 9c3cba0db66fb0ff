import type { AuditRun } from './audit.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';
import { complianceOf, type StandardResult } from './policy/compliance.ts';
import { type Exit, exitOf } from './policy/gate.ts';
import type { Policy } from './policy/policy.ts';
import { severities } from './policy/severities.ts';

export interface Judged {
  readonly run: AuditRun;
  readonly exit: Exit;
  /** Of the controls that the policy maps; empty when it maps none. */
  readonly compliance: readonly StandardResult[];
}

/** The answers of a run as the policy sees them, and what follows from them. Passes are applied in order. */
export function judge(run: AuditRun, policy: Policy, passes: readonly Pass[] = []): Judged {
  let { findings, problems } = run.audit;
  const all: readonly Pass[] = [severities, ...passes];
  for (const pass of all) {
    const marked = pass(findings, { run, policy });
    findings = marked.findings;
    problems = [...problems, ...(marked.problems ?? [])];
  }
  const hidden = { ...run.audit.hidden, ...hiddenOf(findings) };
  const audit = { ...run.audit, findings, problems, hidden };
  const compliance = complianceOf(policy.controls, findings, run.passes);
  return { run: { ...run, audit }, exit: exitOf(audit, policy), compliance };
}

/** Who hid a finding → how the summary calls it; all else is an ignore. */
const kinds: Readonly<Record<string, string>> = { waiver: 'waived', policy: 'outOfScope' };

/** How many findings are kept out of sight, by why. */
function hiddenOf(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { suppressed, state } of findings) {
    if (!suppressed || state !== 'fail') continue;
    const kind = kinds[suppressed.by] ?? 'ignored';
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}
