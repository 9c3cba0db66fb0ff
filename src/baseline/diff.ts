import type { Severity } from '../check.ts';
import { type Identity, match } from './match.ts';

/** A finding of a saved report, as far as two reports are compared. */
export interface Saved extends Identity {
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

interface Pair {
  readonly before: Saved;
  readonly after: Saved;
}

export interface Difference {
  readonly added: readonly Saved[];
  readonly fixed: readonly Saved[];
  readonly severityChanged: readonly Pair[];
  /** To another file. */
  readonly moved: readonly Pair[];
  readonly unchanged: number;
}

/** What one run says that an earlier one did not, and the other way round. */
export function differenceOf(before: readonly Saved[], after: readonly Saved[]): Difference {
  const { known, gone } = match(after, before);
  const pairs = [...known].map(([now, was]) => ({ before: was, after: now }));
  const severityChanged = pairs.filter((pair) => pair.before.severity !== pair.after.severity);
  const moved = pairs.filter((pair) => pair.before.file !== pair.after.file);
  return {
    added: after.filter((one) => !known.has(one)),
    fixed: gone,
    severityChanged,
    moved,
    unchanged: pairs.filter((pair) => !severityChanged.includes(pair) && !moved.includes(pair)).length,
  };
}

/**
 * The findings of a saved JSON report that count: faults that nobody has excused.
 *
 * @throws Error with one line about what is wrong with it
 */
export function savedFindings(name: string, text: string): readonly Saved[] {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new Error(`${name}: is not JSON; save a run with hardpan -o json=${name}`);
  }
  const version = memberOf(report, 'schemaVersion');
  if (typeof version !== 'string')
    throw new Error(`${name}: is no report of hardpan; save a run with hardpan -o json=${name}`);
  if (!/^1\./.test(version))
    throw new Error(`${name}: is a report of version ${version}; this hardpan reads 1`);
  const findings = memberOf(report, 'findings');
  if (!Array.isArray(findings)) throw new Error(`${name}: has no list of findings`);
  const all: readonly unknown[] = findings;
  return all
    .filter((one) => memberOf(one, 'state') === 'fail' && memberOf(one, 'suppressed') === undefined)
    .map((one, index) => savedOf(one, `${name}: finding ${index + 1}`));
}

const severities: readonly unknown[] = ['critical', 'high', 'medium', 'low', 'info'];

function savedOf(one: unknown, where: string): Saved {
  const text = (key: string): string => {
    const value = memberOf(one, key);
    if (typeof value !== 'string') throw new Error(`${where} has no ${key}`);
    return value;
  };
  const severity = text('severity');
  if (!severities.includes(severity)) throw new Error(`${where} has no known severity`);
  const location = memberOf(one, 'location');
  const line = memberOf(location, 'line');
  const fingerprint = text('fingerprint');
  return {
    check: text('check'),
    // One of the words that were just compared.
    severity: severity as Severity,
    message: text('message'),
    fingerprint,
    // Reports of earlier releases have none: then nothing is seen to move.
    looseFingerprint: String(memberOf(one, 'looseFingerprint') ?? fingerprint),
    file: String(memberOf(location, 'file') ?? ''),
    line: typeof line === 'number' ? line : 0,
  };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
