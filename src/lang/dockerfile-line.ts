import type { Directive } from './dockerfile.ts';
import { isSpace } from './dockerfile-words.ts';

export interface Line {
  /** First character that is not blank. */
  readonly first: number;
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
  readonly next: number;
}

export function lineAt(text: string, start: number): Line {
  const feed = text.indexOf('\n', start);
  const next = feed === -1 ? text.length : feed + 1;
  let end = feed === -1 ? text.length : feed;
  while (end > start && text[end - 1] === '\r') end -= 1;
  let first = start;
  while (first < end && isSpace(text.charCodeAt(first))) first += 1;
  return { first, start, end, next };
}

/** Where the line is cut because the next one continues it: before an escape that is not itself escaped. */
export function continuationIn(
  text: string,
  start: number,
  end: number,
  escapeWith: string,
): number | undefined {
  let last = end - 1;
  while (last >= start && (text[last] === ' ' || text[last] === '\t')) last -= 1;
  if (last < start || text[last] !== escapeWith) return undefined;
  return last > start && text[last - 1] === escapeWith ? undefined : last;
}

/** `# name=value` */
export function directiveIn(text: string, { first, end }: Line): Directive | undefined {
  const line = text.slice(first + 1, end);
  const equals = line.indexOf('=');
  if (equals === -1) return undefined;
  const name = line.slice(0, equals).trim();
  const value = line.slice(equals + 1).trim();
  if (value === '' || !/^[a-zA-Z][a-zA-Z0-9]*$/.test(name)) return undefined;
  const start = text.indexOf(value, first + equals + 2);
  return { name: name.toLowerCase(), value, start, end: start + value.length };
}
