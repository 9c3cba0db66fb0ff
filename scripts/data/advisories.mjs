import { baseScore, severityOf } from './cvss.mjs';
import { endAt, intervals, isOpen, newestFix } from './ranges.mjs';

/**
 * Joins the records of several sources to one list of advisories per package: one advisory for all the ids of one
 * flaw, with the ranges of the best source that has the package, never the union of what they say.
 * `sources` are best first: `{ name, records }`; `kev` tells since when an id is exploited; `withdrawn` ids are left out,
 * `disputed` ones marked.
 */
export function advisoriesByPackage(sources, ecosystem, { kev, withdrawn, disputed }) {
  const entries = sources.flatMap(({ name, records }) => entriesOf(name, records, ecosystem));
  const namesIn = (test) => new Set(entries.filter(test).map(({ package: name }) => name));
  const world = {
    kev,
    disputed,
    covered: namesIn(({ source }) => source === 'ghsa'),
    known: namesIn(({ source }) => source !== 'cpe'),
    /** Packages of which another source says that no version is safe. */
    hopeless: namesIn(({ source, affected }) => !/^(ghsa|cpe)$/.test(source) && affected.some(isOpen)),
  };
  const found = new Map();
  for (const group of groupByAlias(entries)) {
    if (group.some(({ ids }) => ids.some((id) => withdrawn.has(id)))) continue;
    for (const [name, ofPackage] of byPackage(group)) {
      const advisory = merged(name, ofPackage, group, world);
      if (advisory) found.set(name, [...(found.get(name) ?? []), advisory]);
    }
  }
  for (const [name, list] of found) found.set(name, settled(list));
  return found;
}

const severities = { LOW: 'low', MODERATE: 'medium', MEDIUM: 'medium', HIGH: 'high', CRITICAL: 'critical' };

/** Products whose name in CVE records is that of some other package of the registry. */
const namesakes = new Set(
  'actual angular-cli babel claude-code fabric forge javascript kit mlflow nest thrift'.split(' '),
);

/** One entry per package of each record that still stands. */
function entriesOf(source, records, ecosystem) {
  return records
    .filter(({ withdrawn }) => !withdrawn)
    .flatMap((record) => {
      const affected = record.affected.filter(({ package: of }) => of.ecosystem === ecosystem);
      const names = [...new Set(affected.map(({ package: of }) => of.name))];
      return names.map((name) => {
        const own = affected.filter(({ package: of }) => of.name === name);
        return {
          source,
          package: name,
          packages: names,
          ids: [record.id, ...(record.aliases ?? [])],
          affected: own.flatMap(({ intervals: written, ranges }) => written ?? intervals(ranges)),
          record,
        };
      });
    })
    .filter(({ affected }) => affected.length > 0);
}

function groupByAlias(entries) {
  const parent = new Map();
  const root = (id) => {
    let at = id;
    while (parent.get(at) !== at) at = parent.get(at);
    return at;
  };
  for (const { ids } of entries) {
    for (const id of ids) if (!parent.has(id)) parent.set(id, id);
    for (const id of ids) parent.set(root(id), root(ids[0]));
  }
  const groups = new Map();
  for (const entry of entries) {
    const key = root(entry.ids[0]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

function byPackage(entries) {
  const found = new Map();
  for (const entry of entries) found.set(entry.package, [...(found.get(entry.package) ?? []), entry]);
  return found;
}

function merged(name, entries, group, { covered, known, hopeless, kev, disputed }) {
  const ids = publicIds(group);
  const usable = entries.filter((entry) => isTrusted(entry, ids, { covered, known }));
  const best = usable[0];
  // Where the overlay tells which packages a flaw is in, a product's name adds nothing but errors.
  if (!best || (best.source === 'cpe' && group.some(({ source }) => source === 'overlay'))) return undefined;
  const bounded = usable.find(({ affected }) => !affected.some(isOpen));
  const isLost = best.source === 'ghsa' && best.affected.some(isOpen);
  const chosen = isLost && bounded ? bounded : best;
  const cwe = [...new Set(usable.flatMap(({ record }) => record.database_specific?.cwe_ids ?? []))];
  const sure = cwe.includes('CWE-506') || hopeless.has(name) || chosen.source === 'overlay';
  return {
    ids,
    affected: chosen.affected,
    ...rating(usable),
    ...(cwe.length > 0 ? { cwe: cwe.map((id) => id.replace('CWE-', '')) } : {}),
    ...optional('published', group.map(({ record }) => record.published?.slice(0, 10)).find(Boolean)),
    ...optional('exploited', exploitedSince(ids, group, kev)),
    ...(chosen.affected.some(isOpen) && !sure ? { doubt: 'no-fix-recorded' } : {}),
    ...(chosen.source === 'cpe' ? { doubt: 'product-name' } : {}),
    ...(ids.some((id) => disputed.has(id)) ? { doubt: 'disputed' } : {}),
    ...(ids.length === 1 && isOwn(ids[0]) && chosen.source !== 'overlay' ? { doubt: 'single-source' } : {}),
  };
}

/**
 * The export of the main source lost the last affected version of many records, and keeps withdrawn ones. So where a
 * record has no end and the package has had releases that fixed something else, it counts only up to the newest of those.
 */
function settled(list) {
  const newest = newestFix(list);
  return list
    .map((advisory) => {
      if (advisory.doubt !== 'no-fix-recorded' || !newest) return advisory;
      return {
        ...advisory,
        affected: advisory.affected.map((range) => (isOpen(range) ? endAt(range, newest) : range)),
      };
    })
    .sort((a, b) => (a.ids[0] < b.ids[0] ? -1 : 1));
}

function exploitedSince(ids, group, kev) {
  return (
    ids.map((id) => kev.get(id)).find(Boolean) ??
    group.find(({ record }) => record.exploited)?.record.exploited
  );
}

/** CVE first, then GHSA; a source's own ids only where there is no other. */
function publicIds(group) {
  const all = [...new Set(group.flatMap(({ ids }) => ids))].sort();
  const shared = all.filter((id) => !isOwn(id));
  return shared.length > 0 ? shared : all.slice(0, 1);
}

function isOwn(id) {
  return !/^(CVE|GHSA)-/.test(id);
}

/** Leaves out what repeats a better source without saying so, and products that were taken for packages. */
function isTrusted({ source, package: name, packages }, ids, { covered, known }) {
  if (ids.every(isOwn)) return source === 'overlay' || !covered.has(name);
  if (source !== 'cpe') return true;
  if (namesakes.has(name)) return false;
  return packages.length === 1 || known.has(name);
}

/** The word of the best source that has one, with the score that belongs to it. */
function rating(entries) {
  const scored = entries.map(({ record }) => ({
    word: severities[record.database_specific?.severity],
    score: (record.severity ?? []).map(({ score }) => baseScore(score)).find((score) => score !== undefined),
  }));
  const best = scored.find(({ word }) => word) ?? scored.find(({ score }) => score !== undefined);
  if (!best) return {};
  return { severity: best.word ?? severityOf(best.score), ...optional('score', best.score) };
}

function optional(key, value) {
  return value === undefined ? {} : { [key]: value };
}
