import type { StandardResult } from '../policy/compliance.ts';
import { counts, fileOf, outcome, plural, suppressedLine, weightiest } from './counted.ts';
import type { Document, FindingRecord } from './document.ts';

/** A comment that holds this is ours: whoever posts the next one replaces it instead of adding another. */
export const marker = '<!-- hardpan:report -->';

/** GitHub takes no comment above 65,536 characters; what follows the findings has its share of them. */
const longest = 65_000;
const forFindings = 45_000;
/** No row is shorter than this, so no more findings can fit. */
const shortestRow = 60;
/** One endless message must not take the place of all others. */
const longestMessage = 500;

/** A comment for a pull request: the verdict, counts, findings with new and grave ones first, the rest folded away. */
export function* markdown(document: Document): Generator<string> {
  const opening = [marker, `### hardpan: ${escaped(outcome(document))}`, '', ...tables(document), ''].join(
    '\n',
  );
  yield opening;
  let room = longest - opening.length;
  const spend = (text: string): string => {
    room -= text.length;
    return text;
  };
  const held = Math.max(0, room - forFindings);
  const findings = weightiest(document.findings, Math.ceil(forFindings / shortestRow));
  for (const chunk of findingRows(document, findings, room - held)) yield spend(chunk);
  for (const [title, rows] of folds(document)) {
    for (const chunk of fold(title, rows, room)) yield spend(chunk);
  }
}

function tables({ summary, compliance = [] }: Document): readonly string[] {
  const { bySeverity, byState, sources, checks } = summary;
  const names = Object.keys(bySeverity);
  const compared = summary.new === undefined ? '' : ` ${summary.new} new, ${summary.known ?? 0} known.`;
  return [
    `| ${[...names, 'unknown'].join(' | ')} |`,
    `|${' ---: |'.repeat(names.length + 1)}`,
    `| ${[...Object.values(bySeverity), byState.unknown].join(' | ')} |`,
    '',
    `${plural(sources, 'file')} read, ${plural(checks, 'check')} asked.${compared}`,
    ...(compliance.length > 0 ? ['', ...complianceTable(compliance)] : []),
  ];
}

function complianceTable(standards: readonly StandardResult[]): readonly string[] {
  return [
    '| standard | pass | fail | unknown | manual | not applicable |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...standards.map(({ title, version, byStatus: { pass, fail, unknown, manual, ...rest } }) => {
      const numbers = [pass, fail, unknown, manual, rest['not-applicable']];
      return `| ${escaped(`${title} ${version}`)} | ${numbers.join(' | ')} |`;
    }),
  ];
}

function* findingRows(
  document: Document,
  findings: readonly FindingRecord[],
  room: number,
): Generator<string> {
  if (findings.length === 0) return;
  const { bySeverity } = document.summary;
  const total = Object.values(bySeverity).reduce((sum, count) => sum + count, 0);
  let left = room;
  let shown = 0;
  const head = '\n| | check | where | |\n| --- | --- | --- | --- |\n';
  yield head;
  left -= head.length;
  for (const finding of findings) {
    const row = findingRow(finding);
    if (row.length > left - shortestRow) break;
    yield row;
    left -= row.length;
    shown += 1;
  }
  if (shown < total) yield `\n…and ${total - shown} more: see the whole report.\n`;
}

function findingRow({ severity, check, location, message, new: isNew }: FindingRecord): string {
  const place = code(`${fileOf(location.file)}:${location.line}`);
  const said = `${escaped(cut(message))}${isNew ? ' **new**' : ''}`;
  return `| ${severity} | ${code(check)} | ${place} | ${said} |\n`;
}

type Fold = readonly [title: string, rows: Iterable<string>];

/** What is not the first thing to read. */
function folds(document: Document): readonly Fold[] {
  const { findings, problems, summary } = document;
  const lost = problems.filter(({ sort }) => sort !== 'notice');
  return [
    [suppressedLine(document), suppressedRows(findings)],
    [
      summary.byState.unknown > 0 ? `${summary.byState.unknown} could not be told` : '',
      unknownRows(findings),
    ],
    [
      lost.length > 0 ? `${lost.length} not seen` : '',
      lost.map(({ subject, message }) => `- ${code(subject)}: ${escaped(message)}\n`),
    ],
  ];
}

function* suppressedRows(findings: Iterable<FindingRecord>): Generator<string> {
  for (const { check, location, suppressed, state, severity } of findings) {
    if (!suppressed || state !== 'fail') continue;
    const { by, reason, owner, expires } = suppressed;
    const who = [by, owner ?? '', expires === undefined ? '' : `until ${expires}`].filter(Boolean).join(', ');
    const place = code(`${fileOf(location.file)}:${location.line}`);
    yield `- ${severity} ${code(check)} ${place}: ${escaped(cut(reason || 'no reason given'))} (${escaped(who)})\n`;
  }
}

function* unknownRows(findings: Iterable<FindingRecord>): Generator<string> {
  for (const finding of findings) {
    if (finding.state !== 'unknown' || finding.suppressed || counts(finding)) continue;
    const { check, location, message } = finding;
    yield `- ${code(check)} ${code(fileOf(location.file))}: ${escaped(message)}\n`;
  }
}

function* fold(title: string, rows: Iterable<string>, room: number): Generator<string> {
  const opening = `\n<details><summary>${escaped(title)}</summary>\n\n`;
  const closing = '\n</details>\n';
  const more = '- …and more: see the whole report.\n';
  let left = room - opening.length - closing.length - more.length;
  if (title === '' || left < 0) return;
  yield opening;
  for (const row of rows) {
    if (row.length > left) {
      yield more;
      break;
    }
    left -= row.length;
    yield row;
  }
  yield closing;
}

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`;
}

/** Text that shows as it is: no markup, no HTML, nobody is notified and no other thread is linked. */
function escaped(text: string): string {
  return text
    .replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char)
    .replace(/[\\`*_{}[\]|~!]/g, '\\$&')
    .replace(/[@#]/g, '$&<!-- -->')
    .replace(/\s*\n\s*/g, ' ');
}

/** A code span: its fence is longer than any row of backticks inside; a bar would end the cell even here. */
function code(text: string): string {
  const longestRow = [...text.matchAll(/`+/g)].reduce((most, [row]) => Math.max(most, row.length), 0);
  const fence = '`'.repeat(longestRow + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replaceAll('|', '\\|')}${pad}${fence}`;
}
