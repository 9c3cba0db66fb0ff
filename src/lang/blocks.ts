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
    if (isMark(char)) {
      yield { char, at, start: start === -1 ? at : start };
      start = -1;
      fresh = true;
    } else if (!isBetween(char, fresh)) {
      if (start === -1) start = at;
      fresh = false;
    } else fresh = true;
  }
}

function isMark(char: string): char is Mark['char'] {
  return char === ';' || char === '{' || char === '}';
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

/** Behind the statement that begins here: its semicolon, or the brace that closes its block. */
export function afterStatement(text: string, start: number): number {
  let depth = 0;
  for (const { char, at } of marksIn(text, start)) {
    if (char === ';' && depth === 0) return at + 1;
    if (char === '{') depth += 1;
    if (char !== '}') continue;
    depth -= 1;
    // A brace that closes what was opened before: there is no statement here.
    if (depth < 0) return at;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** All blocks in braces, each from its first word to its closing brace, in the order in which they begin. */
export function blocksIn(text: string): readonly Span[] {
  const found: { start: number; end: number }[] = [];
  const open: { start: number; end: number }[] = [];
  for (const { char, at, start } of marksIn(text, 0)) {
    if (char === '{') {
      const block = { start, end: text.length };
      found.push(block);
      open.push(block);
    } else if (char === '}') {
      const block = open.pop();
      if (block) block.end = at + 1;
    }
  }
  return found;
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

/** Keys above a place and its own, outermost first, as indentation tells them: `services`, `web`, `ports`. */
export function keysTo(text: string, offset: number): readonly string[] {
  const keys: string[] = [];
  let depth = Number.POSITIVE_INFINITY;
  for (let at = offset; at >= 0 && depth > 0; ) {
    const line = lineOf(text, at);
    const deep = depthOf(text, line);
    const said = text.slice(line.start + deep, Math.min(line.end, line.start + deep + 200));
    const key = /^(?:- +)*(?:export )?["']?([^\s"':=#]+)["']?[ \t]*(?:[:=]|$)/.exec(said)?.[1];
    const isItem = said.startsWith('-');
    // The key of a list stands as deep as its items, or less deep.
    if (
      said !== '' &&
      !said.startsWith('#') &&
      (deep < depth || (deep === depth && !isItem && keys.length === 0))
    ) {
      if (key !== undefined && !(isItem && keys.length === 0 && !said.includes(':'))) keys.unshift(key);
      depth = isItem ? deep + 1 : deep;
    }
    at = line.start - 1;
  }
  return keys;
}
