import type { Pass } from '../pass.ts';

/** Severities that the policy sets are final. */
export const severities: Pass = (findings, { policy }) => {
  if (Object.keys(policy.severity).length === 0) return { findings };
  return {
    findings: findings.map((finding) => {
      const severity = policy.severity[finding.check];
      return severity ? { ...finding, severity, severityWhy: `set by policy ${policy.name}` } : finding;
    }),
  };
};
