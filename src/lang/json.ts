import { limits } from '../limits.ts';
import type { Diagnostic } from '../model/common.ts';
import type { Location } from '../model/location.ts';
import type { Span } from '../source.ts';
import { type JsonString, type Note, skipTrivia, stringAt, wordEnd } from './json-text.ts';

export type JsonNode = JsonObject | JsonArray | JsonString | JsonScalar;

interface JsonObject extends Span {
  readonly type: 'object';
  /** In the order of the file; of equal keys the last stands, as in every reader of JSON. */
  readonly members: ReadonlyMap<string, JsonMember>;
}
export interface JsonMember {
  readonly key: JsonString;
  readonly value: JsonNode;
}
interface JsonArray extends Span {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
}
interface JsonScalar extends Span {
  readonly type: 'number' | 'boolean' | 'null';
  readonly value: number | boolean | null;
}

export interface JsonFile {
  /** Absent when the text holds no value at all. */
  readonly root: JsonNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly comments: readonly Span[];
}

export interface JsonDialect {
  /** Comments and trailing commas are part of the format, not faults. */
  readonly relaxed?: boolean;
}

/** More faults than these say nothing new. */
const mostDiagnostics = 50;

/**
 * Reads JSON with the place of every value, stepping over what is wrong with it: each fault is a diagnostic.
 * Throws only on nesting beyond the limit.
 */
export function parseJson(text: string, uri: string, { relaxed = false }: JsonDialect = {}): JsonFile {
  const diagnostics: Diagnostic[] = [];
  const comments: Span[] = [];
  const note: Note = (code, message, start, end, severity = 'error') => {
    if (relaxed && (code === 'comment' || code === 'trailing-comma')) return;
    if (diagnostics.length >= mostDiagnostics) return;
    diagnostics.push({ code, message, severity, at: { source: uri, start, end } });
  };
  const cursor: Cursor = { text, at: text.charCodeAt(0) === 0xfeff ? 1 : 0, note, comments };
  const root = value(cursor, 0);
  if (!root) note('empty', 'The file holds no JSON value', cursor.at, cursor.at);
  skip(cursor);
  if (root && cursor.at < text.length) {
    note('trailing-text', 'Text after the end of the value is not allowed', cursor.at, lineEnd(cursor));
  }
  return { root, diagnostics: withoutConsequences(diagnostics), comments };
}

/** The value below `keys`; undefined when there is none. */
export function get(node: JsonNode | undefined, ...keys: readonly (string | number)[]): JsonNode | undefined {
  let here = node;
  for (const key of keys) {
    if (here?.type === 'object' && typeof key === 'string') here = here.members.get(key)?.value;
    else if (here?.type === 'array' && typeof key === 'number') here = here.items[key];
    else return undefined;
  }
  return here;
}

/** Where a value is. */
export function at(node: Span, source: string): Location {
  return { source, start: node.start, end: node.end };
}

/** The members of an object; none for anything else. */
export function members(node: JsonNode | undefined): readonly JsonMember[] {
  return node?.type === 'object' ? [...node.members.values()] : [];
}

export function items(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.type === 'array' ? node.items : [];
}

export function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.type === 'string' ? node.value : undefined;
}

/** The plain value, as `JSON.parse` gives it. */
export function plain(node: JsonNode): unknown {
  if (node.type === 'array') return node.items.map(plain);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries([...node.members].map(([key, { value: of }]) => [key, plain(of)]));
}

/** Of a half-done merge one fault is told: the others follow from it. */
function withoutConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const conflict = diagnostics.find(({ code }) => code === 'merge-conflict');
  return conflict ? [conflict] : diagnostics;
}

interface Cursor {
  readonly text: string;
  at: number;
  readonly note: Note;
  readonly comments: Span[];
}

/** The value at the cursor; undefined, and the cursor unmoved, when none begins there. */
function value(cursor: Cursor, depth: number): JsonNode | undefined {
  if (depth > limits.nesting) throw new Error(`nested more than ${limits.nesting} levels deep`);
  skip(cursor);
  const char = cursor.text[cursor.at];
  if (char === '{') return object(cursor, depth);
  if (char === '[') return array(cursor, depth);
  if (char === '"') return string(cursor);
  return scalar(cursor);
}

function object(cursor: Cursor, depth: number): JsonObject {
  const start = cursor.at;
  const found = new Map<string, JsonMember>();
  eachElement(cursor, '}', () => {
    const key = string(cursor) ?? bareKey(cursor);
    if (!key) return false;
    skip(cursor);
    if (cursor.text[cursor.at] === ':') cursor.at += 1;
    else
      cursor.note('missing-colon', `After the name "${short(key)}" a colon is missing`, key.start, key.end);
    const of = value(cursor, depth + 1);
    if (!of) cursor.note('missing-value', `The name "${short(key)}" has no value`, key.start, key.end);
    if (found.has(key.value)) {
      const message = `The name "${short(key)}" is given twice; only the last one counts`;
      cursor.note('duplicate-key', message, key.start, key.end, 'warning');
    }
    if (of) found.set(key.value, { key, value: of });
    return true;
  });
  return { type: 'object', members: found, start, end: cursor.at };
}

function array(cursor: Cursor, depth: number): JsonArray {
  const start = cursor.at;
  const found: JsonNode[] = [];
  eachElement(cursor, ']', () => {
    const of = value(cursor, depth + 1);
    if (of) found.push(of);
    return of !== undefined;
  });
  return { type: 'array', items: found, start, end: cursor.at };
}

/** Walks what stands between a bracket and its `close`; `element` says whether it found one at the cursor. */
function eachElement(cursor: Cursor, close: '}' | ']', element: () => boolean): void {
  const open = cursor.at;
  cursor.at += 1;
  /** The last comma, while nothing has followed it; -1 when none waits; -2 at the beginning. */
  let comma = -2;
  while (!isClosed(cursor, open, close, comma)) {
    const start = cursor.at;
    if (cursor.text[start] === ',') {
      if (comma !== -1) cursor.note('stray-comma', 'Nothing stands before this comma', start, start + 1);
      comma = start;
      cursor.at += 1;
    } else if (element()) {
      if (comma === -1) cursor.note('missing-comma', 'A comma is missing before this', start, start + 1);
      comma = -1;
    } else stepOver(cursor);
  }
}

/** Whether the bracket that `open` began ends here; moves past its end. */
function isClosed(cursor: Cursor, open: number, close: '}' | ']', comma: number): boolean {
  skip(cursor);
  const char = cursor.text[cursor.at];
  if (char === close) {
    if (comma >= 0) cursor.note('trailing-comma', `A comma before ${close} is not allowed`, comma, comma + 1);
    cursor.at += 1;
    return true;
  }
  if (char !== undefined && char !== '}' && char !== ']') return false;
  cursor.note('unclosed', `This bracket is never closed by ${close}`, open, open + 1);
  return true;
}

function string(cursor: Cursor): JsonString | undefined {
  const found = stringAt(cursor.text, cursor.at, cursor.note);
  if (found) cursor.at = found.end;
  return found;
}

function bareKey(cursor: Cursor): JsonString | undefined {
  const start = cursor.at;
  const end = wordEnd(cursor.text, start);
  if (end === start) return undefined;
  cursor.note('bare-word', 'Names and strings need double quotes', start, end);
  cursor.at = end;
  return { type: 'string', value: cursor.text.slice(start, end), start, end };
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function scalar(cursor: Cursor): JsonScalar | JsonString | undefined {
  const start = cursor.at;
  const end = wordEnd(cursor.text, start);
  if (end === start) return undefined;
  cursor.at = end;
  const word = cursor.text.slice(start, end);
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true', start, end };
  if (word === 'null') return { type: 'null', value: null, start, end };
  if (number.test(word)) return { type: 'number', value: Number(word), start, end };
  cursor.note('bare-word', 'Names and strings need double quotes', start, end);
  return { type: 'string', value: word, start, end };
}

/** Steps over what cannot begin anything here: one line of a merge conflict, or one character. */
function stepOver(cursor: Cursor): void {
  const start = cursor.at;
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(cursor.text.slice(start, start + 7))) {
    cursor.note('merge-conflict', 'A merge conflict was left in the file', start, lineEnd(cursor));
    cursor.at = lineEnd(cursor);
    return;
  }
  cursor.note('unexpected', 'This character is not allowed here', start, start + 1);
  cursor.at += 1;
}

function skip(cursor: Cursor): void {
  cursor.at = skipTrivia(cursor.text, cursor.at, (start, end) => {
    cursor.comments.push({ start, end });
    cursor.note('comment', 'Comments are not allowed in JSON', start, end);
  });
}

function lineEnd({ text, at: from }: Cursor): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function short({ value: of }: JsonString): string {
  return of.length > 60 ? `${of.slice(0, 60)}…` : of;
}
