/** One word of a statement: a name or an argument. */
export interface NginxWord {
  /** Without its quotes and with nginx's own escapes taken away. */
  readonly text: string;
  /** Offsets of the word as written, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** Holds a tag of a template language, so the text is not what nginx will see. */
  readonly template: boolean;
}

export interface ReadWord extends NginxWord {
  /** What is wrong with it: the quote is never closed, or something touches its closing quote. */
  readonly fault?: 'unclosed-quote' | 'touching' | 'too-long';
}

/** nginx reads a file through a buffer of this many bytes and refuses words that do not fit. */
const longest = 4096;

/** Whether a span is too long for nginx to hold; comments count as well. */
export function isTooLong(text: string, start: number, end: number): boolean {
  if (end - start >= longest) return true;
  if ((end - start) * 3 < longest) return false;
  let bytes = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes >= longest;
}

const LF = 10;
const CR = 13;
const TAB = 9;
const SPACE = 32;

export function isBlank(code: number): boolean {
  return code === SPACE || code === LF || code === TAB || code === CR;
}

/**
 * Reads the word that starts at `start`, as `ngx_conf_read_token` does: a quote opens a string only where a word
 * begins, a backslash protects any one character, and `${` does not open a block.
 */
export function readWord(text: string, start: number, tags: TagFinder): ReadWord {
  const first = text.charCodeAt(start);
  return first === 34 || first === 39 ? quotedWord(text, start, first, tags) : bareWord(text, start, tags);
}

function bareWord(text: string, start: number, tags: TagFinder): ReadWord {
  const { end, escaped, template } = extent(text, start, tags);
  const raw = text.slice(start, end);
  const word = { text: escaped ? withoutEscapes(raw) : raw, start, end, quoted: false, template };
  return isTooLong(text, start, end) ? { ...word, fault: 'too-long' } : word;
}

function extent(text: string, start: number, tags: TagFinder) {
  let at = start;
  let variable = false;
  let escaped = false;
  let template = false;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const tag = code === 123 || code === 60 ? tags.endOf(at) : undefined;
    if (tag !== undefined) template = true;
    else if (endsWord(code) && !(code === 123 && variable)) break;
    variable = code === 36 || (code === 123 && variable);
    escaped ||= code === 92;
    at = tag ?? at + (code === 92 ? 2 : 1);
  }
  return { end: Math.min(at, text.length), escaped, template };
}

function endsWord(code: number): boolean {
  return code === 59 || code === 123 || isBlank(code);
}

function quotedWord(text: string, start: number, quote: number, tags: TagFinder): ReadWord {
  let at = start + 1;
  let escaped = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) {
      escaped = true;
      at += 1;
    } else if (code === quote) break;
  }
  if (at >= text.length) return unclosed(text, start);
  const raw = text.slice(start + 1, at);
  const word = {
    text: escaped ? withoutEscapes(raw) : raw,
    start,
    end: at + 1,
    quoted: true,
    template: tags.within(start, at),
  };
  if (isTooLong(text, start, at)) return { ...word, fault: 'too-long' };
  const next = text.charCodeAt(at + 1);
  // A closing parenthesis may touch the quote: `if ($a = "b")`.
  const fits = Number.isNaN(next) || isBlank(next) || next === 59 || next === 123 || next === 41;
  return fits || tags.endOf(at + 1) !== undefined ? word : { ...word, fault: 'touching' };
}

/** nginx would read on to the end of the file; the rest of the line is the likeliest extent. */
function unclosed(text: string, start: number): ReadWord {
  const newline = text.indexOf('\n', start);
  let end = newline === -1 ? text.length : newline;
  while (end > start + 1 && (isBlank(text.charCodeAt(end - 1)) || text[end - 1] === ';')) end -= 1;
  const word = { text: text.slice(start + 1, end), start, end, quoted: true, template: false };
  return { ...word, fault: 'unclosed-quote' };
}

function withoutEscapes(raw: string): string {
  return raw.replace(/\\(["'\\trn])/g, (_, char: string) => escapes[char] ?? char);
}

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** Finds tags of template languages: `{{ }}`, `{% %}`, `{# #}`, `<% %>`. */
export interface TagFinder {
  /** Where the tag that begins at `at` ends; undefined when none does. */
  endOf(at: number): number | undefined;
  within(start: number, end: number): boolean;
}

const none: TagFinder = { endOf: () => undefined, within: () => false };

export function tagFinder(text: string): TagFinder {
  if (!/\{[{%#]|<%/.test(text)) return none;
  const closers: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}', '<%': '%>' };
  // Beyond these offsets a closer does not occur, so that a file of openers costs one scan each.
  const gone = new Map<string, number>();
  const endOf = (at: number): number | undefined => {
    const closer = closers[text.slice(at, at + 2)];
    if (closer === undefined || at >= (gone.get(closer) ?? Number.POSITIVE_INFINITY)) return undefined;
    const end = text.indexOf(closer, at + 2);
    if (end === -1) gone.set(closer, at);
    // A tag that spans lines is a control tag at most; one that never closes near by is no tag.
    return end === -1 || end - at > 2000 ? undefined : end + 2;
  };
  const within = (start: number, end: number): boolean =>
    /\{\{|\{%|<%/.test(text.slice(start, end)) && /\}\}|%\}|%>/.test(text.slice(start, end));
  return { endOf, within };
}

/** The offset of the brace that closes the Lua code opened at `open`; undefined when the file ends before. */
export function endOfLua(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{') depth += 1;
    else if (char !== '}') at = endOfLuaToken(text, at, char);
    else if (depth === 1) return at;
    else depth -= 1;
  }
  return undefined;
}

/** The last offset of the string or comment that begins at `at`, else `at` itself. */
function endOfLuaToken(text: string, at: number, char: string | undefined): number {
  if (char === '"' || char === "'") return endOfLuaString(text, at, char);
  if (char === '-' && text[at + 1] === '-') return endOfLuaComment(text, at + 2);
  return char === '[' ? (endOfLongBracket(text, at) ?? at) : at;
}

function endOfLuaString(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === quote || char === '\n') return at;
  }
  return text.length;
}

function endOfLuaComment(text: string, at: number): number {
  const long = endOfLongBracket(text, at);
  if (long !== undefined) return long;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** `[[ … ]]` and `[=[ … ]=]`: the offset of the last character. */
function endOfLongBracket(text: string, open: number): number | undefined {
  if (text[open] !== '[') return undefined;
  let level = open + 1;
  while (text[level] === '=') level += 1;
  if (text[level] !== '[') return undefined;
  const closer = `]${'='.repeat(level - open - 1)}]`;
  const end = text.indexOf(closer, level);
  return end === -1 ? text.length : end + closer.length - 1;
}
