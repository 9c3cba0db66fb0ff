import { nearest } from '../policy/nearest.ts';
import type { CheckRecord } from '../report/document.ts';
import type { Names } from '../suppress/ignore.ts';

/** What names of checks and of other tools' rules mean, from what is known of all checks. */
export function namesOf(records: ReadonlyMap<string, CheckRecord>): Names {
  const ids = new Map<string, string>();
  const rules = new Map<string, string[]>();
  for (const [id, { was = [], equivalents = {} }] of records) {
    for (const name of [id, ...was]) ids.set(name.toLowerCase(), id);
    for (const [tool, names] of Object.entries(equivalents)) {
      for (const name of names) {
        for (const key of new Set([ruleKey(tool, name), `${tool} *`]))
          rules.set(key, [...new Set([...(rules.get(key) ?? []), id])]);
      }
    }
  }
  return {
    resolve: (name) => {
      const wanted = name.toLowerCase();
      if (wanted.endsWith('/*'))
        return [...records.keys()].filter((id) => id.startsWith(wanted.slice(0, -1)));
      const found = ids.get(wanted);
      return found === undefined ? [] : [found];
    },
    nearest: (name) => nearest(name, [...records.keys()]),
    equivalents: (tool, rule) => rules.get(ruleKey(tool, rule)) ?? [],
  };
}

/** Tools write their ids in several ways: `DS002`, `DS-0002` and `AVD-DS-0002` are one. */
function ruleKey(tool: string, rule: string): string {
  const bare = rule.toLowerCase().replace(/^avd-/, '');
  const spelt = /^([a-z]+)-?0*(\d+)$/.exec(bare);
  return `${tool} ${tool === 'trivy' && spelt ? `${spelt[1]}-${spelt[2]}` : bare}`;
}
