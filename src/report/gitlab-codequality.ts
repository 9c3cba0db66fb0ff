import type { Severity } from '../check.ts';
import { counts, fileOf } from './counted.ts';
import type { Document, FindingRecord } from './document.ts';

const named: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** GitLab's Code Quality report: one array, in which no fingerprint may stand twice, or GitLab shows only the first. */
export function* gitlabCodeQuality(document: Document): Generator<string> {
  const seen = new Set<string>();
  let separator = '\n';
  yield '[';
  for (const finding of document.findings) {
    if (!counts(finding)) continue;
    yield separator + JSON.stringify(entryOf(finding, unique(finding.fingerprint, seen)));
    separator = ',\n';
  }
  yield '\n]\n';
}

function entryOf({ check, severity, message, location }: FindingRecord, fingerprint: string): object {
  return {
    type: 'issue',
    check_name: check,
    description: message,
    categories: ['Security'],
    severity: named[severity],
    fingerprint,
    location: {
      path: fileOf(location.file),
      lines: { begin: Math.max(1, location.line), end: Math.max(1, location.line, location.endLine) },
    },
  };
}

function unique(fingerprint: string, seen: Set<string>): string {
  let one = fingerprint;
  for (let copy = 2; seen.has(one); copy += 1) one = `${fingerprint}-${copy}`;
  seen.add(one);
  return one;
}
