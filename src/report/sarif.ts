import type { Severity } from '../check.ts';
import { fileOf, severities } from './counted.ts';
import type { CheckRecord, Document, FindingRecord } from './document.ts';
import type { Place } from './excerpt.ts';

const level: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
const score: Readonly<Partial<Record<Severity, string>>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
};
const precision: Readonly<Record<string, string>> = { high: 'very-high', medium: 'high', low: 'medium' };
/** GitHub shows no more than this many results of one run and refuses files far above it. */
const most = 5000;

export interface SarifOptions {
  /** GitHub shows suppressed results as open ones, so they are left out unless this asks for them. */
  readonly includeSuppressed?: boolean;
}

/** SARIF 2.1.0 within the limits of GitHub's code scanning. */
export function* sarif(
  document: Document,
  { includeSuppressed = false }: SarifOptions = {},
): Generator<string> {
  const { samples, quotas, omitted } = survey(document.findings, includeSuppressed);
  const rules = Object.entries(document.checks);
  const ruleIndex = new Map(rules.map(([id], index) => [id, index]));
  const driver = {
    name: document.tool.name,
    semanticVersion: document.tool.version,
    version: document.tool.version,
    rules: rules.map(([id, check]) => ruleOf(id, check, samples.get(id))),
  };
  yield '{\n"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n"version": "2.1.0",\n"runs": [{\n';
  yield `"tool": ${JSON.stringify({ driver })},\n"columnKind": "utf16CodeUnits",\n`;
  yield '"automationDetails": {"id": "hardpan/"},\n';
  yield '"originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root that paths are relative to"}}},\n';
  yield `"invocations": [${JSON.stringify(invocation(document, omitted))}],\n"results": [`;
  let separator = '\n';
  for (const finding of document.findings) {
    const shelf = shelfOf(finding);
    const left = quotas[shelf] ?? 0;
    if (finding.state !== 'fail' || left === 0) continue;
    quotas[shelf] = left - 1;
    const marks = includeSuppressed ? { suppressions: suppressions(finding) } : {};
    yield separator + JSON.stringify({ ...resultOf(finding, ruleIndex.get(finding.check)), ...marks });
    separator = ',\n';
  }
  yield '\n]}]}\n';
}

/** The first walk: the gravest finding of each rule, and how many of each severity fit, the gravest first. */
function survey(
  findings: Iterable<FindingRecord>,
  includeSuppressed: boolean,
): { readonly samples: ReadonlyMap<string, Sample>; readonly quotas: number[]; readonly omitted: number } {
  const samples = new Map<string, Sample>();
  const found = Array.from({ length: 2 * severities.length }, () => 0);
  for (const finding of findings) {
    const { check, severity, confidence, state, suppressed } = finding;
    if (state !== 'fail') continue;
    const shelf = shelfOf(finding);
    found[shelf] = (found[shelf] ?? 0) + 1;
    const known = samples.get(check);
    if (suppressed || (known && rank(known.severity) <= rank(severity))) continue;
    samples.set(check, { severity, confidence });
  }
  let left = most;
  const quotas = found.map((count, shelf) => {
    const quota = shelf < severities.length || includeSuppressed ? Math.min(count, left) : 0;
    left -= quota;
    return quota;
  });
  const counted = found.slice(0, severities.length).reduce((sum, count) => sum + count, 0);
  return { samples, quotas, omitted: Math.max(0, counted - most) };
}

/** How many findings a report leaves out, for whoever writes it to say. */
export function omittedFromSarif({ summary }: Document): number {
  return Math.max(0, Object.values(summary.bySeverity).reduce((sum, count) => sum + count, 0) - most);
}

type Sample = Pick<FindingRecord, 'severity' | 'confidence'>;

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Findings that count by severity, then those that do not. */
function shelfOf({ severity, suppressed }: FindingRecord): number {
  return rank(severity) + (suppressed ? severities.length : 0);
}

/** When one result of a run says this of itself, the standard wants that all do. */
function suppressions({ suppressed }: FindingRecord): readonly object[] {
  if (!suppressed) return [];
  const { by, reason, owner, expires } = suppressed;
  const until = expires === undefined ? '' : `, until ${expires}`;
  return [
    {
      kind: by === 'waiver' || by === 'policy' ? 'external' : 'inSource',
      status: 'accepted',
      justification: `${reason || 'no reason given'} (${owner ?? by}${until})`,
    },
  ];
}

function invocation({ exit, problems, run }: Document, omitted: number): object {
  const lines = problems.map(({ subject, message, sort }) => ({
    level: sort === 'notice' ? 'note' : 'warning',
    message: { text: `${subject}: ${message}` },
  }));
  if (omitted > 0)
    lines.push({ level: 'warning', message: { text: `${omitted} findings of lower severity are left out` } });
  return {
    executionSuccessful: run.complete,
    exitCode: exit.code,
    startTimeUtc: run.startedAt,
    endTimeUtc: run.finishedAt,
    ...(lines.length > 0 ? { toolExecutionNotifications: lines } : {}),
  };
}

function ruleOf(id: string, check: CheckRecord, sample: Sample | undefined): object {
  const { title, why = title, remedy = title, risk, compliance } = check;
  const references: readonly string[] = check.references ?? [];
  const securitySeverity = sample && score[sample.severity];
  const cwe = (compliance?.['cwe'] ?? []).map((number) => `external/cwe/cwe-${number.padStart(3, '0')}`);
  const links = references.map((url) => `- ${url}`).join('\n');
  return {
    id,
    name: id.replace('/', '-'),
    shortDescription: { text: cut(title, 1024) },
    fullDescription: { text: cut(why, 1024) },
    help: { text: `${why}\n\n${remedy}`, markdown: `${why}\n\n**Remedy:** ${remedy}\n\n${links}` },
    ...(references[0] ? { helpUri: references[0] } : {}),
    ...(sample ? { defaultConfiguration: { level: level[sample.severity] } } : {}),
    properties: {
      tags: ['security', ...risk, ...cwe].slice(0, 20),
      precision: precision[sample?.confidence ?? 'medium'],
      ...(securitySeverity ? { 'security-severity': securitySeverity } : {}),
    },
  };
}

function resultOf(finding: FindingRecord, ruleIndex: number | undefined): object {
  const { check, severity, message, location, path = [], fingerprint, lineHash, witness, resource } = finding;
  const text = messageOf(message, path, witness);
  return {
    ruleId: check,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: level[severity],
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: artifact(location.file), region: firstLine(finding) },
        logicalLocations: [{ fullyQualifiedName: resource.id || resource.kind, kind: resource.kind }],
      },
    ],
    ...(path.length > 0
      ? {
          relatedLocations: path.map((step, index) => ({
            id: index + 1,
            physicalLocation: physical(step),
            message: { text: step.note },
          })),
        }
      : {}),
    partialFingerprints: {
      ...(lineHash === undefined ? {} : { primaryLocationLineHash: lineHash }),
      'hardpan/v1': fingerprint,
    },
    ...(finding.fix?.safety === 'safe' && finding.fix.edits.every(({ creates }) => !creates)
      ? { fixes: [fixOf(finding.fix.edits)] }
      : {}),
  };
}

/** GitHub shows a related place only where the message links to it. */
function messageOf(
  message: string,
  path: NonNullable<FindingRecord['path']>,
  witness: string | undefined,
): string {
  const links = path.slice(0, 3).map(({ note, file, line }, index) => {
    return `${plain(note)} [${plain(`${file}:${line}`)}](${index + 1})`;
  });
  return [
    plain(message),
    ...(links.length > 0 ? [`See ${links.join(', ')}`] : []),
    ...(witness === undefined ? [] : [`Shown by: ${plain(witness)}`]),
  ].join('. ');
}

/** Scanned text makes no link: the standard takes a bracket after a backslash for a bracket. */
function plain(text: string): string {
  return /\](\(|\s*$)/.test(text) ? text.replace(/[\\[\]]/g, '\\$&') : text;
}

/** A pull request shows a result when all of its lines are in the change: so only the first line is given. */
function firstLine({ location, snippet }: FindingRecord): object {
  const { line, column, endLine } = location;
  if (location.file.startsWith('aws:'))
    return region({ ...location, line: 1, column: 1, endLine: 1, endColumn: 1 });
  if (endLine === line) return region(location);
  const text = snippet?.lines[line - snippet.startLine] ?? '';
  const endColumn = (snippet?.startColumn ?? 1) + text.length;
  return region({ ...location, endLine: line, endColumn: Math.max(column + 1, endColumn) });
}

function fixOf(edits: NonNullable<FindingRecord['fix']>['edits']): object {
  const files = new Map<string, object[]>();
  for (const { text, file, ...place } of edits) {
    const replacement = { deletedRegion: region({ file, ...place }), insertedContent: { text } };
    files.set(file, [...(files.get(file) ?? []), replacement]);
  }
  return {
    artifactChanges: [...files].map(([file, replacements]) => ({
      artifactLocation: artifact(file),
      replacements,
    })),
  };
}

function physical(place: Place): object {
  return { artifactLocation: artifact(place.file), region: region(place) };
}

function artifact(file: string): object {
  return { uri: fileOf(file).split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function region({ line, column, endLine, endColumn }: Place): object {
  return {
    startLine: line,
    startColumn: column,
    endLine,
    endColumn: Math.max(endColumn, endLine === line ? column : 1),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
