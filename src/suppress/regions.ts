import { extentsIn, indentEnd, lastBefore, lineOf } from '../lang/blocks.ts';
import { scanDockerfile } from '../lang/dockerfile.ts';
import type { Span } from '../source.ts';

/** How a file says what belongs together. */
export type Style = 'braces' | 'instructions' | 'indentation' | 'whole';

/** What an ignore covers: findings that begin in the span, and those about a thing whose head is on the line. */
export interface Region extends Span {
  readonly head?: Span;
  /** Findings that end here, before the comment, are of the same statement. */
  readonly tail?: Span;
}

/** What is covered by a comment, from where it stands: on a line of its own what follows, else its line. */
export function regionOf(text: string, comment: Span, comments: readonly Span[], style: Style): Region {
  if (style === 'whole') return { start: 0, end: text.length + 1 };
  const line = lineOf(text, comment.start);
  if (text.slice(line.start, comment.start).trim() === '') return following(text, comment, comments, style);
  return { ...line, head: line, ...(style === 'braces' ? { tail: { ...line, end: comment.start } } : {}) };
}

/** The next statement with its block: the first text behind the comment that is none itself. */
export function following(text: string, comment: Span, comments: readonly Span[], style: Style): Region {
  if (style === 'whole') return { start: 0, end: text.length + 1 };
  if (style === 'instructions') return instructionAt(text, comment, comments);
  const start = nextText(text, comment.end, comments);
  if (start === undefined) return { start: text.length, end: text.length };
  const end = style === 'braces' ? statementEnd(text, start) : indentEnd(text, start);
  return { start, end, head: { start, end: lineOf(text, start).end } };
}

/** Behind the statement that begins here; a brace that closes the block around is none. */
function statementEnd(text: string, start: number): number {
  const all = extentsOf(text);
  const found = all[lastBefore(all, start)];
  return found?.start === start ? found.end : start;
}

/** Where the first text behind `from` begins that is no comment. */
function nextText(text: string, from: number, comments: readonly Span[]): number | undefined {
  let next = comments.findIndex(({ start }) => start >= from);
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
    if (at >= text.length) return undefined;
    const comment = next === -1 ? undefined : comments[next];
    if (comment?.start !== at) return at;
    at = Math.max(comment.end, at + 1);
    next += 1;
  }
}

/** The instruction that the comment stands in, between its lines or in its script, else the next one. */
function instructionAt(text: string, comment: Span, comments: readonly Span[]): Region {
  for (const { start, end, heredocs } of instructionsOf(text)) {
    const whole = Math.max(end, ...heredocs.map((one) => one.end));
    if (whole <= comment.start) continue;
    const head = { start, end: Math.max(end, start + 1) };
    return { start, end: whole, head };
  }
  const start = nextText(text, comment.end, comments) ?? text.length;
  return { start, end: lineOf(text, start).end };
}

/** The last text that was asked about: several comments of one file come in a row. */
function lastAsked<T>(make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) };
    return last.made;
  };
}

const extentsOf = lastAsked(extentsIn);
const instructionsOf = lastAsked((text) => scanDockerfile(text).instructions);
