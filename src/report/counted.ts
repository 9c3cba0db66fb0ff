import type { Severity } from '../check.ts';
import type { Document, FindingRecord } from './document.ts';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Whether a finding is a fault that nobody has suppressed. Every format counts these and no others. */
export function counts({ state, suppressed }: FindingRecord): boolean {
  return state === 'fail' && !suppressed;
}

const confidences = ['high', 'medium', 'low'];

/** Whether a finding that counts is one of those for which the gate of the run fails. */
export function failsGate(finding: FindingRecord, { run }: Document): boolean {
  const { failOn = 'high', newOnly = false, minConfidence = 'low' } = run.policy.gate ?? {};
  if (failOn === 'none' || (newOnly && finding.new === false)) return false;
  if (confidences.indexOf(finding.confidence) > confidences.indexOf(minConfidence)) return false;
  return severities.indexOf(finding.severity) <= severities.indexOf(failOn);
}

/** New before known, then the gravest first: 0 to 9. */
function weight({ severity, new: isNew }: FindingRecord): number {
  return (isNew === false ? severities.length : 0) + severities.indexOf(severity);
}

/** The first so many of those that fit, new and grave ones first; holds few at a time, however many there are. */
export function weightiest(
  findings: Iterable<FindingRecord>,
  most: number,
  fits: (finding: FindingRecord) => boolean = counts,
): readonly FindingRecord[] {
  const shelves: FindingRecord[][] = Array.from({ length: 2 * severities.length }, () => []);
  for (const finding of findings) {
    const shelf = shelves[weight(finding)];
    if (shelf && shelf.length < most && fits(finding)) shelf.push(finding);
  }
  return shelves.flat().slice(0, most);
}

/** `1 finding`, `2 findings` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Where a finding about an answer of an account is filed by formats that know only files. */
export function fileOf(file: string): string {
  return file.startsWith('aws:') ? `aws/${file.slice('aws:'.length)}.json` : file || '.';
}

/** `PASSED`, `FAILED: 3 findings at high or above`: the end of every report for people. */
export function outcome({ exit, run }: Document): string {
  if (exit.code === 0) return run.complete ? 'PASSED' : 'PASSED, but not all could be seen';
  const said = exit.code === 1 ? 'FAILED' : exit.code === 3 ? 'INCOMPLETE' : 'STOPPED';
  return `${said}: ${exit.reasons.join('; ')}`;
}

/** `4 waived (1 expires in 6 days), 1 ignored`; empty when nothing is suppressed. */
export function suppressedLine({ summary, findings, run }: Document): string {
  const said = Object.entries(summary.hidden)
    .filter(([, count]) => count > 0)
    .map(([why, count]) => `${count} ${names[why] ?? why}`);
  if (!summary.hidden['waived']) return said.join(', ');
  const soon = expiring(findings, run.asOf ?? run.finishedAt);
  return said.map((part) => (part.endsWith(` ${names['waived']}`) ? part + soon : part)).join(', ');
}

const names: Readonly<Record<string, string>> = {
  waived: 'waived',
  ignored: 'ignored',
  outOfScope: 'out of scope',
};
const day = 86_400_000;
/** An end that is farther off is not spoken of. */
const soonDays = 30;

function expiring(findings: Iterable<FindingRecord>, today: string): string {
  const ends: number[] = [];
  for (const { suppressed, state } of findings) {
    if (state !== 'fail' || suppressed?.by !== 'waiver' || suppressed.expires === undefined) continue;
    ends.push(Math.round((Date.parse(suppressed.expires) - Date.parse(today.slice(0, 10))) / day));
  }
  const first = ends.reduce((least, one) => Math.min(least, one), soonDays + 1);
  if (first > soonDays) return '';
  const count = ends.filter((one) => one === first).length;
  const when = first <= 0 ? 'today' : `in ${plural(first, 'day')}`;
  return ` (${count} ${count === 1 ? 'expires' : 'expire'} ${when})`;
}
