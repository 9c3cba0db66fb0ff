import type { Span } from '../source.ts';

/** The line that holds an offset, without its line break. */
export function lineOf(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end === -1 ? text.length : end };
}

/** A semicolon or brace that nginx would act on, with the beginning of the statement that it belongs to. */
interface Mark {
  readonly char: ';' | '{' | '}';
  readonly at: number;
  readonly start: number;
}

/** Quotes and comments count only where a word begins, as nginx reads them. */
function* marksIn(text: string, from: number): Generator<Mark> {
  let start = -1;
  let fresh = true;
  let end = from;
  for (let at = from; at < text.length; at = end) {
    const char = text[at] ?? '';
    end = afterPiece(text, at, fresh);
    if (isMark(char, fresh)) {
      yield { char, at, start: start === -1 ? at : start };
      start = -1;
      fresh = true;
    } else if (!isBetween(char, fresh)) {
      if (start === -1) start = at;
      fresh = false;
    } else fresh = true;
  }
}

/** A closing brace inside a word is a part of it. */
function isMark(char: string, fresh: boolean): char is Mark['char'] {
  return char === ';' || char === '{' || (char === '}' && fresh);
}

function isBetween(char: string, fresh: boolean): boolean {
  return (fresh && char === '#') || /\s/.test(char);
}

/** Behind the comment, the quoted word or the single character at `at`. */
function afterPiece(text: string, at: number, fresh: boolean): number {
  const char = text[at];
  if (fresh && char === '#') return lineOf(text, at).end;
  if (fresh && (char === '"' || char === "'")) return closingQuote(text, at) + 1;
  if (char === '\\') return at + 2;
  return char === '$' && text[at + 1] === '{' ? closingBrace(text, at) + 1 : at + 1;
}

/** `${name}` is one with its word; what does not end as a name does is left to be read. */
function closingBrace(text: string, at: number): number {
  let end = at + 2;
  while (/\w/.test(text[end] ?? '')) end += 1;
  return text[end] === '}' ? end : at;
}

function closingQuote(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

/** From a statement's first word to behind its semicolon, or the brace that closes its block. */
export interface Extent extends Span {
  readonly isBlock: boolean;
  /** The block that it stands in: its index among all; -1 for none. */
  readonly parent: number;
}

/** All statements of a text in braces and semicolons, in the order in which they begin. */
export function extentsIn(text: string): readonly Extent[] {
  const found: (Extent & { end: number })[] = [];
  const open: number[] = [];
  for (const { char, at, start } of marksIn(text, 0)) {
    const parent = open.at(-1) ?? -1;
    if (char === ';') found.push({ start, end: at + 1, isBlock: false, parent });
    else if (char === '{') {
      open.push(found.length);
      found.push({ start, end: text.length, isBlock: true, parent });
    } else {
      const block = found[open.pop() ?? -1];
      if (block) block.end = at + 1;
    }
  }
  return found;
}

/** The last of some spans, sorted by their beginnings, that begins at an offset or before it; -1 for none. */
export function lastBefore(spans: readonly Span[], offset: number): number {
  let low = -1;
  let high = spans.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((spans[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Behind the lines that are indented deeper than the one that holds `start`. Items of a list may stand as deep as
 * the key above them, as YAML allows.
 */
export function indentEnd(text: string, start: number): number {
  const first = lineOf(text, start);
  const depth = depthOf(text, first);
  const head = text.slice(first.start + depth, first.end);
  const listBelow = !head.startsWith('- ') && /:\s*(?:#.*)?$/.test(head);
  let end = first.end;
  for (let next = first.end + 1; next < text.length; ) {
    const line = lineOf(text, next);
    const deep = depthOf(text, line);
    const said = text.slice(line.start + deep, line.end).trimEnd();
    const inside = deep > depth || (listBelow && deep === depth && /^-(?:\s|$)/.test(said));
    if (said !== '' && !inside && !said.startsWith('#')) break;
    if (inside && said !== '') end = line.end;
    next = line.end + 1;
  }
  return end;
}

function depthOf(text: string, { start, end }: Span): number {
  let at = start;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at += 1;
  return at - start;
}

/** A line that says something, and the one that its indentation puts it under. */
export interface KeyedLine extends Span {
  /** Of an item only where it is a mapping itself. */
  readonly key: string | undefined;
  readonly isItem: boolean;
  /** Index among all; -1 for none. */
  readonly parent: number;
}

/** All lines but blank ones and comments. Items of a list are under the key above, also where they stand as deep. */
export function keyedLines(text: string): readonly KeyedLine[] {
  const found: KeyedLine[] = [];
  const open: { readonly index: number; readonly level: number }[] = [];
  for (let at = 0; at < text.length; ) {
    const line = lineOf(text, at);
    at = line.end + 1;
    const depth = depthOf(text, line);
    const said = text.slice(line.start + depth, Math.min(line.end, line.start + depth + 200)).trimEnd();
    if (said === '' || said.startsWith('#')) continue;
    const isItem = /^-(?:\s|$)/.test(said);
    const level = depth * 2 + (isItem ? 1 : 0);
    while ((open.at(-1)?.level ?? -1) >= level) open.pop();
    const [, key, colon] =
      /^(?:- +)*(?:export )?["']?([^\s"':=#]+)["']?[ \t]*(:(?=\s|["']?$)|=|$)/.exec(said) ?? [];
    const parent = open.at(-1)?.index ?? -1;
    open.push({ index: found.length, level });
    found.push({ ...line, isItem, parent, key: isItem && colon === '' ? undefined : key });
  }
  return found;
}

/** The keys that lead to a place, outermost first, its own line's last: `services`, `web`, `privileged`. */
export function keysTo(lines: readonly KeyedLine[], offset: number): readonly string[] {
  const own = lastBefore(lines, offset);
  const keys: string[] = [];
  for (let at = own; at >= 0; at = lines[at]?.parent ?? -1) {
    const line = lines[at];
    if (line?.key !== undefined && (at === own || !line.isItem)) keys.unshift(line.key);
  }
  return keys;
}
