import { type Event, getScalarValue } from 'js-yaml';
import type {
  YamlContent,
  YamlFault,
  YamlMap,
  YamlNode,
  YamlPair,
  YamlScalar,
  YamlSequence,
} from './yaml-node.ts';

type Writable<T> = { -readonly [P in keyof T]: T[P] };

/** A collection that is being filled. */
interface Open {
  readonly node: Writable<YamlMap> | Writable<YamlSequence>;
  readonly pairs: YamlPair[];
  readonly items: YamlNode[];
  key: YamlNode | undefined;
  /** Nodes in it, with aliases followed. */
  size: number;
}

interface Anchored {
  readonly node: YamlContent;
  /** 0 while the node is not closed. */
  size: number;
}

const styles = ['plain', 'plain', 'single', 'double', 'literal', 'folded'] as const;

/** Builds one tree a document. Aliases are bound, never copied; together they may stand for `maxAliasNodes` nodes. */
export function buildDocuments(events: readonly Event[], text: string, maxAliasNodes: number): Built {
  const building: Building = {
    text,
    documents: [],
    faults: [],
    stack: [],
    top: undefined,
    anchors: new Map(),
    budget: maxAliasNodes,
    last: 0,
  };
  for (const event of events) {
    if (event.type === 4) scalar(building, event);
    else if (event.type === 6) close(building);
    else if (event.type === 5) alias(building, event.anchorStart, event.anchorEnd);
    else if (event.type === 1) {
      building.documents.push(null);
      building.anchors.clear();
    } else open(building, event);
  }
  return building;
}

interface Built {
  readonly documents: (YamlNode | null)[];
  readonly faults: YamlFault[];
}

interface Building extends Built {
  readonly text: string;
  readonly stack: Open[];
  top: Open | undefined;
  readonly anchors: Map<string, Anchored>;
  budget: number;
  /** Where the last node ended: the place of what is left out. */
  last: number;
}

function place(building: Building, node: YamlNode, size: number): void {
  const { top, documents } = building;
  building.last = node.end;
  if (!top) {
    documents[documents.length - 1] = node;
    return;
  }
  top.size += size;
  if (top.node.kind === 'sequence') top.items.push(node);
  else if (top.key === undefined) top.key = node;
  else {
    top.pairs.push({ key: top.key, value: node });
    top.key = undefined;
  }
}

function scalar(building: Building, event: Extract<Event, { type: 4 }>): void {
  const node = scalarOf(event, building.text, building.last);
  if (node.anchor !== null) building.anchors.set(node.anchor, { node, size: 1 });
  place(building, node, 1);
}

function open(building: Building, event: Extract<Event, { type: 2 | 3 }>): void {
  const { start, style } = event;
  const { text } = building;
  const pairs: YamlPair[] = [];
  const items: YamlNode[] = [];
  const tag = part(text, event.tagStart, event.tagEnd);
  const anchor = part(text, event.anchorStart, event.anchorEnd);
  const flow = style === 2;
  const node =
    event.type === 3
      ? { kind: 'map' as const, start, end: start, tag, anchor, flow, pairs }
      : { kind: 'sequence' as const, start, end: start, tag, anchor, flow, items };
  if (anchor !== null) building.anchors.set(anchor, { node, size: 0 });
  if (building.top) building.stack.push(building.top);
  building.top = { node, pairs, items, key: undefined, size: 1 };
  building.last = flow ? start + 1 : start;
}

function close(building: Building): void {
  const { top, text, last, anchors } = building;
  if (!top) return;
  const { node, pairs, size } = top;
  node.end = node.flow ? endOfFlow(text, last, node.kind === 'map' ? '}' : ']') : last;
  const anchored = node.anchor === null ? undefined : anchors.get(node.anchor);
  if (anchored?.node === node) anchored.size = size;
  if (pairs.length > 1) duplicates(pairs, building.faults);
  building.top = building.stack.pop();
  place(building, node, size);
}

function alias(building: Building, from: number, end: number): void {
  const name = building.text.slice(from, end);
  const start = from - 1;
  const anchored = building.anchors.get(name);
  const size = anchored?.size ?? 0;
  const cost = size + 1;
  const fault = !anchored
    ? `no anchor is named ${name}`
    : size === 0
      ? `the anchor ${name} holds itself`
      : cost > building.budget
        ? 'aliases stand for more nodes than are followed'
        : undefined;
  if (fault === undefined) building.budget -= cost;
  else building.faults.push({ code: 'alias', message: fault, start, end });
  const target = fault === undefined && anchored ? anchored.node : null;
  place(building, { kind: 'alias', name, start, end, target }, target ? cost : 1);
}

// One literal and no spread: a file has thousands of scalars, and this is half the cost of the tree.
function scalarOf(event: Extract<Event, { type: 4 }>, text: string, last: number): YamlScalar {
  const { valueStart, valueEnd, style } = event;
  let start = valueStart;
  let end = valueEnd;
  if (start < 0) start = end = last;
  else if (style > 3) [start, end] = blockSpan(event, text);
  else if (style > 1) {
    start -= 1;
    end += 1;
  }
  return {
    kind: 'scalar',
    start,
    end,
    tag: part(text, event.tagStart, event.tagEnd),
    anchor: part(text, event.anchorStart, event.anchorEnd),
    value: valueStart < 0 ? '' : getScalarValue(text, event),
    style: styles[style] ?? 'plain',
  };
}

/** From the first character of the content to the last one that is not a blank. */
function blockSpan(event: Extract<Event, { type: 4 }>, text: string): [number, number] {
  const { valueStart, valueEnd, indent } = event;
  let end = valueEnd;
  while (end > valueStart && text.charCodeAt(end - 1) <= 32) end -= 1;
  return [Math.min(valueStart + Math.max(indent, 0), end), end];
}

function part(text: string, start: number, end: number): string | null {
  return start < 0 ? null : text.slice(start, end);
}

/** Behind the closing bracket; only blanks, commas and comments stand between it and the last node. */
function endOfFlow(text: string, from: number, bracket: string): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === bracket) return at + 1;
    if (char === '#') {
      const line = text.indexOf('\n', at);
      if (line === -1) return text.length;
      at = line;
    }
  }
  return text.length;
}

function duplicates(pairs: readonly YamlPair[], faults: YamlFault[]): void {
  const few = pairs.length <= 8;
  const seen = few ? undefined : new Set<string>();
  for (const [index, { key }] of pairs.entries()) {
    if (key.kind !== 'scalar') continue;
    const again = seen ? seen.has(key.value) : earlier(pairs, index, key.value);
    seen?.add(key.value);
    if (!again) continue;
    const message = `the key ${key.value} is given twice in one mapping`;
    faults.push({ code: 'duplicate-key', message, start: key.start, end: key.end });
  }
}

function earlier(pairs: readonly YamlPair[], index: number, name: string): boolean {
  for (let at = 0; at < index; at += 1) {
    const key = pairs[at]?.key;
    if (key?.kind === 'scalar' && key.value === name) return true;
  }
  return false;
}
