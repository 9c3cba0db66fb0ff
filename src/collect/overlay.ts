import { type Collector, type Entry, folderOf, listing } from '../source.ts';

/** A tree as it would be with other texts in some files, and with files that it does not have yet. */
export function overlay(under: Collector, texts: ReadonlyMap<string, string>): Collector {
  return {
    name: under.name,
    async list() {
      const { listing: known, ...rest } = await under.list();
      const fresh = [...texts.keys()].filter((uri) => !known.get(uri)).map((uri) => ({ uri, size: 0 }));
      const entries = [...known.entries];
      for (const entry of fresh) entries.splice(placeFor(entry, entries), 0, entry);
      return { ...rest, listing: listing(entries, { root: known.root, base: known.base }) };
    },
    read(entry, as) {
      const text = texts.get(entry.link ?? entry.uri) ?? texts.get(entry.uri);
      if (text === undefined) return under.read(entry, as);
      return as === 'bytes' ? { ...entry, bytes: Buffer.from(text) } : { ...entry, text };
    },
  };
}

/** Beside the others of its folder. */
function placeFor({ uri }: Entry, entries: readonly Entry[]): number {
  const last = entries.findLastIndex((entry) => folderOf(entry.uri) === folderOf(uri));
  return last === -1 ? entries.length : last + 1;
}
