/** One assignment of an environment file, offsets in UTF-16 code units. */
export interface DotenvEntry {
  readonly name: string;
  /** Unquoted and unescaped, `${…}` still in it (a literal `$` doubled); null for a name without `=`, which passes on. */
  readonly value: string | null;
  /** Whether `${…}` in it is replaced: not in single quotes. */
  readonly expands: boolean;
  /** From the name to the end of the value. */
  readonly start: number;
  readonly end: number;
  /** The value without its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

interface DotenvFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface DotenvFile {
  readonly entries: readonly DotenvEntry[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly faults: readonly DotenvFault[];
}

/** Reads `.env` as compose does: quotes may span lines, `#` behind a blank ends an unquoted value. */
export function parseDotenv(text: string): DotenvFile {
  const entries: DotenvEntry[] = [];
  const comments: { start: number; end: number }[] = [];
  const faults: DotenvFault[] = [];
  let at = 0;
  while (at < text.length) {
    at = skip(text, at, blankOrBreak);
    const end = lineEnd(text, at);
    if (text[at] === '#') comments.push({ start: at, end });
    else if (at < text.length) {
      const read = statement(text, at, end);
      if ('message' in read) faults.push(read);
      else entries.push(read);
      const after = 'message' in read ? end : Math.max(read.end, at);
      const hash = text.indexOf('#', after);
      const rest = lineEnd(text, after);
      if (hash !== -1 && hash < rest && !('message' in read))
        comments.push({ start: hash, end: trimmed(text, hash, rest) });
      at = rest;
      continue;
    }
    at = end;
  }
  return { entries, comments, faults };
}

/** Reads an `env_file` of format `raw`: everything behind the first `=` is the value. */
export function parseRawEnv(text: string): DotenvFile {
  const entries: DotenvEntry[] = [];
  for (let start = 0; start < text.length; start = lineEnd(text, start) + 1) {
    const end = trimmed(text, start, lineEnd(text, start));
    const equals = text.indexOf('=', start);
    if (text[start] === '#' || equals === -1 || equals >= end) continue;
    const name = text.slice(start, equals).trim();
    const value = text.slice(equals + 1, end);
    entries.push({ name, value, expands: false, start, end, valueStart: equals + 1, valueEnd: end });
  }
  return { entries, comments: [], faults: [] };
}

const names = /(?:export[ \t]+)?([\w.[\]-]+)[ \t]*([=:]?)/y;

function statement(text: string, start: number, end: number): DotenvEntry | DotenvFault {
  names.lastIndex = start;
  const match = names.exec(text);
  if (!match) return { message: 'no variable name stands here', start, end: trimmed(text, start, end) };
  const [whole, name = '', separator] = match;
  const begin = start + whole.indexOf(name);
  const behind = start + whole.length;
  if (separator === '') {
    if (text.slice(behind, end).trim() !== '')
      return { message: `${name} is not followed by =`, start, end: trimmed(text, start, end) };
    const stop = begin + name.length;
    return { name, value: null, expands: false, start: begin, end: stop, valueStart: stop, valueEnd: stop };
  }
  const from = skip(text, behind, blank);
  const quote = text[from];
  if (quote === '"' || quote === "'") return quoted(text, name, begin, from, quote);
  const comment = text.slice(from, end).search(/(?:^|[ \t])#/);
  const stop = trimmed(text, from, comment === -1 ? end : from + comment);
  const value = text.slice(from, stop);
  return { name, value, expands: true, start: begin, end: stop, valueStart: from, valueEnd: stop };
}

function quoted(
  text: string,
  name: string,
  start: number,
  open: number,
  quote: string,
): DotenvEntry | DotenvFault {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      const raw = text.slice(open + 1, at);
      const value = quote === '"' ? unescaped(raw) : raw;
      return { name, value, expands: quote === '"', start, end: at + 1, valueStart: open + 1, valueEnd: at };
    }
  }
  return { message: `the value of ${name} lacks its closing quote`, start, end: lineEnd(text, start) };
}

function unescaped(raw: string): string {
  return raw.replace(/\\([\s\S])/g, (_, char: string) => escapes[char] ?? char);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', $: '$$' };

function blank(code: number): boolean {
  return code === 32 || code === 9;
}

function blankOrBreak(code: number): boolean {
  return code <= 32;
}

function skip(text: string, from: number, test: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && test(text.charCodeAt(at))) at += 1;
  return at;
}

function trimmed(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) <= 32) end -= 1;
  return end;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
