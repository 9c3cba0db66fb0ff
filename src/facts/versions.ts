import { intersects, parse, Range, type SemVer, satisfies, subset, valid, validRange } from 'semver';

/** What of a range of versions is affected. */
export type Share = 'all' | 'some' | 'none';

/**
 * Whether a version lies in one of the intervals (`>=1.0.0 <1.2.3`, `*`), ordered as OSV orders: 2.0.0-rc.1 comes
 * before 2.0.0 and is no exception to `<2.0.0`. Undefined for a version that is none.
 */
export function isAffected(version: string, affected: readonly string[]): boolean | undefined {
  const exact = parse(version, true);
  return exact ? lies(exact, affected) : undefined;
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
  const exact = parse(version, true);
  if (!exact) return undefined;
  const candidates = lists
    .flatMap((affected) => boundsOf(affected).flat())
    .flatMap(({ operator, limit }) => (operator === '<' ? [limit] : []))
    .filter((fix) => fix.compare(exact) > 0 && fix.prerelease.length === 0)
    .sort((left, right) => left.compare(right));
  const isSafe = (fix: SemVer): boolean => !lists.some((affected) => lies(fix, affected));
  const own = candidates.find((fix) => fix.major === exact.major && isSafe(fix));
  return (own ?? candidates.find(isSafe))?.version;
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

/** One end of an interval; `*` has none. */
interface Bound {
  readonly operator: string;
  readonly limit: SemVer;
}

const bounds = new WeakMap<readonly string[], readonly (readonly Bound[])[]>();

/** The ends of each interval; one that cannot be read holds nothing. */
function boundsOf(affected: readonly string[]): readonly (readonly Bound[])[] {
  const known = bounds.get(affected);
  if (known) return known;
  const made = affected.flatMap((interval) => {
    const parts = interval === '*' ? [] : interval.split(' ').map(boundIn);
    return parts.includes(undefined) ? [] : [parts.filter((part) => part !== undefined)];
  });
  bounds.set(affected, made);
  return made;
}

function boundIn(text: string): Bound | undefined {
  const [, operator = '', version = ''] = /^(>=|<=|>|<)(.+)$/.exec(text) ?? [];
  const limit = parse(version, true);
  return limit ? { operator, limit } : undefined;
}

function lies(version: SemVer, affected: readonly string[]): boolean {
  return boundsOf(affected).some((interval) => interval.every((bound) => holds(version, bound)));
}

function holds(version: SemVer, { operator, limit }: Bound): boolean {
  const order = version.compare(limit);
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order < 0;
}
