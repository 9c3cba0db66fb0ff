import { readFileSync } from 'node:fs';
import type { DataReader } from '../audit.ts';
import { dataReader } from '../collect/data.ts';
import type { CheckRecord } from '../report/document.ts';

export { families } from '../families.generated.ts';

/** Reference data that comes with the program. */
export function bundledData(): DataReader {
  return dataReader(new URL('data/', import.meta.url).pathname);
}

/** What people read about checks, one line each: kept out of the code, since most runs need few of them. */
function lines(): readonly string[] {
  return readFileSync(new URL('checks.tsv', import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1);
}

/** The texts of these checks, or of all. */
export function checkRecords(ids?: ReadonlySet<string>): ReadonlyMap<string, CheckRecord> {
  const found = new Map<string, CheckRecord>();
  if (ids?.size === 0) return found;
  for (const line of lines()) {
    const tab = line.indexOf('\t');
    const id = line.slice(0, tab);
    // Written by the build from the checks themselves.
    if (!ids || ids.has(id)) found.set(id, JSON.parse(line.slice(tab + 1)) as CheckRecord);
  }
  return found;
}
