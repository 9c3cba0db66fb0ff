/** A small part of PCRE: enough to ask what a group can hold and whether a short text matches. */
export type Pattern =
  | { readonly type: 'chars'; readonly test: (code: number) => boolean }
  | { readonly type: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly type: 'choice'; readonly items: readonly Pattern[] }
  | { readonly type: 'group'; readonly index: number; readonly name: string | null; readonly item: Pattern }
  | { readonly type: 'repeat'; readonly item: Pattern; readonly min: number; readonly max: number }
  | { readonly type: 'assert'; readonly what: '^' | '$' | 'b' | 'B' }
  /** Look-ahead: takes nothing, and holds where the item fits, or where it does not. */
  | { readonly type: 'ahead'; readonly item: Pattern; readonly negated: boolean }
  /** Look-behind, back reference, condition: not followed. */
  | { readonly type: 'opaque' };

export interface Regex {
  readonly pattern: Pattern;
  /** Capturing groups; the first is number 1. */
  readonly groups: readonly { readonly name: string | null; readonly item: Pattern }[];
}

const deepest = 200;

interface State {
  readonly source: string;
  at: number;
  depth: number;
  folds: boolean;
  failed: boolean;
  readonly groups: { name: string | null; item: Pattern }[];
}

/** Null for a pattern that is broken or uses what is not understood here. */
export function parseRegex(source: string, ignoreCase = false): Regex | null {
  const r: State = { source, at: 0, depth: 0, folds: ignoreCase, failed: false, groups: [] };
  const pattern = choice(r);
  return r.failed || r.at < source.length ? null : { pattern, groups: r.groups };
}

function choice(r: State): Pattern {
  const items = [sequence(r)];
  while (r.source[r.at] === '|') {
    r.at += 1;
    items.push(sequence(r));
  }
  const [only] = items;
  return items.length === 1 && only ? only : { type: 'choice', items };
}

function sequence(r: State): Pattern {
  const items: Pattern[] = [];
  while (r.at < r.source.length && r.source[r.at] !== '|' && r.source[r.at] !== ')' && !r.failed)
    items.push(repeated(r, atom(r)));
  return { type: 'sequence', items };
}

function atom(r: State): Pattern {
  const char = r.source[r.at] ?? '';
  r.at += 1;
  if (char === '(') return group(r);
  if (char === '[') return set(r);
  if (char === '.') return { type: 'chars', test: (code) => code !== 10 };
  if (char === '^' || char === '$') return { type: 'assert', what: char };
  if (char === '\\') return escaped(r);
  if (char === '*' || char === '+' || char === '?') r.failed = true;
  return literal(r, char.charCodeAt(0));
}

function literal(r: State, code: number): Pattern {
  const fold = r.folds;
  return { type: 'chars', test: (other) => same(other, code, fold) };
}

function group(r: State): Pattern {
  r.depth += 1;
  if (r.depth > deepest) r.failed = true;
  const outer = r.folds;
  const opened = opening(r);
  const item = r.failed ? { type: 'opaque' as const } : choice(r);
  if (r.source[r.at] === ')') r.at += 1;
  else r.failed = true;
  r.depth -= 1;
  if (opened !== 'flags') r.folds = outer;
  if (opened === 'behind') return { type: 'opaque' };
  if (opened === 'ahead' || opened === 'not-ahead')
    return { type: 'ahead', item, negated: opened === 'not-ahead' };
  if (opened === 'plain' || opened === 'flags') return item;
  const slot = r.groups[opened - 1];
  if (slot) slot.item = item;
  return { type: 'group', index: opened, name: slot?.name ?? null, item };
}

/** Steps over `(?…`; a number is the group's. */
function opening(r: State): number | 'plain' | 'behind' | 'ahead' | 'not-ahead' | 'flags' {
  if (r.source[r.at] !== '?') return r.groups.push({ name: null, item: { type: 'opaque' } });
  const rest = r.source.slice(r.at, r.at + 80);
  const name = /^\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
  if (name) {
    r.at += name[0].length;
    return r.groups.push({ name: name[1] ?? name[2] ?? null, item: { type: 'opaque' } });
  }
  const look = /^\?<?[=!]/.exec(rest);
  if (look) {
    r.at += look[0].length;
    if (look[0].includes('<')) return 'behind';
    return look[0].endsWith('!') ? 'not-ahead' : 'ahead';
  }
  const flags = /^\?([a-z]*)(?:-[a-z]+)?(:|(?=\)))|^\?[>|]/.exec(rest);
  if (!flags) r.failed = true;
  else r.at += flags[0].length;
  if (flags?.[1]?.includes('i')) r.folds = true;
  if (/[sxmUJ]/.test(flags?.[1] ?? '')) r.failed = true;
  return flags?.[2] === '' ? 'flags' : 'plain';
}

function escaped(r: State): Pattern {
  const char = r.source[r.at] ?? '';
  r.at += 1;
  const kind = classOf(char);
  if (kind) return { type: 'chars', test: kind };
  if (char === 'b' || char === 'B') return { type: 'assert', what: char };
  if (char === 'A') return { type: 'assert', what: '^' };
  if (char === 'z' || char === 'Z') return { type: 'assert', what: '$' };
  if (char === 'R') return { type: 'chars', test: (code) => code >= 10 && code <= 13 };
  if (/[1-9gkpPXCGKQE]/.test(char)) return { type: 'opaque' };
  const code = codeOf(r, char);
  if (code === undefined) r.failed = true;
  return literal(r, code ?? 0);
}

/** A single escaped character; `r.at` stands behind its letter. */
function codeOf(r: State, char: string): number | undefined {
  if (char === 'x') {
    const [all = '', braced, plain] =
      /^(?:\{([\da-fA-F]{1,4})\}|([\da-fA-F]{1,2}))/.exec(r.source.slice(r.at, r.at + 8)) ?? [];
    r.at += all.length;
    return Number.parseInt(braced ?? plain ?? '0', 16);
  }
  return char === '' ? undefined : (controls[char] ?? char.charCodeAt(0));
}

function set(r: State): Pattern {
  const negated = r.source[r.at] === '^';
  if (negated) r.at += 1;
  const members: ((code: number) => boolean)[] = [];
  const fold = r.folds;
  for (let first = true; first || r.source[r.at] !== ']'; first = false) {
    if (r.at >= r.source.length) {
      r.failed = true;
      break;
    }
    members.push(member(r, fold));
  }
  r.at += 1;
  return { type: 'chars', test: (code) => members.some((test) => test(code)) !== negated };
}

function member(r: State, fold: boolean): (code: number) => boolean {
  const posix = /^\[:(\^?)([a-z]+):\]/.exec(r.source.slice(r.at, r.at + 20));
  const test = posix && posixClasses[posix[2] ?? ''];
  if (posix && test) {
    r.at += posix[0].length;
    return posix[1] ? (code) => !test(code) : test;
  }
  const from = endpoint(r);
  if (typeof from !== 'number') return from;
  if (r.source[r.at] !== '-' || r.source[r.at + 1] === ']' || r.at + 1 >= r.source.length)
    return (code) => same(code, from, fold);
  r.at += 1;
  const to = endpoint(r);
  const last = typeof to === 'number' ? to : from;
  return (code) => inRange(code, from, last) || (fold && inRange(swapCase(code), from, last));
}

function endpoint(r: State): number | ((code: number) => boolean) {
  const char = r.source[r.at] ?? '';
  r.at += 1;
  if (char !== '\\') return char.charCodeAt(0);
  const letter = r.source[r.at] ?? '';
  r.at += 1;
  if (letter === 'b') return 8;
  return classOf(letter) ?? codeOf(r, letter) ?? 0;
}

function repeated(r: State, item: Pattern): Pattern {
  const found = /^(?:([*+?])|\{(\d{1,5})(,?)(\d{0,5})\})[+?]?/.exec(r.source.slice(r.at, r.at + 16));
  if (!found) return item;
  r.at += found[0].length;
  const [, sign, least, comma, most] = found;
  if (sign)
    return {
      type: 'repeat',
      item,
      min: sign === '+' ? 1 : 0,
      max: sign === '?' ? 1 : Number.POSITIVE_INFINITY,
    };
  const min = Number(least);
  const max = comma ? (most ? Number(most) : Number.POSITIVE_INFINITY) : min;
  return { type: 'repeat', item, min, max };
}
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, e: 27, a: 7, '0': 0 };

function classOf(char: string): ((code: number) => boolean) | undefined {
  const positive = classes[char.toLowerCase()];
  if (!positive) return char === 'N' ? (code) => code !== 10 : undefined;
  return char === char.toLowerCase() ? positive : (code) => !positive(code);
}

const isDigit = (code: number): boolean => inRange(code, 48, 57);
const isUpper = (code: number): boolean => inRange(code, 65, 90);
const isLower = (code: number): boolean => inRange(code, 97, 122);
const isSpace = (code: number): boolean => code === 32 || inRange(code, 9, 13);

const classes: Readonly<Record<string, (code: number) => boolean>> = {
  d: isDigit,
  w: (code) => isDigit(code) || isUpper(code) || isLower(code) || code === 95,
  s: isSpace,
  h: (code) => code === 32 || code === 9,
  v: (code) => inRange(code, 10, 13),
};

const posixClasses: Readonly<Record<string, (code: number) => boolean>> = {
  alpha: (code) => isUpper(code) || isLower(code),
  digit: isDigit,
  alnum: (code) => isUpper(code) || isLower(code) || isDigit(code),
  upper: isUpper,
  lower: isLower,
  space: isSpace,
  blank: (code) => code === 32 || code === 9,
  punct: (code) =>
    inRange(code, 33, 47) || inRange(code, 58, 64) || inRange(code, 91, 96) || inRange(code, 123, 126),
  xdigit: (code) => isDigit(code) || inRange(code, 65, 70) || inRange(code, 97, 102),
  word: (code) => isUpper(code) || isLower(code) || isDigit(code) || code === 95,
  cntrl: (code) => code < 32 || code === 127,
  graph: (code) => inRange(code, 33, 126),
  print: (code) => inRange(code, 32, 126),
};

function inRange(code: number, from: number, to: number): boolean {
  return code >= from && code <= to;
}

function swapCase(code: number): number {
  return isUpper(code) ? code + 32 : isLower(code) ? code - 32 : code;
}

function same(left: number, right: number, fold: boolean): boolean {
  return left === right || (fold && swapCase(left) === right);
}
