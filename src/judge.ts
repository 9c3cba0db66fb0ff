import type { AuditRun } from './audit.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';
import { type Exit, exitOf } from './policy/gate.ts';
import type { Policy } from './policy/policy.ts';
import { severities } from './policy/severities.ts';

export interface Judged {
  readonly run: AuditRun;
  readonly exit: Exit;
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
  return { run: { ...run, audit }, exit: exitOf(audit, policy) };
}

/** How many findings are kept out of sight, by why. */
function hiddenOf(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { suppressed, state } of findings) {
    if (!suppressed || state !== 'fail') continue;
    const kind = suppressed.by === 'waiver' ? 'waived' : 'ignored';
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}
