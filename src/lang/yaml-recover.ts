import type { Event } from 'js-yaml';

/** Why and where a text is refused. */
export interface Refusal {
  readonly message: string;
  readonly at: number;
}

type Attempt = (part: string) => Event[] | Refusal;
type Lose = (from: number, to: number, refusal: Refusal) => void;

/** How deep blocks are taken apart; each level parses the refused part once more. */
const levels = 8;
/** How many refusals are worth the time. */
const patience = 100;

/**
 * Events of a text that is refused as a whole: documents are parsed one by one, refused ones key by key, refused
 * keys child by child. What remains refused is given to `lose`.
 */
export function recoverEvents(text: string, attempt: Attempt, lose: Lose): Event[] {
  const events: Event[] = [];
  let refusals = 0;
  for (const [from, to] of documentsOf(text)) {
    events.push({ type: 1, explicitStart: false, explicitEnd: false, directives: [] });
    events.push(...(block(from, to, levels) ?? []));
    events.push({ type: 6 });
  }
  return events;

  /** One node's events, or undefined when nothing of it can be read. */
  function block(from: number, to: number, depth: number): Event[] | undefined {
    const parsed = attempt(text.slice(from, to));
    if (Array.isArray(parsed)) return shifted(contentOf(parsed), from);
    const chunks = depth === 0 ? [] : chunksOf(text, from, to);
    const [first] = chunks;
    if (!first || (chunks.length === 1 && !childrenOf(text, ...first))) {
      drop(from, to, parsed);
      return undefined;
    }
    const listed = text[first[0] + indentOf(text, first[0])] === '-';
    const found = chunks.map(([start, end]) => (refusals < patience ? chunk(start, end, listed, depth) : []));
    const start = first[0] + indentOf(text, first[0]);
    return [{ type: listed ? 2 : 3, start, ...bare, style: 1 }, ...found.flat(), { type: 6 }];
  }

  /** Events inside the collection for one entry: a key and its value, or an item. */
  function chunk(from: number, to: number, listed: boolean, depth: number): Event[] {
    const parsed = attempt(text.slice(from, to));
    if (!Array.isArray(parsed))
      return (listed ? undefined : keyed(from, to, depth)) ?? drop(from, to, parsed);
    const node = contentOf(parsed);
    if (node[0]?.type === (listed ? 2 : 3)) return shifted(node.slice(1, -1), from);
    return drop(from, to, { message: 'neither a key with a value nor an item', at: 0 });
  }

  /** A bare key whose block is taken apart in turn. */
  function keyed(from: number, to: number, depth: number): Event[] | undefined {
    const children = childrenOf(text, from, to);
    const header = children === undefined ? undefined : attempt(text.slice(from, children));
    if (children === undefined || !Array.isArray(header)) return undefined;
    const value = block(children, to, depth - 1);
    return value ? [...shifted(contentOf(header).slice(1, 2), from), ...value] : [];
  }

  function drop(from: number, to: number, { message, at }: Refusal): Event[] {
    refusals += 1;
    lose(from, refusals < patience ? to : text.length, { message, at: at + from });
    return [];
  }
}

const bare = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 };

/** The first document's node, without the document around it. */
function contentOf(events: readonly Event[]): Event[] {
  const end = events.findIndex(({ type }, index) => index > 0 && type === 1);
  return events.slice(1, end === -1 ? -1 : end - 1);
}

function shifted(events: readonly Event[], by: number): Event[] {
  const move = (offset: number): number => (offset < 0 ? offset : offset + by);
  return events.map((event) => {
    if (event.type === 1 || event.type === 6) return event;
    const anchor = { anchorStart: move(event.anchorStart), anchorEnd: move(event.anchorEnd) };
    if (event.type === 5) return { ...event, ...anchor };
    const tag = { tagStart: move(event.tagStart), tagEnd: move(event.tagEnd) };
    if (event.type === 4) {
      const { valueStart, valueEnd } = event;
      return { ...event, ...anchor, ...tag, valueStart: move(valueStart), valueEnd: move(valueEnd) };
    }
    return { ...event, ...anchor, ...tag, start: move(event.start) };
  });
}

/** Spans between document markers. */
function documentsOf(text: string): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let from = 0;
  for (const { index, 0: marker } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    if (text.slice(from, index).trim() !== '') found.push([from, index]);
    from = index + marker.length;
  }
  if (text.slice(from).trim() !== '' || found.length === 0) found.push([from, text.length]);
  return found;
}

/** Spans of the entries at the smallest indent, each with the deeper lines below it. */
function chunksOf(text: string, from: number, to: number): readonly (readonly [number, number])[] {
  const starts: { at: number; indent: number; item: boolean }[] = [];
  for (let line = from; line < to; line = nextLine(text, line)) {
    const indent = indentOf(text, line);
    const char = text[line + indent];
    if (char !== undefined && !'\r\n#'.includes(char)) starts.push({ at: line, indent, item: char === '-' });
  }
  const least = starts.reduce((smallest, { indent }) => Math.min(smallest, indent), Number.POSITIVE_INFINITY);
  const listed = starts[0]?.item ?? false;
  const heads = starts.filter(({ indent, item }) => indent === least && (listed || !item));
  return heads.map(({ at }, index) => [at, heads[index + 1]?.at ?? to]);
}

/** Where the block below a bare `key:` begins; undefined when the entry is something else. */
function childrenOf(text: string, from: number, to: number): number | undefined {
  const line = nextLine(text, from);
  if (line >= to) return undefined;
  return /^ *(?:[\w.-]+|"[\w./ -]*"|'[\w./ -]*'):[ \t]*(?:&\S+[ \t]*)?(?:#.*)?\r?$/.test(
    text.slice(from, line).replace(/\n$/, ''),
  )
    ? line
    : undefined;
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function indentOf(text: string, line: number): number {
  let at = line;
  while (text[at] === ' ') at += 1;
  return at - line;
}
