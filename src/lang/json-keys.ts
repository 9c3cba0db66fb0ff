import { limits } from '../limits.ts';
import type { Span } from '../source.ts';

/**
 * Visits every name in a text that `JSON.parse` accepts, with the names above it; for machine-written files, whose
 * values are read by `JSON.parse` and whose places by this. `path` ends with the name itself, counts an array as
 * `''`, and is the same array in every visit; names below `deepest` others are passed over. A visit that returns
 * false is the last. Throws on nesting beyond the limit.
 */
export function eachKey(
  text: string,
  visit: (path: readonly string[], start: number, end: number) => unknown,
  deepest = Number.POSITIVE_INFINITY,
): void {
  const path: string[] = [];
  const inObject: boolean[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        if (expectsKey && inObject.length <= deepest) {
          path[inObject.length - 1] = keyOf(text, at, end);
          if (visit(path, at, end) === false) return;
        }
        expectsKey = false;
        at = end - 1;
        break;
      }
      case 0x7b:
      case 0x5b:
        expectsKey = text.charCodeAt(at) === 0x7b;
        inObject.push(expectsKey);
        path.push('');
        if (inObject.length > limits.nesting)
          throw new Error(`nested more than ${limits.nesting} levels deep`);
        break;
      case 0x7d:
      case 0x5d:
        inObject.pop();
        path.pop();
        expectsKey = false;
        break;
      case 0x2c:
        expectsKey = inObject.at(-1) ?? false;
    }
  }
}

/** The span of the string value that follows a name; the name's own when the value is no string. */
export function stringAfter(text: string, key: Span): Span {
  let at = key.end;
  // Blanks, line ends and the colon.
  for (let code = text.charCodeAt(at); code <= 0x20 || code === 0x3a; code = text.charCodeAt(at)) at += 1;
  return text.charCodeAt(at) === 0x22 ? { start: at, end: stringEnd(text, at) } : key;
}

function keyOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let slashes = end;
    while (text.charCodeAt(slashes - 1) === 0x5c) slashes -= 1;
    if ((end - slashes) % 2 === 0) return end + 1;
  }
}
