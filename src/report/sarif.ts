import type { Severity } from '../check.ts';
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

/** SARIF 2.1.0 within the limits of GitHub's code scanning. */
export function* sarif(document: Document): Generator<string> {
  const rules = Object.entries(document.checks);
  const ruleIndex = new Map(rules.map(([id], index) => [id, index]));
  const failed = [...document.findings].filter(({ state }) => state === 'fail');
  const kept = worst(failed);
  const driver = {
    name: document.tool.name,
    semanticVersion: document.tool.version,
    version: document.tool.version,
    rules: rules.map(([id, check]) =>
      ruleOf(
        id,
        check,
        kept.find((one) => one.check === id),
      ),
    ),
  };
  yield '{\n"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n"version": "2.1.0",\n"runs": [{\n';
  yield `"tool": ${JSON.stringify({ driver })},\n"columnKind": "utf16CodeUnits",\n`;
  yield '"automationDetails": {"id": "hardpan/"},\n';
  yield '"originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root that paths are relative to"}}},\n';
  yield `"invocations": [${JSON.stringify(invocation(document, failed.length - kept.length))}],\n"results": [`;
  let separator = '\n';
  for (const finding of kept) {
    yield separator + JSON.stringify(resultOf(finding, ruleIndex.get(finding.check)));
    separator = ',\n';
  }
  yield '\n]}]}\n';
}

/** The findings that fit, the gravest first, so that the first of a rule is its gravest too. */
function worst(findings: readonly FindingRecord[]): readonly FindingRecord[] {
  const rank = Object.keys(level);
  return [...findings].sort((a, b) => rank.indexOf(a.severity) - rank.indexOf(b.severity)).slice(0, most);
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

function ruleOf(id: string, check: CheckRecord, sample: FindingRecord | undefined): object {
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
  const { check, severity, message, location, path = [], fingerprint, lineHash, witness } = finding;
  const text = witness === undefined ? message : `${message}. Shown by: ${witness}`;
  return {
    ruleId: check,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: level[severity],
    message: { text },
    locations: [
      {
        physicalLocation: physical(location),
        logicalLocations: [{ fullyQualifiedName: finding.resource.id }],
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
  const uri = file.startsWith('aws:') ? `aws/${file.slice('aws:'.length)}.json` : file;
  return { uri: uri.split('/').map(encodeURIComponent).join('/') || '.', uriBaseId: 'SRCROOT' };
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
