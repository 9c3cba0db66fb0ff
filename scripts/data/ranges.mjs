import { compare, valid } from 'semver';

/**
 * The events of one source's record as intervals: `>=1.0.0 <1.2.3`, `<=2.1.1`, `*`. Events are sorted by version
 * first; what has no readable bound or an end before its beginning is left out.
 */
export function intervals(ranges = []) {
  return [...new Set(ranges.flatMap(({ type, events }) => (type === 'GIT' ? [] : ofEvents(events))))];
}

/** Whether an interval goes on for ever. */
export function isOpen(interval) {
  return !interval.includes('<');
}

/** The highest version that any of the advisories was fixed in. */
export function newestFix(advisories) {
  const fixes = advisories.flatMap(({ affected }) =>
    affected.flatMap((range) => /<([^=\s]\S*)$/.exec(range)?.[1] ?? []),
  );
  return fixes.sort(compare).at(-1);
}

/** The open interval with an end, unless it only begins behind that. */
export function endAt(interval, version) {
  const [, low] = /^>=?(\S+)$/.exec(interval) ?? [];
  if (low !== undefined && compare(low, version) >= 0) return interval;
  return [interval === '*' ? '' : interval, `<${version}`].filter(Boolean).join(' ');
}

function ofEvents(events) {
  const sorted = events
    .flatMap((event) => {
      const [kind] = ['introduced', 'fixed', 'last_affected'].filter((name) => event[name] !== undefined);
      const version = kind && full(event[kind]);
      return version ? [{ kind, version, exclusive: event.exclusive === true }] : [];
    })
    .sort((a, b) => compare(a.version, b.version) || order(a.kind) - order(b.kind));
  if (sorted.length < events.length) return [];
  const found = [];
  let low;
  for (const { kind, version, exclusive } of sorted) {
    if (kind === 'introduced') low = { version, exclusive };
    else if (low) {
      found.push(interval(low, kind === 'fixed' && isEndless(version) ? undefined : { kind, version }));
      low = undefined;
    }
  }
  if (low) found.push(interval(low, undefined));
  return found.filter((text) => text !== undefined);
}

function interval(low, high) {
  const end = high && !isEndless(high.version) ? high : undefined;
  if (end) {
    const gap = compare(low.version, end.version);
    if (gap > 0 || (gap === 0 && (end.kind === 'fixed' || end.version === '0.0.0'))) return undefined;
  }
  const from = low.version === '0.0.0' ? '' : `${low.exclusive ? '>' : '>='}${low.version}`;
  const to = end ? `${end.kind === 'fixed' ? '<' : '<='}${end.version}` : '';
  return [from, to].filter(Boolean).join(' ') || '*';
}

/** `99.999.99999` and its like stand for "every version". */
function isEndless(version) {
  return /^99+\./.test(version);
}

function order(kind) {
  return kind === 'introduced' ? 1 : 0;
}

/** A version with all three parts, as the registry would have it (2026.04.1 is 2026.4.1); undefined when it is none. */
function full(text) {
  const [, numbers, rest = ''] =
    /^v?(\d+(?:\.\d+){0,2})(?:[.-]?([A-Za-z*][0-9A-Za-z.*-]*|-[0-9A-Za-z.-]+))?$/.exec(text) ?? [];
  if (numbers === undefined) return valid(text) ?? undefined;
  const parts = [...numbers.split('.'), '0', '0']
    .slice(0, 3)
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.');
  const release = rest.replace(/^-/, '').replaceAll('*', '0');
  return valid(release === '' ? parts : `${parts}-${release}`) ?? valid(text) ?? undefined;
}
