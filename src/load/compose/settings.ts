import type { YamlContent, YamlNode } from '../../lang/yaml-node.ts';
import { content, entries, isNull, items } from '../../lang/yaml-read.ts';
import type { Location } from '../../model/location.ts';
import type { TextSource } from '../../source.ts';

/** A piece of a compose file in the one form that merging and reading work on; every text knows its place. */
export type Setting = Text | Table | List;

export interface Text extends Written {
  readonly kind: 'text';
  /** Variables still in it; empty for a null. */
  readonly text: string;
  readonly isNull: boolean;
  /** Where the first character of `text` stands; null when the file spells it differently (escapes, folding). */
  readonly origin: number | null;
}

export interface Table extends Written {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: Location;
  readonly value: Setting;
}

interface List extends Written {
  readonly kind: 'list';
  readonly items: readonly Setting[];
}

interface Written {
  readonly at: Location;
  /** `!reset` and `!override` steer merging. */
  readonly tag: string | null;
}

function settingOf(node: YamlContent, source: TextSource): Setting {
  const at = { source: source.uri, start: node.start, end: node.end };
  const { tag } = node;
  if (node.kind === 'sequence')
    return { kind: 'list', at, tag, items: items(node).map((item) => settingOf(item, source)) };
  if (node.kind === 'map') return { kind: 'table', at, tag, entries: entriesOf(node, source) };
  const origin = node.start + (node.style === 'single' || node.style === 'double' ? 1 : 0);
  const verbatim = source.text.startsWith(node.value, origin);
  return { kind: 'text', at, tag, text: node.value, isNull: isNull(node), origin: verbatim ? origin : null };
}

/** The table's entries; `undefined` node or another form gives none. */
export function entriesOf(node: YamlNode | undefined, source: TextSource): ReadonlyMap<string, Entry> {
  return new Map(
    entries(content(node)).map(({ name, key, value }) => [
      name,
      { key: { source: source.uri, start: key.start, end: key.end }, value: settingOf(value, source) },
    ]),
  );
}

/** The place of a part of a text, where the file spells it out; else of the whole. */
function partOf(text: Text, start: number, end: number): Location {
  if (text.origin === null) return text.at;
  return { source: text.at.source, start: text.origin + start, end: text.origin + end };
}

/** A part of a text as a text of its own. */
function sliceOf(text: Text, start: number, end = text.text.length): Text {
  return {
    ...text,
    text: text.text.slice(start, end),
    at: partOf(text, start, end),
    origin: text.origin === null ? null : text.origin + start,
  };
}

export function textAt(table: Table | undefined, name: string): Text | undefined {
  const value = table?.entries.get(name)?.value;
  return value?.kind === 'text' && !value.isNull ? value : undefined;
}

export function tableAt(table: Table | undefined, name: string): Table | undefined {
  const value = table?.entries.get(name)?.value;
  return value?.kind === 'table' ? value : undefined;
}

/** A list, or a lone text as a list of one. */
export function listAt(table: Table | undefined, name: string): readonly Setting[] {
  const value = table?.entries.get(name)?.value;
  if (value?.kind === 'list') return value.items;
  return value?.kind === 'text' && !value.isNull ? [value] : [];
}

/** Makes one form of the two that many settings have: `[K=V, …]` and `[name, …]` become tables. */
export function normalService(service: Table): Table {
  const found = new Map(service.entries);
  for (const name of pairs) change(found, name, tableOfPairs);
  for (const name of names) change(found, name, tableOfPairs);
  change(found, 'build', normalBuild);
  change(found, 'deploy', (deploy) =>
    deploy.kind === 'table'
      ? { ...deploy, entries: changed(deploy.entries, 'labels', tableOfPairs) }
      : deploy,
  );
  return { ...service, entries: found };
}

const pairs = ['environment', 'labels', 'annotations', 'sysctls', 'extra_hosts'];
const names = ['depends_on', 'networks'];

function normalBuild(build: Setting): Setting {
  if (build.kind === 'text' && !build.isNull) {
    return {
      kind: 'table',
      at: build.at,
      tag: build.tag,
      entries: new Map([['context', { key: build.at, value: build }]]),
    };
  }
  if (build.kind !== 'table') return build;
  let { entries: found } = build;
  for (const name of ['args', 'labels', 'additional_contexts']) found = changed(found, name, tableOfPairs);
  return { ...build, entries: found };
}

function changed(
  entries: ReadonlyMap<string, Entry>,
  name: string,
  by: (value: Setting) => Setting,
): ReadonlyMap<string, Entry> {
  const copy = new Map(entries);
  change(copy, name, by);
  return copy;
}

function change(entries: Map<string, Entry>, name: string, by: (value: Setting) => Setting): void {
  const entry = entries.get(name);
  if (entry) entries.set(name, { ...entry, value: by(entry.value) });
}

function tableOfPairs(setting: Setting): Setting {
  if (setting.kind !== 'list') return setting;
  const found = new Map<string, Entry>();
  for (const item of setting.items) {
    if (item.kind !== 'text' || item.isNull) continue;
    const equals = item.text.indexOf('=');
    const end = equals === -1 ? item.text.length : equals;
    const value = equals === -1 ? { ...sliceOf(item, end), isNull: true } : sliceOf(item, equals + 1);
    found.set(item.text.slice(0, end), { key: partOf(item, 0, end), value });
  }
  return { kind: 'table', at: setting.at, tag: setting.tag, entries: found };
}
