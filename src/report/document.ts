import type { AuditRun } from '../audit.ts';
import type { CheckDoc, Confidence, Params, Severity } from '../check.ts';
import type { Exposure } from '../facts/exposure.ts';
import type { Finding, Problem } from '../finding.ts';
import type { StandardResult } from '../policy/compliance.ts';
import { type Excerpts, excerpts, type Place, printable, type Snippet } from './excerpt.ts';
import { lineHashes } from './line-hash.ts';

export const schemaVersion = '1.0';

/** The report: every format is a function of it, and of nothing else. */
export interface Document {
  readonly schemaVersion: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly run: {
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly root: string;
    readonly targets: readonly string[];
    /** The day that the run was judged by, as 2026-01-31. */
    readonly asOf?: string;
    readonly policy: PolicyRecord;
    readonly complete: boolean;
    readonly data: Readonly<Record<string, string>>;
    readonly declared: readonly string[];
  };
  readonly exit: { readonly code: number; readonly reasons: readonly string[] };
  readonly summary: Summary;
  /** What the run says of the controls that the policy maps; absent when it maps none. */
  readonly compliance?: readonly StandardResult[];
  readonly checks: Readonly<Record<string, CheckRecord>>;
  /** May be made on the fly: walk it as often as needed, do not keep it. */
  readonly findings: Iterable<FindingRecord>;
  readonly problems: readonly Problem[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

interface PolicyRecord {
  readonly name: string;
  readonly hash: string;
  /** What made the run fail, and so what a format that knows only pass and fail may call a failure. */
  readonly gate?: {
    readonly failOn: Severity | 'none';
    readonly newOnly?: boolean;
    readonly minConfidence?: string;
  };
}

/** Severities, states, new and known count the findings that are not suppressed; `hidden` counts the others. */
export interface Summary {
  readonly sources: number;
  readonly listed: number;
  readonly resources: number;
  readonly checks: number;
  readonly passed: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly byState: Readonly<Record<Finding['state'], number>>;
  readonly hidden: Readonly<Record<string, number>>;
  /** Both absent when there was nothing to compare with. */
  readonly new?: number;
  readonly known?: number;
  readonly unsupported: Readonly<Record<string, readonly string[]>>;
}

export interface CheckRecord extends Partial<CheckDoc> {
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** Defaults. */
  readonly params?: Params;
  readonly title: string;
  readonly risk: readonly string[];
  readonly tier: string;
}

export interface FindingRecord {
  readonly check: string;
  readonly severity: Severity;
  readonly baseSeverity: Severity;
  readonly severityWhy?: string;
  readonly confidence: string;
  readonly state: Finding['state'];
  readonly tier: string;
  readonly message: string;
  readonly resource: Finding['resource'];
  readonly resources?: Finding['resources'];
  readonly location: Place;
  readonly snippet?: Snippet;
  /** GitHub's hash of the text from the finding's line on. */
  readonly lineHash?: string;
  readonly path?: readonly (Place & { readonly note: string })[];
  readonly exposure?: {
    readonly level: Exposure['level'];
    readonly path: readonly (Place & { readonly note: string })[];
  };
  readonly witness?: string;
  readonly blockers?: readonly { readonly reason: string; readonly sort: string }[];
  readonly fix?: {
    readonly safety: 'safe' | 'unsafe';
    /** `creates`: the file does not exist yet. */
    readonly edits: readonly (Place & { readonly text: string; readonly creates?: true })[];
  };
  readonly fingerprint: string;
  readonly looseFingerprint: string;
  readonly new?: boolean;
  readonly suppressed?: {
    readonly by: string;
    readonly reason: string;
    readonly owner?: string;
    readonly expires?: string;
    readonly location?: Place;
  };
}

/** What the command line adds to an audit to make a document. */
export interface Frame {
  readonly version: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly root: string;
  readonly targets: readonly string[];
  readonly policy: PolicyRecord;
  readonly declared: readonly string[];
  readonly exit: { readonly code: number; readonly reasons: readonly string[] };
  readonly compliance?: readonly StandardResult[];
  readonly docs: ReadonlyMap<string, CheckRecord>;
  /** Hashing reads each file with findings once more; only SARIF and JSON need it. */
  readonly lineHashes: boolean;
}

export function documentOf(run: AuditRun, frame: Frame): Document {
  const { audit } = run;
  const printer = excerpts(run.sources, run.secrets);
  const { version, startedAt, finishedAt, root, targets, policy, declared, exit, compliance = [] } = frame;
  const complete = !audit.interrupted && audit.problems.every(({ sort }) => sort === 'notice');
  const asOf = new Date(run.graph.now).toISOString().slice(0, 10);
  return {
    schemaVersion,
    tool: { name: 'hardpan', version },
    run: { startedAt, finishedAt, asOf, root, targets, policy, complete, data: audit.data, declared },
    exit,
    summary: summaryOf(audit),
    ...(compliance.length > 0 ? { compliance } : {}),
    checks: Object.fromEntries(
      [...new Set(audit.findings.map(({ check }) => check))].sort().flatMap((id) => {
        const record = frame.docs.get(id);
        return record ? [[id, withoutExamples(record)]] : [];
      }),
    ),
    findings: { [Symbol.iterator]: () => records(audit.findings, printer, frame.lineHashes) },
    problems: audit.problems.map((problem) => ({
      ...problem,
      subject: printable(problem.subject),
      message: printer.clean(problem.message),
    })),
    skipped: audit.skipped.map(({ path, why }) => ({ path: printable(path), why })),
  };
}

/** Examples and the like belong to the documentation, not to a report. */
function withoutExamples(record: CheckRecord): CheckRecord {
  const { bad: _, good: __, unsure: ___, was: ____, fixes: _____, params: ______, ...kept } = record;
  const { confidence: _______, ...rest } = kept;
  return rest;
}

function* records(
  findings: readonly Finding[],
  printer: Excerpts,
  hashing: boolean,
): Generator<FindingRecord> {
  const hashesOf = memoised((source) => lineHashes(printer.text(source) ?? ''));
  for (const finding of findings) yield recordOf(finding, printer, hashing ? hashesOf : undefined);
}

function recordOf(
  finding: Finding,
  printer: Excerpts,
  hashesOf: ((source: string) => readonly string[]) | undefined,
): FindingRecord {
  const { title: _, risk: __, members: ___, at, path, edits = [], exposure, blockers, ...more } = finding;
  const { suppressed, message, resource, resources, witness, ...plain } = more;
  const location = printer.place(at);
  const snippet = printer.snippet(at);
  const steps = (all: NonNullable<Finding['path']>) =>
    all.map((step) => ({ ...printer.place(step.at), note: printer.clean(step.note) }));
  const named = (subject: Finding['resource']) => ({
    kind: subject.kind,
    id: printer.clean(subject.id),
    name: printer.clean(subject.name),
  });
  const lineHash = hashesOf?.(at.source)[location.line - 1];
  return {
    ...plain,
    message: printer.clean(message),
    resource: named(resource),
    ...(resources ? { resources: resources.map(named) } : {}),
    location,
    ...(snippet ? { snippet } : {}),
    ...(lineHash === undefined ? {} : { lineHash }),
    ...(path ? { path: steps(path) } : {}),
    ...(exposure ? { exposure: { level: exposure.level, path: steps(exposure.path) } } : {}),
    ...(suppressed ? { suppressed: suppressionOf(suppressed, printer) } : {}),
    ...(witness === undefined ? {} : { witness: printer.clean(witness) }),
    ...(blockers
      ? { blockers: blockers.map(({ reason, sort }) => ({ reason: printer.clean(reason), sort })) }
      : {}),
    ...fixOf(edits, printer),
    ...(suppressed ? { suppressed: suppressionOf(suppressed, printer) } : {}),
  };
}

/** Edits are given exactly or not at all: one that quotes a secret is made by `hardpan fix` alone. */
function fixOf(edits: NonNullable<Finding['edits']>, printer: Excerpts): Pick<FindingRecord, 'fix'> {
  const lines = edits.flatMap(({ text }) => text.split(/\r?\n/));
  if (edits.length === 0 || lines.some((line) => printer.clean(line) !== line.replaceAll('\t', ' ')))
    return {};
  const safety = edits.some((edit) => edit.safety === 'unsafe') ? 'unsafe' : 'safe';
  const told = edits.map(({ at, text, creates }) => ({
    ...printer.place(at),
    text,
    ...(creates ? { creates } : {}),
  }));
  return { fix: { safety, edits: told } };
}

function suppressionOf(
  { at, reason, owner, ...rest }: NonNullable<Finding['suppressed']>,
  printer: Excerpts,
): NonNullable<FindingRecord['suppressed']> {
  return {
    ...rest,
    reason: printer.clean(reason),
    ...(owner === undefined ? {} : { owner: printer.clean(owner) }),
    ...(at ? { location: printer.place(at) } : {}),
  };
}

function summaryOf({ findings, counts, hidden, unsupported }: AuditRun['audit']): Summary {
  const { sources, listed, resources, checks, pass } = counts;
  return { sources, listed, resources, checks, passed: pass, ...tally(findings), hidden, unsupported };
}

/** What the summary says of these findings. */
export function tally(
  findings: Iterable<Pick<FindingRecord, 'severity' | 'state' | 'suppressed' | 'new'>>,
): Pick<Summary, 'bySeverity' | 'byState' | 'new' | 'known'> {
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const byState = { fail: 0, unknown: 0, error: 0, pass: 0, 'not-applicable': 0 };
  const compared = { new: 0, known: 0 };
  let comparing = false;
  for (const { severity, state, suppressed, new: isNew } of findings) {
    if (isNew !== undefined) comparing = true;
    if (suppressed) continue;
    byState[state] += 1;
    if (state !== 'fail') continue;
    bySeverity[severity] += 1;
    compared[isNew === false ? 'known' : 'new'] += 1;
  }
  return { bySeverity, byState, ...(comparing ? compared : {}) };
}

function memoised<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}
