import { severities } from './counted.ts';
import { type Document, type FindingRecord, schemaVersion, tally } from './document.ts';

/** A run with the name to call it by. */
export interface Saved {
  readonly name: string;
  readonly document: Document;
}

/** Worst first: the order in which exit codes win. */
const worst: readonly number[] = [130, 2, 1, 3, 4, 0];

/** Runs of several jobs as one: a finding that several have is one, counts are sums, the worst exit code wins. */
export function merged(runs: readonly Saved[]): Document {
  const [first, ...others] = runs;
  if (!first) throw new Error('there is no run to merge');
  if (others.length === 0) return first.document;
  const documents = runs.map(({ document }) => document);
  const findings = oneOfEach(documents);
  return {
    schemaVersion,
    tool: first.document.tool,
    run: runOf(documents),
    exit: exitOf(runs),
    summary: summaryOf(documents, findings),
    ...complianceOf(runs),
    checks: Object.fromEntries(
      Object.entries(Object.assign({}, ...documents.map(({ checks }) => checks)) as Document['checks']).sort(
        ([left], [right]) => compare(left, right),
      ),
    ),
    findings,
    problems: unique(documents.flatMap(({ problems }) => problems)),
    skipped: documents.flatMap(({ skipped }) => skipped),
  };
}

function runOf(documents: readonly Document[]): Document['run'] {
  const runs = documents.map(({ run }) => run);
  const [first] = runs;
  if (!first) throw new Error('there is no run to merge');
  const sorted = (values: readonly string[]) => [...new Set(values)].sort(compare);
  const policies = sorted(runs.map(({ policy }) => policy.name));
  const [asOf] = sorted(runs.flatMap((run) => run.asOf ?? []));
  const alike = runs.every(({ policy }) => JSON.stringify(policy) === JSON.stringify(first.policy));
  return {
    ...first,
    startedAt: sorted(runs.map(({ startedAt }) => startedAt))[0] ?? first.startedAt,
    finishedAt: sorted(runs.map(({ finishedAt }) => finishedAt)).at(-1) ?? first.finishedAt,
    ...(asOf === undefined ? {} : { asOf }),
    targets: unique(runs.flatMap(({ targets }) => targets)),
    policy: alike ? first.policy : { name: policies.join(', '), hash: '', ...gateOf(runs) },
    complete: runs.every(({ complete }) => complete),
    data: oldest(runs.map(({ data }) => data)),
    declared: unique(runs.flatMap(({ declared }) => declared)),
  };
}

/** The strictest of several gates, so that nothing that failed a run is called harmless. */
function gateOf(runs: readonly Document['run'][]): Pick<Document['run']['policy'], 'gate'> {
  const gates = runs.flatMap(({ policy }) => policy.gate ?? []);
  if (gates.length < runs.length) return {};
  const levels = ['none', 'critical', 'high', 'medium', 'low', 'info'] as const;
  const sure = ['high', 'medium', 'low'];
  const failOn = levels[Math.max(...gates.map((gate) => levels.indexOf(gate.failOn)))] ?? 'high';
  const minConfidence =
    sure[Math.max(...gates.map((gate) => sure.indexOf(gate.minConfidence ?? 'low')))] ?? 'low';
  return { gate: { failOn, newOnly: gates.every(({ newOnly }) => newOnly === true), minConfidence } };
}

/** Of each kind of data the oldest date, since it tells what may have been missed. */
function oldest(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [key, date] of all.flatMap((dates) => Object.entries(dates))) {
    const known = found[key];
    found[key] = known === undefined || date < known ? date : known;
  }
  return found;
}

function exitOf(runs: readonly Saved[]): Document['exit'] {
  const codes = runs.map(({ document }) => document.exit.code);
  const code = worst.find((one) => codes.includes(one)) ?? 0;
  return {
    code,
    reasons: runs.flatMap(({ name, document }) =>
      document.exit.reasons.map((reason) => `${name}: ${reason}`),
    ),
  };
}

function summaryOf(documents: readonly Document[], findings: readonly FindingRecord[]): Document['summary'] {
  const all = documents.map(({ summary }) => summary);
  const sum = (of: (summary: Document['summary']) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const hidden: Record<string, number> = {};
  for (const [why, count] of all.flatMap((one) => Object.entries(one.hidden)))
    hidden[why] = (hidden[why] ?? 0) + count;
  const unsupported: Record<string, readonly string[]> = {};
  for (const [format, files] of all.flatMap((one) => Object.entries(one.unsupported)))
    unsupported[format] = unique([...(unsupported[format] ?? []), ...files]);
  return {
    sources: sum(({ sources }) => sources),
    listed: sum(({ listed }) => listed),
    resources: sum(({ resources }) => resources),
    // Runs of one program ask the same checks: what one asked more than another depends on what it read.
    checks: Math.max(...all.map(({ checks }) => checks)),
    passed: sum(({ passed }) => passed),
    ...tally(findings),
    hidden: { ...hidden, ...suppressedIn(findings, hidden) },
    unsupported,
  };
}

/** Counted anew, since a suppressed finding that several runs have is one too. */
function suppressedIn(
  findings: readonly FindingRecord[],
  hidden: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const { suppressed, state } of findings) {
    if (!suppressed || state !== 'fail') continue;
    const kind =
      suppressed.by === 'waiver' ? 'waived' : suppressed.by === 'policy' ? 'outOfScope' : 'ignored';
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(kinds).filter(([kind]) => hidden[kind] !== undefined));
}

/** A standard that one run alone judged; the controls of several cannot be added up without their checks. */
function complianceOf(runs: readonly Saved[]): Pick<Document, 'compliance'> {
  const all = runs.flatMap(({ name, document }) =>
    (document.compliance ?? []).map((standard) => ({ ...standard, title: `${standard.title} (${name})` })),
  );
  return all.length > 0 ? { compliance: all } : {};
}

/** In the order of every report; of two that are the same the one that counts more. */
function oneOfEach(documents: readonly Document[]): readonly FindingRecord[] {
  const found = new Map<string, FindingRecord>();
  for (const finding of documents.flatMap(({ findings }) => [...findings])) {
    const known = found.get(finding.fingerprint);
    if (!known || graver(finding, known)) found.set(finding.fingerprint, finding);
  }
  return [...found.values()].sort(byPlace);
}

function graver(one: FindingRecord, other: FindingRecord): boolean {
  if (Boolean(one.suppressed) !== Boolean(other.suppressed)) return !one.suppressed;
  if (one.new !== other.new) return one.new !== false;
  return severities.indexOf(one.severity) < severities.indexOf(other.severity);
}

function byPlace(left: FindingRecord, right: FindingRecord): number {
  return (
    compare(left.location.file, right.location.file) ||
    left.location.line - right.location.line ||
    left.location.column - right.location.column ||
    compare(left.check, right.check) ||
    compare(left.fingerprint, right.fingerprint)
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
