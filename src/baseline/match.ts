/** What tells a finding, now or as it once was. */
export interface Identity {
  readonly fingerprint: string;
  readonly looseFingerprint: string;
  readonly check: string;
}

export interface Matched<N, O> {
  readonly known: ReadonlyMap<N, O>;
  /** Old ones that nothing fits any more. */
  readonly gone: readonly O[];
}

/**
 * Finds today's findings among old ones: by their fingerprints, then, of those left on both sides, by the loose ones
 * (a file was moved). Each old one is used once, so that a copy of a file is new.
 */
export function match<N extends Identity, O extends Identity>(
  now: Iterable<N>,
  old: Iterable<O>,
): Matched<N, O> {
  const left = new Map<string, O>();
  for (const one of old) left.set(one.fingerprint, one);
  const known = new Map<N, O>();
  const fresh: N[] = [];
  for (const one of now) {
    const same = left.get(one.fingerprint);
    if (same && left.delete(one.fingerprint)) known.set(one, same);
    else fresh.push(one);
  }
  const moved = new Map<string, O[]>();
  for (const one of left.values()) {
    const key = looseKey(one);
    moved.set(key, [...(moved.get(key) ?? []), one]);
  }
  for (const one of fresh) {
    const from = moved.get(looseKey(one))?.shift();
    if (from && left.delete(from.fingerprint)) known.set(one, from);
  }
  return { known, gone: [...left.values()] };
}

function looseKey({ check, looseFingerprint }: Identity): string {
  return `${check} ${looseFingerprint}`;
}
