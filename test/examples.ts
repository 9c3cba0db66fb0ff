import { readdirSync } from 'node:fs';
import { type AuditRun, audit, type DataReader } from '../src/audit.ts';
import type { Check, Example, ExampleFile } from '../src/check.ts';
import { type MemoryFile, memory } from '../src/collect/memory.ts';
import { loaders } from '../src/load/index.ts';

/** The day on which every example plays, unless it names another under `@now`. */
const exampleDay = '2026-06-01';

/** Every check under `checks/`, by id. A file's default export is a check, or a record of them by key. */
export async function allChecks(): Promise<ReadonlyMap<string, Check>> {
  const files = readdirSync('checks', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/(^|\/)_/.test(name))
    .sort();
  const found = new Map<string, Check>();
  for (const file of files) {
    const { default: exported } = (await import(/* @vite-ignore */ `../checks/${file}`)) as {
      default: Check | Record<string, Check>;
    };
    const id = file.slice(0, -'.ts'.length);
    if (isCheck(exported)) found.set(id, exported);
    else for (const [key, check] of Object.entries(exported)) found.set(`${id.split('/')[0]}/${key}`, check);
  }
  return found;
}

function isCheck(exported: Check | Record<string, Check>): exported is Check {
  return typeof exported.run === 'function';
}

export interface Mark {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An example as files without their marks, and the marks. */
export function unpack(example: Example): {
  files: MemoryFile[];
  marks: Mark[];
  data: DataReader;
  facts: Record<string, unknown>;
  now: number;
} {
  const marks: Mark[] = [];
  const files: MemoryFile[] = [];
  const data = new Map<string, unknown>();
  let now = exampleDay;
  let facts = {};
  for (const [name, content] of Object.entries(example)) {
    const file: ExampleFile = typeof content === 'string' ? { text: content } : content;
    if (name === '@now') now = file.text ?? now;
    else if (name === '@facts') facts = JSON.parse(file.text ?? '{}');
    else if (name.startsWith('@data/'))
      data.set(name.slice('@data/'.length), JSON.parse(file.text ?? 'null'));
    else files.push(unmarked(name, file, marks));
  }
  return {
    files,
    marks,
    facts,
    now: Date.parse(now),
    data: { open: (key) => (data.has(key) ? { date: exampleDay, content: data.get(key) } : undefined) },
  };
}

function unmarked(uri: string, { text, base64, ...rest }: ExampleFile, marks: Mark[]): MemoryFile {
  if (base64 !== undefined) return { uri, ...rest, bytes: Buffer.from(base64, 'base64') };
  const open: number[] = [];
  let clean = '';
  for (const char of text ?? '') {
    if (char === '«') open.push(clean.length);
    else if (char === '»') {
      const start = open.pop();
      if (start === undefined) throw new Error(`${uri}: » without «`);
      marks.push({ source: uri, start, end: clean.length, text: clean.slice(start) });
    } else clean += char;
  }
  if (open.length > 0) throw new Error(`${uri}: « without »`);
  return { uri, ...rest, text: clean };
}

/** Runs checks over an example as the program would over a directory. */
export async function auditExample(
  example: Example,
  checks: ReadonlyMap<string, Check>,
  change: (files: readonly MemoryFile[]) => readonly MemoryFile[] = (files) => files,
): Promise<AuditRun> {
  const { files, data, now, facts } = unpack(example);
  return audit({
    collector: memory('example', change(files)),
    loaders,
    checks: async () => checks,
    data,
    now,
    declared: facts,
    all: true,
  });
}
