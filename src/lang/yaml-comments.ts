import type { Event } from 'js-yaml';
import type { YamlSpan } from './yaml-node.ts';

/** Spans of comments, from `#` to the end of the line, found outside scalars. */
export function commentsOf(text: string, events: readonly Event[]): readonly YamlSpan[] {
  const found: YamlSpan[] = [];
  let index = 0;
  let end = 0;
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', end)) {
    while (index < events.length && !reaches(events[index], at)) index += 1;
    const scalar = events[index];
    if (scalar?.type === 4 && scalar.valueStart <= at) end = scalar.valueEnd;
    else if (at > 0 && text.charCodeAt(at - 1) > 32) end = at + 1;
    else {
      end = lineEnd(text, at);
      found.push({ start: at, end });
    }
  }
  return found;
}

function reaches(event: Event | undefined, at: number): boolean {
  return event?.type === 4 && event.valueEnd > at;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}
