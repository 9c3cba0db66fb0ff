import type { Entry, Setting, Table } from './settings.ts';

/** What a later file says instead of an earlier one, rather than in addition. */
const replaced = new Set(['command', 'entrypoint', 'test']);

/** Compose's merge: tables entry by entry, lists end to end, texts and commands replaced; `!reset` takes away. */
export function mergeTables(base: Table, over: Table): Table {
  const found = new Map<string, Entry>(base.entries);
  for (const [name, entry] of over.entries) {
    const before = found.get(name);
    const merged = mergeValues(before?.value, entry.value, name);
    if (merged) found.set(name, { key: merged === before?.value ? before.key : entry.key, value: merged });
    else found.delete(name);
  }
  return { ...base, entries: found };
}

function mergeValues(base: Setting | undefined, over: Setting, name: string): Setting | undefined {
  if (over.tag === '!reset') return undefined;
  if (!base || over.tag === '!override' || replaced.has(name)) return over;
  if (over.kind === 'text' && over.isNull) return base;
  if (base.kind === 'table' && over.kind === 'table') return mergeTables(base, over);
  if (base.kind === 'list' && over.kind === 'list') return { ...base, items: [...base.items, ...over.items] };
  return over;
}
