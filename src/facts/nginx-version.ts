/** Oldest and newest release that a written version may mean: `1.25` is any 1.25.x. */
export interface VersionRange {
  readonly from: string;
  readonly to: string;
}

export function versionRange(text: string): VersionRange | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!found) return undefined;
  const [, major, minor, patch] = found;
  return { from: `${major}.${minor}.${patch ?? 0}`, to: `${major}.${minor}.${patch ?? 999}` };
}

/** Whether the release is `release` or later; undefined when the range spans it. */
function isAtLeast({ from, to }: VersionRange, release: string): boolean | undefined {
  if (compare(from, release) >= 0) return true;
  return compare(to, release) < 0 ? false : undefined;
}

function compare(left: string, right: string): number {
  const a = left.split('.').map(Number);
  const b = right.split('.').map(Number);
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What `ssl_protocols` is when nobody sets it; undefined when the range spans a change. */
export function defaultProtocols(range: VersionRange): readonly string[] | undefined {
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['1.27.3', ['TLSv1.2', 'TLSv1.3']],
    ['1.23.4', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['1.9.1', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['0.0.0', ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2']],
  ];
  for (const [release, protocols] of steps) {
    const reached = isAtLeast(range, release);
    if (reached === undefined) return undefined;
    if (reached) return protocols;
  }
  return undefined;
}
