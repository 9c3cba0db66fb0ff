import type { JsonNode } from '../../lang/json.ts';
import type { Location } from '../../model/location.ts';

/** A source's text, for values that hold a document of their own. */
export interface Document {
  readonly uri: string;
  readonly text: string;
}

export function placeIn({ uri }: Document, { start, end }: { start: number; end: number }): Location {
  return { source: uri, start, end };
}

/** The text of a document in a string, and the place in the source of what stands at an offset of it. */
export interface Embedded {
  readonly text: string;
  /** Place of a span of `text`. */
  locate(start: number, end: number): Location;
}

/** Reads JSON in a JSON string, URL-encoded or not, without losing sight of where each character is. */
export function embedded(document: Document, node: JsonNode & { readonly type: 'string' }): Embedded {
  const written = unescaped(document.text, node.start + 1, node.end - 1);
  const { text, offsets } = /^\s*%[0-9a-f]{2}/i.test(written.text) ? decoded(written) : written;
  const end = node.end - 1;
  return {
    text,
    locate: (from, to) => ({
      source: document.uri,
      start: offsets[from] ?? end,
      end: to >= text.length ? end : (offsets[to] ?? end),
    }),
  };
}

interface Mapped {
  readonly text: string;
  /** Offset in the source of each character. */
  readonly offsets: Uint32Array;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescaped(source: string, start: number, end: number): Mapped {
  const offsets = new Uint32Array(end - start);
  const pieces: string[] = [];
  let length = 0;
  for (let at = start; at < end; ) {
    const next = source.indexOf('\\', at);
    const stop = next === -1 || next >= end ? end : next;
    pieces.push(source.slice(at, stop));
    for (; at < stop; at += 1, length += 1) offsets[length] = at;
    if (at >= end) break;
    const mark = source[at + 1] ?? '';
    offsets[length] = at;
    length += 1;
    pieces.push(escaped(source, at, mark));
    at += mark === 'u' ? 6 : 2;
  }
  return { text: pieces.join(''), offsets: offsets.subarray(0, length) };
}

function escaped(source: string, at: number, mark: string): string {
  if (mark === 'u') return String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16));
  return controls[mark] ?? mark;
}

/** Undoes URL-encoding; what is no encoding stays as it is. */
function decoded({ text: encoded, offsets: from }: Mapped): Mapped {
  const offsets = new Uint32Array(encoded.length);
  const pieces: string[] = [];
  let length = 0;
  for (const { 0: piece, index } of encoded.matchAll(/(?:%[0-9a-f]{2})+|[^%]+|%/gi)) {
    const plain = plainOf(piece);
    pieces.push(plain);
    let at = index;
    for (const char of plain) {
      offsets.fill(from[at] ?? 0, length, length + char.length);
      length += char.length;
      at += plain === piece ? char.length : 3 * Buffer.byteLength(char);
    }
  }
  return { text: pieces.join(''), offsets: offsets.subarray(0, length) };
}

function plainOf(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    // Bytes that are no UTF-8: left as written, and the parser then says what is wrong.
    return piece;
  }
}
