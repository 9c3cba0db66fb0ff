import type { Finding, Problem } from '../finding.ts';
import type { Pass } from '../pass.ts';
import { daysUntil, isOver } from './day.ts';
import { fitsPath, fitsText } from './glob.ts';
import type { Policy, Waiver } from './policy.ts';

/**
 * Marks what somebody answers for until a day. Expired waivers do not count and are told of, and so are those that
 * nothing needs any more.
 *
 * @param asked whether the run asked a check: a waiver for another may still be needed
 */
export function waivers(asked: (check: string) => boolean): Pass {
  return (findings, { run, policy }) => {
    if (policy.waivers.length === 0) return { findings };
    const { now, listing } = run.graph;
    const problems: Problem[] = [];
    const valid: Waiver[] = [];
    for (const waiver of policy.waivers) {
      const refused = refusalOf(waiver, policy, now);
      if (refused === undefined) valid.push(waiver);
      else problems.push(problemOf(waiver, refused));
    }
    const used = new Set<Waiver>();
    const marked = findings.map((finding) => {
      const waiver = finding.suppressed ? undefined : valid.find((one) => covers(one, finding));
      if (!waiver) return finding;
      used.add(waiver);
      const { reason, owner, expires } = waiver;
      return { ...finding, suppressed: { by: 'waiver', reason, owner, expires } };
    });
    // A part of the tree does not tell what the rest of it needs.
    for (const waiver of listing.base === '' ? valid : [])
      if (!used.has(waiver) && asked(waiver.check) && !findings.some((one) => covers(waiver, one)))
        problems.push(problemOf(waiver, `the waiver for ${waiver.check} fits no finding; take it out`));
    return { findings: marked, problems };
  };
}

function refusalOf({ check, expires, created }: Waiver, policy: Policy, now: number): string | undefined {
  if (isOver(expires, now)) return `the waiver for ${check} expired on ${expires} and does not count`;
  const { maxDays } = policy.suppressions;
  const from = created === undefined ? now : Date.parse(created);
  if (maxDays === undefined || daysUntil(expires, from) <= maxDays) return undefined;
  return `the waiver for ${check} lasts until ${expires}; the policy allows ${maxDays} days, so it does not count`;
}

function covers({ check, resource, paths, fingerprint }: Waiver, finding: Finding): boolean {
  if (check !== finding.check || !/^(fail|unknown)$/.test(finding.state)) return false;
  if (fingerprint !== undefined && fingerprint !== finding.fingerprint) return false;
  if (paths && !paths.some((pattern) => fitsPath(pattern, finding.at.source))) return false;
  // Of a folded finding it has to answer for every subject.
  const subjects = finding.resources ?? [finding.resource];
  return (
    resource === undefined ||
    subjects.every(({ id, name }) => fitsText(resource, id) || fitsText(resource, name))
  );
}

function problemOf({ at }: Waiver, message: string): Problem {
  return { stage: 'policy', subject: at, message, sort: 'notice', expected: true };
}
