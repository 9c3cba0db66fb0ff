import type { AccessKey } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';

/** One row of the credential report, by column. */
export interface ReportRow {
  readonly at: Location;
  readonly cells: ReadonlyMap<string, string>;
}

/**
 * Reads the credential report by its header, so that added columns do no harm. `start` is where the text begins in
 * its source; -1 when it was encoded there, and every row is at `whole`.
 */
export function readReport(text: string, start: number, whole: Location): readonly ReportRow[] {
  const rows: ReportRow[] = [];
  let columns: readonly string[] | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    const begin = offset;
    offset += line.length + 1;
    const plain = line.replace(/\r$/, '');
    if (plain.trim() === '') continue;
    const values = cellsOf(plain);
    if (!columns) {
      columns = values;
      continue;
    }
    const at =
      start < 0 ? whole : { source: whole.source, start: start + begin, end: start + begin + plain.length };
    rows.push({ at, cells: new Map(columns.map((name, index) => [name, values[index] ?? ''])) });
  }
  return rows;
}

/** Comma-separated cells; a quoted one may hold commas and doubled quotes. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === '"' && quoted && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}

/** `TRUE` and `true` alike; the root row's `not_supported` means that there is one. */
export function isOn(row: ReportRow, column: string): boolean {
  return /^(true|not_supported)$/i.test(row.cells.get(column) ?? '');
}

/** Milliseconds since the epoch; null for `N/A`, `no_information`, `not_supported`. */
export function timeOf(row: ReportRow, column: string): number | null {
  const time = Date.parse(row.cells.get(column) ?? '');
  return Number.isNaN(time) ? null : time;
}

export function keysOf(row: ReportRow): readonly AccessKey[] {
  return [1, 2].map((slot) => ({
    slot,
    active: isOn(row, `access_key_${slot}_active`),
    rotated: timeOf(row, `access_key_${slot}_last_rotated`),
    lastUsed: timeOf(row, `access_key_${slot}_last_used_date`),
    at: row.at,
  }));
}
