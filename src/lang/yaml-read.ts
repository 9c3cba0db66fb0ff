import type { YamlContent, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';

/** One entry of a mapping as it takes effect: merge keys followed, the last of equal keys standing. */
export interface YamlEntry {
  readonly name: string;
  readonly key: YamlScalar;
  readonly value: YamlContent;
  /** The `<<` value that brought it here; absent for what the mapping says itself. */
  readonly via?: YamlNode;
}

/** The value at a path of keys; undefined where one is missing, or leads through something unknown. */
export function get(node: YamlNode | null | undefined, ...path: readonly string[]): YamlContent | undefined {
  let found = content(node);
  for (const name of path) {
    if (found?.kind !== 'map') return undefined;
    found = entries(found).findLast((entry) => entry.name === name)?.value;
  }
  return found;
}

/** The node itself, an alias followed. */
export function content(node: YamlNode | null | undefined): YamlContent | undefined {
  if (!node) return undefined;
  return node.kind === 'alias' ? (node.target ?? undefined) : node;
}

/** Effective entries of a mapping in the order of the text; none for anything else. */
export function entries(node: YamlNode | null | undefined): readonly YamlEntry[] {
  const map = content(node);
  return map?.kind === 'map' ? effective(map, []) : [];
}

/** Items of a sequence, aliases followed; none for anything else. */
export function items(node: YamlNode | null | undefined): readonly YamlContent[] {
  const list = content(node);
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item) => content(item) ?? []);
}

/** Text of a scalar; undefined for a null, a collection or nothing. */
export function textOf(node: YamlNode | null | undefined): string | undefined {
  const scalar = content(node);
  return scalar?.kind === 'scalar' && !isNull(scalar) ? scalar.value : undefined;
}

/** Whether it is left out, or a plain `null` or `~`. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && node.tag === null && nulls.has(node.value);
}

/** A truth value as configuration readers take it, quoted or not: true, yes, on, y, t, 1 and their opposites. */
export function asBool(text: string): boolean | undefined {
  return truths.get(text.toLowerCase());
}

/** A whole number in decimal digits. */
export function asInt(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const truths = new Map<string, boolean>([
  ...['true', 'yes', 'on', 'y', 't', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n', 'f', '0'].map((word) => [word, false] as const),
]);

const known = new WeakMap<YamlMap, readonly YamlEntry[]>();

function effective(map: YamlMap, within: readonly YamlMap[]): readonly YamlEntry[] {
  const before = known.get(map);
  if (before) return before;
  const found = new Map<string, YamlEntry>();
  for (const { key, value } of map.pairs) {
    const name = content(key);
    const held = content(value);
    if (name?.kind !== 'scalar' || isMerge(name)) continue;
    found.delete(name.value);
    if (held) found.set(name.value, { name: name.value, key: name, value: held });
  }
  const above = [...within, map];
  for (const { key, value } of map.pairs) {
    if (!isMerge(key)) continue;
    const sources = mergeSources(value).filter((source) => !above.includes(source));
    for (const entry of sources.flatMap((source) => effective(source, above)))
      if (!found.has(entry.name)) found.set(entry.name, { ...entry, via: value });
  }
  const all = [...found.values()];
  known.set(map, all);
  return all;
}

function isMerge(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.value === '<<' && key.style === 'plain';
}

function mergeSources(node: YamlNode): readonly YamlMap[] {
  const source = content(node);
  if (source?.kind === 'map') return [source];
  return items(source).filter((item): item is YamlMap => item.kind === 'map');
}
