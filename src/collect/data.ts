import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataReader } from '../audit.ts';

/**
 * Reads the tables that scripts/build-data.mjs makes: text, one row a line, `key TAB JSON`, sorted by key in code
 * units; the row `#` holds the date. `eol/nodejs` opens one row of the table `eol`; `advisories/npm` opens a table
 * of its own as a function from a key to that row, so that only what is asked for is parsed.
 */
export function dataReader(folder: string): DataReader {
  const tables = new Map<string, string | undefined>();
  const table = (name: string): string | undefined => {
    if (!tables.has(name)) tables.set(name, textOf(join(folder, `${name}.tsv`)));
    return tables.get(name);
  };
  return {
    open: (key) => {
      if (!/^[a-z]+(?:\/[\w@.-]+)?$/.test(key)) return undefined;
      const whole = table(key);
      if (whole !== undefined) return { date: dateOf(whole), content: (row: string) => rowOf(whole, row) };
      const [name = '', ...rest] = key.split('/');
      const text = table(name);
      const content = text && rowOf(text, rest.join('/'));
      return text === undefined || content === undefined ? undefined : { date: dateOf(text), content };
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

function dateOf(text: string): string {
  const head = rowOf(text, '#');
  const date = typeof head === 'object' && head !== null && 'date' in head ? head.date : undefined;
  return typeof date === 'string' ? date : '';
}

/** The parsed row of a key, found by halving; undefined when there is none. */
function rowOf(text: string, key: string): unknown {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    const end = text.indexOf('\n', start);
    const tab = text.indexOf('\t', start);
    const found = text.slice(start, tab);
    if (found === key) return JSON.parse(text.slice(tab + 1, end));
    if (found < key) low = end + 1;
    else high = start;
  }
  return undefined;
}
