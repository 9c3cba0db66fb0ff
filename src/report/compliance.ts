import type { StandardResult } from '../policy/compliance.ts';
import type { Paint } from './paint.ts';
import type { TextOptions } from './text.ts';
import { wrapped } from './wrap.ts';

type ControlResult = StandardResult['controls'][number];

/**
 * A table a standard: what each control came to, and how much of it the checks look at. Green is kept for a control
 * that passed and is covered in full: what a person has to look at is never shown as good.
 */
export function* complianceLines(
  standards: readonly StandardResult[],
  paint: Paint,
  { width, detail }: TextOptions,
): Generator<string> {
  for (const { title, version, disclaimer, controls, byStatus } of standards) {
    const { pass, fail, unknown, manual } = byStatus;
    const counted = { pass, fail, unknown, manual, 'not applicable': byStatus['not-applicable'] };
    const said = Object.entries(counted).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
    yield `${paint.strong(`${title} ${version}`)}: ${said.join(', ')}\n`;
    const shown = detail > 1 ? controls : controls.filter(({ status }) => status !== 'not-applicable');
    const column = Math.max(0, ...shown.map(({ id }) => id.length));
    for (const control of shown) yield `${rowOf(control, column, paint, width)}\n`;
    if (disclaimer !== undefined) yield `${wrapped(disclaimer, width, '  ').join('\n')}\n`;
    yield '\n';
  }
}

function rowOf(control: ControlResult, column: number, paint: Paint, width: number): string {
  const { id, title, status, coverage, checks, findings, manual } = control;
  const head = `  ${id.padEnd(column)}  ${painted(status, coverage, paint)}  ${paint.dim(coverage.padEnd(7))}  `;
  const numbers = [
    ...(findings.fail > 0 ? [`${findings.fail} open`] : []),
    ...(findings.suppressed > 0 ? [`${findings.suppressed} accepted`] : []),
    ...(findings.unknown > 0 ? [`${findings.unknown} unknown`] : []),
    ...(checks.off > 0 ? [`${checks.off} of ${checks.total} checks not asked`] : []),
  ];
  const counted = numbers.length > 0 ? ` (${numbers.join(', ')})` : '';
  const byHand = manual !== undefined && status !== 'not-applicable' ? `; by hand: ${manual}` : '';
  const indent = ' '.repeat(column + 4 + statusWidth + 11);
  return wrapped(`${title}${counted}${byHand}`, width, head, indent).join('\n');
}

const statusWidth = 'not-applicable'.length;

function painted(status: ControlResult['status'], coverage: ControlResult['coverage'], paint: Paint): string {
  const padded = status.padEnd(statusWidth);
  if (status === 'fail') return paint.bad(padded);
  return status === 'pass' && coverage === 'full' ? paint.good(padded) : padded;
}
