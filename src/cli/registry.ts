import { readFileSync } from 'node:fs';
import type { DataReader } from '../audit.ts';
import { dataReader } from '../collect/data.ts';
import type { CheckRecord } from '../report/document.ts';

export { type Family, families } from '../families.generated.ts';

/** Reference data that comes with the program. */
export function bundledData(): DataReader {
  return dataReader(new URL('data/', import.meta.url).pathname);
}

let records: ReadonlyMap<string, CheckRecord> | undefined;

/** What people read about each check; kept out of the code, since most runs need few of them. */
export async function checkRecords(): Promise<ReadonlyMap<string, CheckRecord>> {
  if (!records) {
    const text = readFileSync(new URL('checks.json', import.meta.url), 'utf8');
    // Written by the build from the checks themselves.
    records = new Map(Object.entries(JSON.parse(text) as Record<string, CheckRecord>));
  }
  return records;
}
