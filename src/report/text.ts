import type { Severity } from '../check.ts';
import { complianceLines } from './compliance.ts';
import { counts, severities as order, outcome, suppressedLine } from './counted.ts';
import type { CheckRecord, Document, FindingRecord } from './document.ts';
import { type Paint, painter } from './paint.ts';
import { folded, wrapped } from './wrap.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Findings of this severity and above are printed, the rest counted. */
  readonly show: Severity;
  /** 0 quiet: the verdict only; 1 normal; 2 verbose: what was skipped, and every subject of a folded finding. */
  readonly detail: 0 | 1 | 2;
}

/** For people: the findings by file, then what could not be told, then a verdict that names what was not seen. */
export function* text(document: Document, options: TextOptions): Generator<string> {
  const paint = painter(options.color);
  const shown = order.slice(0, order.indexOf(options.show) + 1);
  if (options.detail > 0) {
    yield* findingBlocks(document, shown, paint, options);
    const unknowns = [...document.findings].filter(
      ({ state, suppressed }) => state === 'unknown' && !suppressed,
    );
    yield* unknownLines(unknowns, paint, options);
    yield* problemLines(document, paint, options);
    yield* suppressedLines(document, paint, options);
    yield* complianceLines(document.compliance ?? [], paint, options);
  }
  yield `${verdict(document, shown, paint).join('\n')}\n`;
}

/** The new before the known, the gravest first; what is said of a check in general is said with its first finding. */
function* findingBlocks(
  document: Document,
  shown: readonly Severity[],
  paint: Paint,
  options: TextOptions,
): Generator<string> {
  const told = new Set<string>();
  for (const known of knownOnes(document, options)) {
    for (const severity of shown) {
      for (const finding of document.findings) {
        if (!counts(finding) || finding.severity !== severity || (finding.new === false) !== known) continue;
        const check = told.has(finding.check) ? undefined : document.checks[finding.check];
        told.add(finding.check);
        yield `${block(finding, check, paint, options).join('\n')}\n\n`;
      }
    }
  }
}

/** Known findings come last, and where they cannot fail the run only when all is asked for. */
function knownOnes({ summary, run }: Document, { detail }: TextOptions): readonly boolean[] {
  if (summary.known === undefined || summary.known === 0) return [false];
  return run.policy.gate?.newOnly && detail < 2 ? [false] : [false, true];
}

function block(
  finding: FindingRecord,
  check: CheckRecord | undefined,
  paint: Paint,
  { width, detail }: TextOptions,
): readonly string[] {
  const { message, path = [], exposure, witness, severityWhy, resources = [] } = finding;
  const lines = [heading(finding, paint), ...wrapped(message, width, '  '), ...frame(finding, paint, width)];
  const row = (label: string, said: string): void => {
    lines.push(...wrapped(said, width, `  ${paint.dim(label.padEnd(9))}`, '           '));
  };
  for (const step of path.slice(0, detail > 1 ? path.length : 4)) {
    row('', `${step.note} ${step.file}:${step.line}`);
  }
  if (path.length > 4 && detail < 2) row('', `and ${path.length - 4} more places (-v shows them)`);
  if (resources.length > 1)
    row(
      'where',
      folded(
        resources.map(({ name }) => name),
        detail > 1 ? Infinity : 6,
      ),
    );
  if (severityWhy !== undefined) row('severity', severityWhy);
  if (exposure) row('reach', reachText(exposure, detail > 1));
  if (check?.why !== undefined) row('why', check.why);
  if (check?.remedy !== undefined) row('remedy', check.remedy);
  if (witness !== undefined) row('shown by', witness);
  if (detail > 1) row('id', finding.fingerprint);
  return lines;
}

function heading({ location, severity, check, new: isNew }: FindingRecord, paint: Paint): string {
  const place = location.line === 0 ? location.file : `${location.file}:${location.line}:${location.column}`;
  const mark = isNew ? '  NEW' : '';
  return `${paint.place(place || '.')}  ${paint.severity(severity)}  ${paint.strong(check)}${mark}`;
}

/** `internet → port 443 of proxy → … (compose.yaml:9)`: the way in, and where it begins. */
function reachText({ level, path }: NonNullable<FindingRecord['exposure']>, places: boolean): string {
  const where = ({ file, line }: { file: string; line: number }): string => ` (${file}:${line})`;
  const steps = path.map((step, index) => step.note + (places || index === 0 ? where(step) : ''));
  return [level, ...steps].join(' → ');
}

/** The marked lines with a caret row under the first; of long lines the part around the caret. */
function frame({ snippet, location }: FindingRecord, paint: Paint, width: number): readonly string[] {
  if (!snippet) return [];
  const { startLine, startColumn = 1, lines } = snippet;
  const gutter = String(startLine + lines.length - 1).length;
  const room = Math.max(40, width - gutter - 5);
  const caret = location.column - startColumn;
  const marked = lines[location.line - startLine] ?? '';
  const end = location.endLine === location.line ? location.endColumn - startColumn : marked.length;
  const shift = Math.min(end, marked.length) < room ? 0 : Math.max(0, caret - Math.floor(room / 4));
  const length = Math.max(1, Math.min(end, marked.length, shift + room) - caret);
  return lines.flatMap((line, index) => {
    const number = startLine + index;
    const row = `  ${paint.dim(`${String(number).padStart(gutter)} │`)} ${part(line, shift, room, startColumn > 1)}`;
    if (number !== location.line) return [row];
    const under = ' '.repeat(caret - shift) + '^'.repeat(length);
    return [row, `  ${paint.dim(`${' '.repeat(gutter)} │`)} ${paint.mark(under)}`];
  });
}

/** A part of a line, with a sign on each side where more of it is. */
function part(line: string, from: number, room: number, cutBefore: boolean): string {
  const shown = line.slice(from, from + room);
  const left = (from > 0 || cutBefore) && shown.length > 1 ? `…${shown.slice(1)}` : shown;
  return line.length > from + room ? `${left.slice(0, -1)}…` : left;
}

/** Unknown answers, folded by what is to blame. */
function* unknownLines(
  unknowns: readonly FindingRecord[],
  paint: Paint,
  { width, detail }: TextOptions,
): Generator<string> {
  if (unknowns.length === 0) return;
  const byCause = new Map<string, Set<string>>();
  for (const { blockers = [], check } of unknowns) {
    for (const { reason } of blockers) byCause.set(reason, (byCause.get(reason) ?? new Set()).add(check));
  }
  yield `${paint.strong('Could not be told')}\n`;
  const causes = [...byCause].sort(([, a], [, b]) => b.size - a.size);
  const most = detail > 1 ? causes.length : 10;
  for (const [reason, checks] of causes.slice(0, most)) {
    const answers = `${checks.size} ${checks.size === 1 ? 'answer' : 'answers'}: ${folded([...checks].sort(), detail > 1 ? Infinity : 4)}`;
    yield `${wrapped(`${reason}: ${answers}`, width, '  ', '    ').join('\n')}\n`;
  }
  if (causes.length > most) yield `  and ${causes.length - most} more causes (-v shows them)\n`;
  yield '\n';
}

function* problemLines(
  { problems, skipped, summary }: Document,
  paint: Paint,
  { width, detail }: TextOptions,
): Generator<string> {
  const rows = [
    ...problems.map(
      ({ subject, message, stage, sort }) =>
        `${subject}: ${sort === 'defect' ? `${stage} failed: ` : ''}${message}`,
    ),
    ...Object.entries(summary.unsupported).map(
      ([format, files]) =>
        `${files.length} ${format} ${files.length === 1 ? 'file is' : 'files are'} not read yet: ${folded(files, detail > 1 ? Infinity : 3)}`,
    ),
  ];
  if (rows.length > 0) {
    yield `${paint.strong('Not seen')}\n`;
    for (const row of rows) yield `${wrapped(row, width, '  ', '    ').join('\n')}\n`;
    yield '\n';
  }
  if (detail > 1 && skipped.length > 0) {
    yield `${paint.strong('Left out')}\n`;
    for (const { path, why } of skipped) yield `  ${path}: ${why}\n`;
    yield '\n';
  }
}

/** What somebody said need not count, and why. */
function* suppressedLines(
  { findings }: Document,
  paint: Paint,
  { width, detail }: TextOptions,
): Generator<string> {
  if (detail < 2) return;
  let begun = false;
  for (const { check, location, state, severity, suppressed } of findings) {
    if (!suppressed || state !== 'fail') continue;
    if (!begun) yield `${paint.strong('Waived and ignored')}\n`;
    begun = true;
    const { by, reason, owner, expires, location: written } = suppressed;
    const said = [
      by,
      ...(owner === undefined ? [] : [owner]),
      ...(expires === undefined ? [] : [`until ${expires}`]),
      ...(written ? [`${written.file}:${written.line}`] : []),
    ];
    const row = `${location.file}:${location.line} ${severity} ${check}: ${reason || 'no reason given'} (${said.join(', ')})`;
    yield `${wrapped(row, width, '  ', '    ').join('\n')}\n`;
  }
  if (begun) yield '\n';
}

function verdict(document: Document, shown: readonly Severity[], paint: Paint): readonly string[] {
  const { summary, exit } = document;
  const { sources, listed, resources, checks, bySeverity, byState } = summary;
  const perSeverity = order
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => paint.count(severity, bySeverity[severity]));
  const notShown = order
    .filter((severity) => !shown.includes(severity))
    .reduce((sum, severity) => sum + bySeverity[severity], 0);
  const unknown = byState.unknown > 0 ? [`${byState.unknown} unknown`] : [];
  const suppressed = suppressedLine(document);
  const tally = [...perSeverity, ...unknown, ...(suppressed === '' ? [] : [suppressed])];
  const compared = summary.new === undefined ? '' : `${summary.new} new, ${summary.known ?? 0} known`;
  const lines = [
    `Read ${sources} of ${listed} files: ${resources} resources, ${checks} checks, ${summary.passed} answers passed`,
    tally.length > 0 ? tally.join('  ') : 'No findings',
  ];
  if (compared !== '') lines.push(compared);
  if (notShown > 0)
    lines.push(paint.dim(`${notShown} below ${shown.at(-1)} not shown (--show info shows all)`));
  const said = exit.code === 0 ? paint.good(outcome(document)) : paint.bad(outcome(document));
  return [...lines, said];
}
