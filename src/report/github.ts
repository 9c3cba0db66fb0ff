import type { Severity } from '../check.ts';
import { fileOf, outcome, weightiest } from './counted.ts';
import type { Document, FindingRecord } from './document.ts';

type Level = 'error' | 'warning' | 'notice';

const levels: Readonly<Partial<Record<Severity, Level>>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
};
/** GitHub shows so many annotations of each level that one step writes; the job summary has the rest. */
const most = 10;

/** Annotations for GitHub's workflow log: new and grave ones first, ten of each level, and a line with the verdict. */
export function* github(document: Document): Generator<string> {
  const left: Record<Level, number> = { error: most, warning: most, notice: most };
  for (const [severity, level] of Object.entries(levels)) {
    for (const finding of weightiest(document.findings, left[level], (one) => fits(one, severity))) {
      left[level] -= 1;
      yield annotation(level, finding);
    }
  }
  for (const { subject, message, sort } of document.problems) {
    if (sort === 'notice' || left.warning === 0) continue;
    left.warning -= 1;
    yield command('warning', { title: 'hardpan: not seen' }, `${subject}: ${message}`);
  }
  const { bySeverity } = document.summary;
  const counted = Object.entries(bySeverity).flatMap(([name, count]) =>
    count > 0 ? [`${count} ${name}`] : [],
  );
  yield `hardpan: ${counted.join(', ') || 'no findings'}; ${outcome(document)}\n`;
}

function fits({ state, suppressed, severity }: FindingRecord, wanted: string): boolean {
  return state === 'fail' && !suppressed && severity === wanted;
}

function annotation(level: Level, { check, message, location, witness, new: isNew }: FindingRecord): string {
  const { line, endLine } = location;
  const place = { file: fileOf(location.file), line, endLine: Math.max(line, endLine) };
  const shown = witness === undefined ? message : `${message}\nShown by: ${witness}`;
  return command(level, { ...place, title: `${check}${isNew ? ' (new)' : ''}` }, shown);
}

/** One command of the log's language, in which what is data cannot begin another. */
function command(
  level: Level,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const given = Object.entries(properties).map(
    ([name, value]) => `${name}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${level} ${given.join(',')}::${escaped(message)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
