/** One line of a `.dockerignore`. */
export interface IgnorePattern {
  /** Brings back what an earlier line left out. */
  readonly negated: boolean;
  readonly tokens: readonly Token[];
}

/**
 * A character; `one`, `name` (within a folder) or `path` (across folders) of any; the two steps of two stars and a
 * slash; a set.
 */
type Token = string | AnyToken | CharacterSet;

interface AnyToken {
  readonly any: 'one' | 'name' | 'path' | 'enter' | 'folders';
}

interface CharacterSet {
  readonly set: string;
  readonly not: boolean;
}

const longestPattern = 2000;
const mostPatterns = 5000;

/** Reads an ignore file as the builder does: a leading slash means nothing, `..` and `.` are settled. */
export function parseDockerignore(text: string): readonly IgnorePattern[] {
  const lines = text.replace(/^\ufeff/, '').split('\n', mostPatterns);
  return lines.flatMap((line) => {
    if (line.startsWith('#')) return [];
    const trimmed = line.trim();
    const negated = trimmed.startsWith('!');
    const path = cleaned(negated ? trimmed.slice(1).trim() : trimmed);
    return path === '' || path.length > longestPattern ? [] : [{ negated, tokens: tokensOf(path) }];
  });
}

/** Whether the patterns leave out the path (below the context); the last that fits decides. */
export function isIgnored(patterns: readonly IgnorePattern[], path: string): boolean {
  let ignored = false;
  for (const { negated, tokens } of patterns) {
    if (ignored === negated && matches(tokens, path)) ignored = !negated;
  }
  return ignored;
}

function cleaned(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let place = 0;
  while (place < pattern.length) {
    const [length, ...made] = tokenAt(pattern, place);
    tokens.push(...made);
    place += length;
  }
  return tokens;
}

function tokenAt(pattern: string, place: number): readonly [length: number, ...Token[]] {
  const char = pattern[place] ?? '';
  if (char === '*') return starAt(pattern, place);
  if (char === '?') return [1, { any: 'one' }];
  if (char === '\\' && place + 1 < pattern.length) return [2, pattern[place + 1] ?? ''];
  const close = char === '[' ? pattern.indexOf(']', place + 2) : -1;
  if (close === -1) return [1, char];
  const not = pattern[place + 1] === '^';
  return [close + 1 - place, { set: pattern.slice(place + (not ? 2 : 1), close), not }];
}

function starAt(pattern: string, place: number): readonly [length: number, ...Token[]] {
  let end = place;
  while (pattern[end] === '*') end += 1;
  if (end === place + 1) return [1, { any: 'name' }];
  if (pattern[end] === '/') return [end + 1 - place, { any: 'enter' }, { any: 'folders' }];
  return [end - place, { any: 'path' }];
}

/** Walks all ways through the pattern at once, so none can make it slow. A folder that fits takes what is in it. */
function matches(tokens: readonly Token[], path: string): boolean {
  let states = withEmpty(tokens, new Set([0]));
  for (const char of path) {
    if (char === '/' && states.has(tokens.length)) return true;
    const next = new Set<number>();
    for (const state of states) step(tokens[state], state, char, next);
    states = withEmpty(tokens, next);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

function step(token: Token | undefined, state: number, char: string, next: Set<number>): void {
  if (token === undefined) return;
  if (typeof token === 'string') {
    if (token === char) next.add(state + 1);
  } else if ('set' in token) {
    if (char !== '/' && inSet(token.set, char) !== token.not) next.add(state + 1);
  } else stepAny(token.any, state, char === '/', next);
}

function stepAny(any: AnyToken['any'], state: number, isSlash: boolean, next: Set<number>): void {
  if (any === 'path' || any === 'folders' || (any === 'name' && !isSlash)) next.add(state);
  if ((any === 'folders' && isSlash) || (any === 'one' && !isSlash)) next.add(state + 1);
}

/** A star also stands for nothing. */
function withEmpty(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (typeof token !== 'object' || !('any' in token)) continue;
    if (token.any === 'name' || token.any === 'path') states.add(state + 1);
    if (token.any === 'enter') states.add(state + 1).add(state + 2);
  }
  return states;
}

function inSet(set: string, char: string): boolean {
  for (let place = 0; place < set.length; place += 1) {
    const from = set[place] ?? '';
    const ranged = set[place + 1] === '-' && place + 2 < set.length;
    const to = ranged ? (set[place + 2] ?? '') : from;
    if (char >= from && char <= to) return true;
    if (ranged) place += 2;
  }
  return false;
}
