import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataReader } from '../audit.ts';

/** Text of one row a line, `key TAB JSON`, as scripts/build-data.mjs and scripts/build.mjs write it. */
export interface Table {
  readonly keys: () => Iterable<string>;
  /** The parsed row of a key; undefined when there is none. */
  readonly row: (key: string) => unknown;
}

/**
 * Reads the tables of reference data; the row `#` holds the date. `eol/nodejs` opens one row of the table `eol`;
 * `advisories/npm` opens a table of its own as a function from a key to that row.
 */
export function dataReader(folder: string): DataReader {
  const tables = new Map<string, Table | undefined>();
  const table = (name: string): Table | undefined => {
    if (!tables.has(name)) tables.set(name, openTable(join(folder, `${name}.tsv`)));
    return tables.get(name);
  };
  return {
    open: (key) => {
      if (!/^[a-z]+(?:\/[\w@.-]+)?$/.test(key)) return undefined;
      const whole = table(key);
      if (whole) return { date: dateOf(whole), content: whole.row };
      const slash = key.indexOf('/');
      const part = slash === -1 ? undefined : table(key.slice(0, slash));
      const content = part?.row(key.slice(slash + 1));
      return part === undefined || content === undefined ? undefined : { date: dateOf(part), content };
    },
  };
}

/** How many keys are looked for one by one before an index pays. */
const fewKeys = 24;

/**
 * Opens a table; undefined when there is no such file. A run asks for few rows, so the file is taken as one byte a
 * character, only those rows are decoded, and an index is made for many keys alone.
 */
export function openTable(path: string): Table | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  let asked = 0;
  let starts: ReadonlyMap<string, number> | undefined;
  const index = (): ReadonlyMap<string, number> => {
    starts ??= startsOf(text);
    return starts;
  };
  return {
    keys: () => index().keys(),
    row: (key) => {
      asked += 1;
      const name = Buffer.from(key, 'utf8').toString('latin1');
      const start = asked > fewKeys ? index().get(name) : startOf(text, name);
      if (start === undefined) return undefined;
      const row = text.slice(start, text.indexOf('\n', start));
      return JSON.parse(/[\x80-\xff]/.test(row) ? Buffer.from(row, 'latin1').toString('utf8') : row);
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

function dateOf({ row }: Table): string {
  const head = row('#');
  const date = typeof head === 'object' && head !== null && 'date' in head ? head.date : undefined;
  return typeof date === 'string' ? date : '';
}

function startOf(text: string, name: string): number | undefined {
  if (text.startsWith(`${name}\t`)) return name.length + 1;
  const before = text.indexOf(`\n${name}\t`);
  return before === -1 ? undefined : before + name.length + 2;
}

function startsOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let line = 0;
  while (line < text.length) {
    const tab = text.indexOf('\t', line);
    const end = text.indexOf('\n', line);
    if (tab === -1 || end === -1) break;
    found.set(text.slice(line, tab), tab + 1);
    line = end + 1;
  }
  return found;
}
