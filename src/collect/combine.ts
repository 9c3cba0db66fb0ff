import { type Collected, type Collector, type Entry, listing } from '../source.ts';

/** Several collectors as one; of two entries at one path the first stands. */
export function combine(collectors: readonly Collector[]): Collector {
  const [only, ...more] = collectors;
  if (only && more.length === 0) return only;
  const owner = new Map<string, Collector>();
  return {
    name: collectors.map(({ name }) => name).join(' '),
    async list() {
      const parts: Collected[] = [];
      const entries: Entry[] = [];
      for (const collector of collectors) {
        const part = await collector.list();
        parts.push(part);
        for (const entry of part.listing.entries) {
          if (owner.has(entry.uri)) continue;
          owner.set(entry.uri, collector);
          entries.push(entry);
        }
      }
      const root = parts.find((part) => part.listing.root !== undefined)?.listing.root;
      return {
        listing: listing(entries, { root, base: commonFolder(parts.map((part) => part.listing.base)) }),
        failures: parts.flatMap(({ failures }) => failures),
        skipped: parts.flatMap(({ skipped }) => skipped),
      };
    },
    read: (entry, as) => owner.get(entry.uri)?.read(entry, as) ?? { uri: entry.uri, error: 'was not listed' },
  };
}

function commonFolder(folders: readonly string[]): string {
  const [parts = [], ...others] = folders.map((folder) => folder.split('/'));
  const differs = parts.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (differs === -1 ? parts : parts.slice(0, differs)).join('/');
}
