import { readFileSync } from 'node:fs';
import type { Collector } from '../source.ts';
import { type MemoryFile, memory } from './memory.ts';

/** First line of a snapshot file; each further line is one source: `{ uri, text }` or `{ uri, error }`. */
export const snapshotHead = '{"hardpan":"snapshot","version":1}';

/** Sources saved by an earlier run. Throws with the line's number on a line that is not of that form. */
export function snapshot(path: string): Collector {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  if (head.trim() !== snapshotHead)
    throw new Error(`is not a snapshot: the first line must be ${snapshotHead}`);
  return memory(
    path,
    lines.flatMap((line, index) => (line.trim() === '' ? [] : [sourceOf(line, index + 2)])),
  );
}

function sourceOf(line: string, number: number): MemoryFile {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    throw new Error(`line ${number} is not JSON`);
  }
  if (typeof found === 'object' && found !== null && 'uri' in found && typeof found.uri === 'string') {
    if ('text' in found && typeof found.text === 'string') return { uri: found.uri, text: found.text };
    if ('error' in found && typeof found.error === 'string') return { uri: found.uri, error: found.error };
  }
  throw new Error(`line ${number} has no uri with a text or an error`);
}
