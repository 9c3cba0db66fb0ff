import { isUtf8 } from 'node:buffer';
import type { Entry, Failure, TextSource } from '../source.ts';

const sniffed = 8192;

/**
 * Bytes as text: UTF-8 or, by its byte-order mark, UTF-16; without the mark. What is not UTF-8 is read as
 * Latin-1, which loses nothing, with a notice. A NUL byte early on means that it is no text.
 */
export function textOf(entry: Entry, bytes: Uint8Array): TextSource | Failure {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return { text: buffer.toString('utf16le', 2), ...entry };
  if (buffer.subarray(0, sniffed).includes(0)) return { uri: entry.uri, error: 'is binary, not text' };
  const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  if (isUtf8(buffer)) return { text: buffer.toString('utf8', start), ...entry };
  return {
    ...entry,
    text: buffer.toString('latin1', start),
    notice: 'is not valid UTF-8 and was read as Latin-1',
  };
}
