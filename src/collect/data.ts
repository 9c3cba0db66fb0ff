import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataReader } from '../audit.ts';

/**
 * Reads the tables that scripts/build-data.mjs makes: text, one row a line, `key TAB JSON`; the row `#` holds the date. `eol/nodejs` opens one row of the table `eol`; `advisories/npm` opens a table
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
      if (whole !== undefined) return { date: dateOf(whole), content: rowsOf(whole) };
      const [name = '', ...rest] = key.split('/');
      const text = table(name);
      const content = text && rowOf(text, rest.join('/'));
      return text === undefined || content === undefined ? undefined : { date: dateOf(text), content };
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    // The tables are ASCII, and this skips the decoding.
    return readFileSync(path, 'latin1');
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

/** The parsed row of one key; undefined when there is none. */
function rowOf(text: string, key: string): unknown {
  const start = text.startsWith(`${key}\t`) ? 0 : text.indexOf(`\n${key}\t`) + 1;
  if (start === 0 && !text.startsWith(`${key}\t`)) return undefined;
  return JSON.parse(text.slice(start + key.length + 1, text.indexOf('\n', start)));
}

/** From a key to its parsed row; for many keys, so with an index that is made on the first call. */
function rowsOf(text: string): (key: string) => unknown {
  let starts: Map<string, number> | undefined;
  return (key) => {
    starts ??= startsOf(text);
    const start = starts.get(key);
    return start === undefined ? undefined : JSON.parse(text.slice(start, text.indexOf('\n', start)));
  };
}

function startsOf(text: string): Map<string, number> {
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
