import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { limits as defaultLimits, type Limits } from '../limits.ts';
import type { Collector } from '../source.ts';
import { resolvePath } from '../source.ts';
import { type MemoryFile, memory } from './memory.ts';

/** A tar archive, plain or gzipped, unpacked in memory only. Throws on what is no archive or exceeds a limit. */
export async function archive(path: string, limits: Limits = defaultLimits): Promise<Collector> {
  const { parseTar } = await import('nanotar');
  const files: MemoryFile[] = [];
  const members = parseTar(unpacked(readFileSync(path), limits));
  if (members.length > limits.archiveEntries)
    throw new Error(`has more than ${limits.archiveEntries} entries`);
  for (const { name, type, size, data, attrs } of members) {
    const uri = resolvePath('', name);
    if (type !== 'file' || uri === undefined || uri === '') continue;
    const mode = attrs?.mode === undefined ? {} : { mode: Number.parseInt(attrs.mode, 8) & 0o7777 };
    files.push({ uri, size: size ?? 0, ...mode, bytes: data ?? new Uint8Array() });
  }
  return memory(path, files);
}

function unpacked(bytes: Buffer, limits: Limits): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1024 * 1024, bytes.length * limits.archiveRatio) });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLarge) throw new Error(`unpacks to more than ${limits.archiveRatio} times its size`);
    throw new Error('is not a readable gzip file');
  }
}
