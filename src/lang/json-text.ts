import type { Span } from '../source.ts';

export interface JsonString extends Span {
  readonly type: 'string';
  readonly value: string;
}

/** Takes a fault; `error` unless told otherwise. */
export type Note = (
  code: string,
  message: string,
  start: number,
  end: number,
  severity?: 'error' | 'warning',
) => void;

/** The string that begins at `start`, quotes included in its span; undefined when none does. */
export function stringAt(text: string, start: number, note: Note): JsonString | undefined {
  if (text.charCodeAt(start) !== quote) return undefined;
  const { at, escaped, control } = closing(text, start + 1);
  const closed = text.charCodeAt(at) === quote;
  const end = closed ? at + 1 : at;
  if (!closed) note('unclosed-string', 'This string has no closing quote', start, end);
  if (control >= 0) note('control-character', 'A control character must be escaped', control, control + 1);
  const raw = text.slice(start + 1, at);
  return { type: 'string', value: escaped ? unescaped(raw, start + 1, note) : raw, start, end };
}

/** Where the string ends that `from` is in: at its quote, its line's end or the text's. */
function closing(text: string, from: number): { at: number; escaped: boolean; control: number } {
  let escaped = false;
  let control = -1;
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote || code === newline || code === carriageReturn) break;
    if (code < 0x20) control = at;
    if (code !== backslash) continue;
    escaped = true;
    at += 1;
  }
  return { at: Math.min(at, text.length), escaped, control };
}

/** The end of the whitespace and comments at `start`. */
export function skipTrivia(
  text: string,
  start: number,
  comment: (start: number, end: number) => void,
): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === space || code === newline || code === carriageReturn || code === tab) at += 1;
    else if (code === slash && isCommentStart(text.charCodeAt(at + 1))) {
      const end = commentEnd(text, at);
      comment(at, end);
      at = end;
    } else return at;
  }
}

/** The end of the bare word (a number, `true`, an unquoted name) at `start`. */
export function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWordCode(text.charCodeAt(at))) at += 1;
  return at;
}

const quote = 0x22;
const backslash = 0x5c;
const slash = 0x2f;
const star = 0x2a;
const space = 0x20;
const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;

function isCommentStart(code: number): boolean {
  return code === slash || code === star;
}

function commentEnd(text: string, start: number): number {
  const isBlock = text.charCodeAt(start + 1) === star;
  const end = text.indexOf(isBlock ? '*/' : '\n', start + 2);
  if (end === -1) return text.length;
  return isBlock ? end + 2 : end;
}

/** Letters, digits, `_`, `$`, `+`, `-`, `.`. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  );
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function unescaped(raw: string, start: number, note: Note): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]?))/g, (whole, code, char, offset: number) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    const meant = escapes[char];
    if (meant !== undefined) return meant;
    note('bad-escape', 'This escape sequence does not exist', start + offset, start + offset + whole.length);
    return char;
  });
}
