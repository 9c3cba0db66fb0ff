import { compare, intersects, major, prerelease, Range, satisfies, subset, valid, validRange } from 'semver';

/** What of a range of versions is affected. */
export type Share = 'all' | 'some' | 'none';

/**
 * Whether a version lies in one of the intervals (`>=1.0.0 <1.2.3`, `*`), ordered as OSV orders: 2.0.0-rc.1 comes
 * before 2.0.0 and is no exception to `<2.0.0`. Undefined for a version that is none.
 */
export function isAffected(version: string, affected: readonly string[]): boolean | undefined {
  const exact = exactVersion(version);
  if (exact === undefined) return undefined;
  return affected.some((interval) => interval.split(' ').every((bound) => holds(exact, bound)));
}

/** How much of an npm range lies in the intervals; undefined when the range is none. */
export function affectedShare(range: string, affected: readonly string[]): Share | undefined {
  const asked = rangeIn(range);
  if (!asked) return undefined;
  const bad = badRange(affected);
  if (!asked.intersects(bad, loose)) return 'none';
  return subset(asked, bad, loose) ? 'all' : 'some';
}

/**
 * The lowest version from `version` upwards that none of the interval lists holds: in its own major version where
 * there is one, else above. Only versions that fixed something are known, so only they are tried.
 */
export function lowestSafe(version: string, lists: readonly (readonly string[])[]): string | undefined {
  const exact = exactVersion(version);
  if (exact === undefined) return undefined;
  const candidates = [...new Set(lists.flat().flatMap(fixesIn))]
    .filter((fix) => valid(fix) !== null && compare(fix, exact) > 0 && prerelease(fix) === null)
    .filter((fix) => lists.every((affected) => isAffected(fix, affected) === false))
    .sort(compare);
  return candidates.find((fix) => major(fix) === major(exact)) ?? candidates[0];
}

/** A `^` or `~` range that begins at the lowest sound version which it admits; undefined when there is none. */
export function raisedRange(range: string, lists: readonly (readonly string[])[]): string | undefined {
  const [, sign = '', from = ''] = /^([~^])(\d+\.\d+\.\d+)$/.exec(range) ?? [];
  const safe = lowestSafe(from, lists);
  if (safe === undefined || !satisfies(safe, range)) return undefined;
  const raised = `${sign}${safe}`;
  return lists.every((affected) => affectedShare(raised, affected) === 'none') ? raised : undefined;
}

/** Whether a locked version is one that the range asks for; undefined when either cannot be read. */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  if (range.length > longestRange || validRange(range, true) === null) return undefined;
  if (exactVersion(version) === undefined) return undefined;
  return satisfies(version, range, true);
}

/** Whether the range has no upper end, so that any future release fits. */
export function isOpenEnded(range: string): boolean {
  const normal = range.length > longestRange ? null : validRange(range, true);
  if (normal === null) return false;
  return normal.split('||').some((part) => part === '' || part === '*' || /^>[^<]*$/.test(part));
}

/** Whether an npm range admits a release of a cycle (`18`, `0.12`); undefined when the range is none. */
export function rangeAdmits(range: string, cycle: string): boolean | undefined {
  if (range.length > longestRange || validRange(range, true) === null) return undefined;
  if (validRange(`${cycle}.x`) === null) return undefined;
  return intersects(range, `${cycle}.x`, true);
}

const loose = { loose: true, includePrerelease: true } as const;

/** Longer ones are not written by people, and cost time that grows with their square. */
const longestRange = 300;

let lastRange: { readonly text: string; readonly range: Range | undefined } | undefined;

/** A range with its bounds as npm writes them out: `2.x` begins at 2.0.0, not at its pre-releases. */
function rangeIn(text: string): Range | undefined {
  if (lastRange?.text !== text) {
    const bounds = text.length > longestRange ? null : validRange(text, true);
    lastRange = { text, range: bounds === null ? undefined : new Range(bounds, loose) };
  }
  return lastRange.range;
}

const badRanges = new WeakMap<readonly string[], Range>();

function badRange(affected: readonly string[]): Range {
  const known = badRanges.get(affected);
  if (known) return known;
  const made = new Range(affected.join(' || '), loose);
  badRanges.set(affected, made);
  return made;
}

function exactVersion(text: string): string | undefined {
  return valid(text, true) ?? undefined;
}

function fixesIn(interval: string): readonly string[] {
  const fix = /(?:^| )<([^=\s]\S*)$/.exec(interval)?.[1];
  return fix === undefined ? [] : [fix];
}

function holds(version: string, bound: string): boolean {
  const [, operator = '', limit = ''] = /^(>=|<=|>|<)(.+)$/.exec(bound) ?? [];
  if (operator === '') return bound === '*';
  const order = compare(version, limit, true);
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order < 0;
}
