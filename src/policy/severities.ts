import type { Finding } from '../finding.ts';
import type { Pass } from '../pass.ts';
import type { Policy } from './policy.ts';
import { isInScope } from './scope.ts';

/** Severities that the policy sets are final; what it does not ask about does not count. */
export const severities: Pass = (findings, { policy }) => {
  const { severity, overrides, scope } = policy;
  if (Object.keys(severity).length === 0 && overrides.length === 0 && !scope) return { findings };
  return { findings: findings.map((finding) => judged(finding, policy)) };
};

function judged(finding: Finding, policy: Policy): Finding {
  const { check, at, resource } = finding;
  const place = { source: at.source, kind: resource.kind };
  const { scope, overrides } = policy;
  if (scope && !isInScope(scope, place, policy))
    return outOf(finding, `outside of the scope of policy ${policy.name}`);
  const fitting = overrides.filter((override) => isInScope(override.scope, place, policy));
  const last = fitting.findLast(({ off, severity }) => off.includes(check) || severity[check]);
  if (last?.off.includes(check))
    return outOf(finding, `switched off here by policy ${policy.name}: ${last.name}`);
  const severity = last?.severity[check] ?? policy.severity[check];
  if (!severity) return finding;
  const note = last ? last.name : policy.notes[check];
  const severityWhy = `set by policy ${policy.name}${note ? `: ${note}` : ''}`;
  return { ...finding, severity, severityWhy };
}

function outOf(finding: Finding, reason: string): Finding {
  return { ...finding, suppressed: { by: 'policy', reason } };
}
