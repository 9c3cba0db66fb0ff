import type { AccessKey } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, mapValue, unseen, type Value } from '../../model/value.ts';

/** One row of the credential report, by column. */
export interface ReportRow {
  readonly at: Location;
  readonly cells: ReadonlyMap<string, Cell>;
}

interface Cell {
  readonly text: string;
  readonly at: Location;
}

const header = /^"?user"?,"?arn"?,/;

export function isReport(text: string): boolean {
  return header.test(text);
}

/**
 * Reads the credential report by its header, so that added columns do no harm. `whole` is its place when it was
 * encoded in its source; otherwise it is the source's text.
 */
export function readReport(text: string, uri: string, whole?: Location): readonly ReportRow[] {
  const place = (start: number, end: number): Location => whole ?? { source: uri, start, end };
  const rows: ReportRow[] = [];
  let columns: readonly string[] | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    const begin = offset;
    offset += line.length + 1;
    const plain = line.replace(/\r$/, '');
    if (plain.trim() === '') continue;
    const cells = cellsOf(plain, begin, place);
    if (!columns) columns = cells.map((cell) => cell.text);
    else
      rows.push({
        at: cells[0]?.at ?? place(begin, begin + plain.length),
        cells: new Map(cells.map((cell, index) => [columns?.[index] ?? '', cell])),
      });
  }
  return rows;
}

/** Comma-separated cells; a quoted one may hold commas and doubled quotes. */
function cellsOf(
  line: string,
  begin: number,
  place: (start: number, end: number) => Location,
): readonly Cell[] {
  const cell = /(?:"(?:[^"]|"")*"|[^,"])*/y;
  const cells: Cell[] = [];
  for (let at = 0; at <= line.length; at = cell.lastIndex + 1) {
    cell.lastIndex = at;
    const [raw = ''] = cell.exec(line) ?? [];
    cell.lastIndex = at + raw.length;
    // A quote that never closes: the rest of the line is one cell.
    if (line[cell.lastIndex] === '"') cell.lastIndex = line.length;
    const text = line.slice(at, cell.lastIndex);
    const isQuoted = text.startsWith('"') && text.endsWith('"') && text.length > 1;
    cells.push({
      text: isQuoted ? text.slice(1, -1).replaceAll('""', '"') : text,
      at: place(begin + at, begin + cell.lastIndex),
    });
  }
  return cells;
}

export function textOf({ cells }: ReportRow, column: string): string {
  return cells.get(column)?.text ?? '';
}

function cellOf(row: ReportRow, column: string): Value<string> {
  const found = row.cells.get(column);
  return found && found.text !== ''
    ? explicit(found.text, found.at)
    : unseen(`the credential report has no ${column}`, row.at);
}

/** `TRUE` and `true` alike; anything but true and false (`N/A`) says that there is no such thing. */
export function flagOf(row: ReportRow, column: string): Value<boolean> {
  return mapValue(cellOf(row, column), (text) => /^true$/i.test(text));
}

/** Whether there is a password. For the root user the report says `not_supported`, which means that there is one. */
export function passwordOf(row: ReportRow): Value<boolean> {
  return mapValue(cellOf(row, 'password_enabled'), (text) => /^(true|not_supported)$/i.test(text));
}

/** Milliseconds since the epoch; null for `N/A`, `no_information`, `not_supported`. */
export function timeOf(row: ReportRow, column: string): Value<number | null> {
  const found = cellOf(row, column);
  if (found.state === 'unknown' || /^(n\/a|no_information|not_supported)$/i.test(found.value))
    return mapValue(found, () => null);
  const time = Date.parse(found.value);
  return Number.isNaN(time)
    ? unseen(`the credential report has no date in ${column}`, found.at)
    : explicit(time, found.at);
}

export function keysOf(row: ReportRow): readonly AccessKey[] {
  return [1, 2].map((slot) => ({
    slot,
    active: flagOf(row, `access_key_${slot}_active`),
    rotated: timeOf(row, `access_key_${slot}_last_rotated`),
    lastUsed: timeOf(row, `access_key_${slot}_last_used_date`),
  }));
}
