import type { CheckRecord } from '../report/document.ts';

/** Checks that a word names: its id, a former one, or what another tool calls the same question. */
export function checksNamed(word: string, records: ReadonlyMap<string, CheckRecord>): readonly string[] {
  if (records.has(word)) return [word];
  const wanted = normal(word);
  const all = [...records];
  const own = all.filter(([id, { was = [] }]) => [id, ...was].some((name) => normal(name) === wanted));
  if (own.length > 0) return own.map(([id]) => id);
  return all
    .filter(([, { equivalents = {} }]) =>
      Object.values(equivalents)
        .flat()
        .some((name) => normal(name) === wanted),
    )
    .map(([id]) => id);
}

/** Ids that share something with a word that names none. */
export function namesLike(word: string, records: ReadonlyMap<string, CheckRecord>): readonly string[] {
  const last = word.split('/').at(-1)?.toLowerCase() || word.toLowerCase();
  return [...records.keys()].filter((id) => id.includes(last));
}

/** Trivy writes `AVD-DS-0002`, `DS-0002` and `DS002` for one thing; nobody remembers what is a capital. */
function normal(name: string): string {
  const lower = name.toLowerCase().replace(/^avd-/, '');
  const [, letters, number] = /^([a-z]+)-?0*(\d+)$/.exec(lower) ?? [];
  return letters === undefined ? lower.replaceAll('-', '_') : `${letters}-${number}`;
}
