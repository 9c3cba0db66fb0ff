import type { Span } from '../source.ts';

/**
 * Text put together from several places of a file (continued lines, here-documents), with the way back: the text
 * from `starts[n]` on stands in the file from `offsets[n]` on.
 */
export interface Logical {
  readonly text: string;
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** A piece of a line and where it stands in the file. */
export interface Word extends Span {
  readonly text: string;
}

export interface Joiner {
  /** `width`: how many characters of the file the piece stands for, where that is not its length. */
  add(piece: string, offset: number, width?: number): void;
  /** `at`: where an empty text stands. */
  done(at: number): Logical;
}

/** Collects pieces; neighbours in the file become one run. */
export function joiner(): Joiner {
  const pieces: string[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  let length = 0;
  let end = -1;
  return {
    add(piece, offset, width = piece.length) {
      if (piece === '') return;
      if (offset !== end) {
        starts.push(length);
        offsets.push(offset);
      }
      pieces.push(piece);
      length += piece.length;
      end = width === piece.length ? offset + width : -1;
    },
    done: (at) =>
      pieces.length === 0
        ? { text: '', starts: [0], offsets: [at] }
        : { text: pieces.length === 1 ? (pieces[0] ?? '') : pieces.join(''), starts, offsets },
  };
}

/** Where the character stands in the file. */
export function offsetIn({ starts, offsets }: Logical, index: number): number {
  if (starts.length === 1) return (offsets[0] ?? 0) + index;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return (offsets[low] ?? 0) + index - (starts[low] ?? 0);
}

/** The span in the file of `[start, end)` in the text; what was between the pieces lies in it. */
export function spanIn(line: Logical, start: number, end: number): Span {
  const from = offsetIn(line, start);
  return { start: from, end: end > start ? offsetIn(line, end - 1) + 1 : from };
}

export function wordIn(line: Logical, start: number, end: number): Word {
  return { text: line.text.slice(start, end), ...spanIn(line, start, end) };
}

const first: readonly number[] = [0];

export function sliceOf(line: Logical, start: number, end = line.text.length): Logical {
  if (line.starts.length === 1)
    return { text: line.text.slice(start, end), starts: first, offsets: [offsetIn(line, start)] };
  const parts = joiner();
  line.starts.forEach((from, index) => {
    const to = Math.min(line.starts[index + 1] ?? line.text.length, end);
    const begin = Math.max(from, start);
    if (begin < to) parts.add(line.text.slice(begin, to), (line.offsets[index] ?? 0) + begin - from);
  });
  return parts.done(offsetIn(line, start));
}
