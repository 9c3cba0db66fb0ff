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
  let text = '';
  for (let at = start; at < end; ) {
    offsets[text.length] = at;
    const char = source[at] ?? '';
    if (char !== '\\') {
      text += char;
      at += 1;
      continue;
    }
    const mark = source[at + 1] ?? '';
    if (mark === 'u') text += String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16));
    else text += controls[mark] ?? mark;
    at += mark === 'u' ? 6 : 2;
  }
  return { text, offsets: offsets.subarray(0, text.length) };
}

/** Undoes URL-encoding; what is no encoding stays as it is. */
function decoded({ text: encoded, offsets: from }: Mapped): Mapped {
  const offsets = new Uint32Array(encoded.length);
  let text = '';
  const put = (piece: string, at: number): void => {
    for (let index = 0; index < piece.length; index += 1) offsets[text.length + index] = from[at] ?? 0;
    text += piece;
  };
  for (const { 0: piece, index } of encoded.matchAll(/(?:%[0-9a-f]{2})+|[\s\S]/gi)) {
    let at = index;
    for (const char of plainOf(piece)) {
      put(char, at);
      at += piece.startsWith('%') ? 3 * Buffer.byteLength(char) : 1;
    }
  }
  return { text, offsets: offsets.subarray(0, text.length) };
}

function plainOf(piece: string): string {
  try {
    return piece.length > 1 ? decodeURIComponent(piece) : piece;
  } catch {
    // Bytes that are no UTF-8: left as written, and the parser then says what is wrong.
    return piece;
  }
}
