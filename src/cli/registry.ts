import { readFileSync } from 'node:fs';
import type { DataReader } from '../audit.ts';
import { dataReader, openTable } from '../collect/data.ts';
import type { CheckRecord } from '../report/document.ts';

export { families } from '../families.generated.ts';

/** Reference data that comes with the program. */
export function bundledData(): DataReader {
  return dataReader(new URL('data/', import.meta.url).pathname);
}

/** What people read about these checks, or about all: kept out of the code, since most runs need few of them. */
export function checkRecords(ids?: ReadonlySet<string>): ReadonlyMap<string, CheckRecord> {
  const found = new Map<string, CheckRecord>();
  if (ids?.size === 0) return found;
  const table = openTable(new URL('checks.tsv', import.meta.url).pathname);
  if (!table) throw new Error('checks.tsv is missing beside the program: it was not built completely');
  for (const id of ids ?? table.keys()) {
    // Written by the build from the checks themselves.
    const record = table.row(id) as CheckRecord | undefined;
    if (record) found.set(id, record);
  }
  return found;
}

/** The policies that come with the program, read from YAML by the build. */
export function shippedPolicies(): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL('policies.json', import.meta.url), 'utf8'));
}
