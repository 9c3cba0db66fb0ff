import { type Collector, type Entry, type Failure, listing, type Skipped, type Source } from '../source.ts';
import { textOf } from './decode.ts';

export interface MemoryFile extends Partial<Entry> {
  readonly uri: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** What reading it fails with. */
  readonly error?: string;
}

/** A tree that is only in memory: examples, standard input, an unpacked archive. */
export function memory(
  name: string,
  files: readonly MemoryFile[],
  skipped: readonly Skipped[] = [],
): Collector {
  const byUri = new Map(files.map((file) => [file.uri, file]));
  return {
    name,
    list: async () => ({ listing: listing(files.map(entryOf)), failures: [], skipped }),
    read: (entry, as) => contentOf(byUri.get(entry.link ?? '') ?? byUri.get(entry.uri), entry, as),
  };
}

function entryOf({ text, bytes, error: _, ...entry }: MemoryFile): Entry {
  return { size: bytes?.length ?? Buffer.byteLength(text ?? ''), ...entry };
}

function contentOf(file: MemoryFile | undefined, entry: Entry, as: 'text' | 'bytes'): Source | Failure {
  if (file?.error !== undefined) return { uri: entry.uri, error: file.error };
  if (!file) return { uri: entry.uri, error: 'no such file' };
  const bytes = file.bytes ?? Buffer.from(file.text ?? '');
  return as === 'bytes' ? { ...entry, bytes } : textOf(entry, bytes);
}
