import type { Finding, Problem } from '../finding.ts';
import type { Pass } from '../pass.ts';
import { daysUntil } from './day.ts';
import type { Policy } from './policy.ts';

/** Takes back marks that ignores in the scanned files have set and the policy does not allow; each is told of. */
export const permitted: Pass = (findings, { run, policy }) => {
  const problems: Problem[] = policy.notices.map(({ subject, message }) => problemOf(subject, message));
  const kept = findings.map((finding) => {
    const refused = refusalOf(finding, policy, run.graph.now);
    if (refused === undefined) return finding;
    problems.push(problemOf(finding.at.source, `an ignore of ${finding.check} does not count: ${refused}`));
    const { suppressed: _, ...open } = finding;
    return open;
  });
  return { findings: kept, problems };
};

type Mark = NonNullable<Finding['suppressed']>;

function refusalOf(finding: Finding, policy: Policy, now: number): string | undefined {
  const { suppressed, check, severity } = finding;
  if (!suppressed || suppressed.by === 'policy' || suppressed.by === 'waiver') return undefined;
  const { suppressions, name } = policy;
  const { inline, foreign, denyFor } = suppressions;
  const isOurs = suppressed.by === 'ignore';
  if (isOurs && inline === 'deny') return `policy ${name} allows none`;
  if (!isOurs && foreign === 'deny') return `policy ${name} allows none of other tools`;
  if (denyFor.checks.includes(check) || denyFor.severities.includes(severity))
    return `policy ${name} allows none for it`;
  // Other tools' ignores have no room for the rest.
  return isOurs ? lackOf(suppressed, suppressions, now) : undefined;
}

/** What an ignore of ours lacks that the policy asks for. */
function lackOf(
  { reason, owner, expires }: Mark,
  { inline, requireOwner, maxDays }: Policy['suppressions'],
  now: number,
): string | undefined {
  if (inline === 'allow-with-reason' && reason.trim() === '') return 'it gives no reason; add -- and why';
  if (requireOwner && !owner) return 'it names no owner; add @name';
  if (maxDays === undefined) return undefined;
  if (expires === undefined) return `it has no end; add until and a day, at most ${maxDays} days from now`;
  return daysUntil(expires, now) > maxDays ? `it lasts longer than ${maxDays} days` : undefined;
}

function problemOf(subject: string, message: string): Problem {
  return { stage: 'policy', subject, message, sort: 'notice', expected: true };
}
