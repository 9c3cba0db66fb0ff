import { compare, intersects, major, prerelease, satisfies, subset, valid, validRange } from 'semver';

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
  // Bounds as npm writes them out: `2.x` begins at 2.0.0, not at its pre-releases.
  const bounds = validRange(range, true);
  if (bounds === null) return undefined;
  const bad = affected.join(' || ');
  if (!intersects(bounds, bad, loose)) return 'none';
  return subset(bounds, bad, loose) ? 'all' : 'some';
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

/** Whether a locked version is one that the range asks for; undefined when either cannot be read. */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  if (exactVersion(version) === undefined || validRange(range, true) === null) return undefined;
  return satisfies(version, range, true);
}

/** Whether the range has no upper end, so that any future release fits. */
export function isOpenEnded(range: string): boolean {
  const normal = validRange(range, true);
  if (normal === null) return false;
  return normal.split('||').some((part) => part === '' || part === '*' || /^>[^<]*$/.test(part));
}

/** Whether an npm range admits a release of a cycle (`18`, `0.12`); undefined when the range is none. */
export function rangeAdmits(range: string, cycle: string): boolean | undefined {
  if (validRange(range, true) === null || validRange(`${cycle}.x`) === null) return undefined;
  return intersects(range, `${cycle}.x`, true);
}

export function isExact(range: string): boolean {
  return valid(range.replace(/^=\s*/, ''), true) !== null;
}

const loose = { loose: true, includePrerelease: true } as const;

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
