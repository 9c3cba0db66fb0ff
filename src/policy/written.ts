import { parseYaml } from '../lang/yaml.ts';
import type { YamlNode } from '../lang/yaml-node.ts';
import { content, entries, isNull, items } from '../lang/yaml-read.ts';
import { PolicyError, type PolicyFault } from './fault.ts';

/** Keys and indexes from the root to a value. */
export type Path = readonly (string | number)[];

/** A YAML document as plain data that still knows where each part is written. */
export interface Written {
  readonly file: string;
  readonly data: unknown;
  /** Text of the scalar at a path as it is written, so that 1.30 stays 1.30. */
  raw(path: Path): string | undefined;
  /** A fault at the value of a path, or at the nearest value around it. */
  fault(path: Path, message: string): PolicyFault;
  /** A fault at the key that a path ends with. */
  faultAtKey(path: Path, message: string): PolicyFault;
  /** `hardpan.yaml:12:5` */
  place(path: Path): string;
}

interface Span {
  readonly key?: number;
  readonly value: number;
  readonly raw?: string;
}

/** Reads one YAML document. Throws a PolicyError on what is no YAML, and on keys that are given twice. */
export function readWritten(file: string, text: string): Written {
  const spans = new Map<string, Span>();
  const data = dataOf(file, text, spans);
  const at = (path: Path): Span | undefined => spans.get(keyOf(path));
  const nearest = (path: Path): number => {
    for (let end = path.length; end > 0; end -= 1) {
      const found = at(path.slice(0, end));
      if (found) return found.value;
    }
    return 0;
  };
  const faultAt = (offset: number, message: string): PolicyFault => ({
    file,
    ...position(text, offset),
    message,
  });
  return {
    file,
    data,
    raw: (path) => at(path)?.raw,
    fault: (path, message) => faultAt(nearest(path), message),
    faultAtKey: (path, message) => faultAt(at(path)?.key ?? nearest(path), message),
    place: (path) => {
      const { line, column } = position(text, at(path)?.key ?? nearest(path));
      return `${file}:${line}:${column}`;
    },
  };
}

/** Data that was made from YAML before: its parts are told by their keys. */
export function asWritten(file: string, data: unknown): Written {
  const fault = (path: Path, message: string): PolicyFault => ({
    file,
    line: 1,
    column: 1,
    message: path.length > 0 ? `${path.join('.')}: ${message}` : message,
  });
  const raw = (path: Path): string | undefined => {
    let found: unknown = data;
    for (const key of path)
      found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
    return found === undefined ? undefined : String(found);
  };
  return { file, data, raw, fault, faultAtKey: fault, place: () => file };
}

function dataOf(file: string, text: string, spans: Map<string, Span>): unknown {
  const broken = (offset: number, message: string): PolicyError =>
    new PolicyError([{ file, ...position(text, offset), message }]);
  let parsed: ReturnType<typeof parseYaml>;
  try {
    parsed = parseYaml(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const line = /^line (\d+): /.exec(message)?.[1];
    throw new PolicyError([
      {
        file,
        line: Number(line ?? 1),
        column: 1,
        message: `is not YAML: ${message.replace(/^line \d+: /, '')}`,
      },
    ]);
  }
  const [fault] = parsed.faults;
  if (fault)
    throw broken(fault.start, fault.code === 'syntax' ? `is not YAML: ${fault.message}` : fault.message);
  const documents = parsed.documents.filter((document) => document !== null);
  const [first, second] = documents;
  if (second) throw broken(second.start, 'a policy is one document; this is a second one');
  return first ? plain(first, [], spans) : {};
}

function plain(node: YamlNode, path: Path, spans: Map<string, Span>, key?: number): unknown {
  const held = content(node);
  const raw = held?.kind === 'scalar' ? { raw: held.value } : {};
  spans.set(keyOf(path), { value: node.start, ...(key === undefined ? {} : { key }), ...raw });
  if (!held || isNull(held)) return null;
  if (held.kind === 'sequence') return items(held).map((item, index) => plain(item, [...path, index], spans));
  if (held.kind === 'map') {
    // Without a prototype, so that a key such as __proto__ is a key.
    const found: Record<string, unknown> = Object.create(null);
    for (const entry of entries(held)) {
      const value = plain(entry.value, [...path, entry.name], spans, entry.key.start);
      // A part whose lines are all commented out says nothing.
      if (value !== null || path.length > 0) found[entry.name] = value;
    }
    return found;
  }
  return held.style === 'plain' && held.tag === null ? scalar(held.value) : held.value;
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
}

function keyOf(path: Path): string {
  return path.join('\0');
}

function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
