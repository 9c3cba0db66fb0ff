import type { Resource } from '../../src/check.ts';

/** How a release cycle is supported on a day. */
export interface Support {
  /** No more corrections for everybody. */
  readonly ended: boolean;
  /** ISO date of the end; null when only the fact is known, or it has not ended. */
  readonly since: string | null;
  /** Until when paid or extended support corrects it still; null when nobody does. */
  readonly extended: string | null;
}

/** The last day of support is a day of support. */
export function supportOf(
  { endOfLife, endOfExtendedSupport }: Resource<'product.cycle'>,
  now: number,
): Support {
  const today = new Date(now).toISOString().slice(0, 10);
  const ended = typeof endOfLife === 'string' ? endOfLife < today : endOfLife;
  const isExtended = typeof endOfExtendedSupport === 'string' && endOfExtendedSupport >= today;
  return {
    ended,
    since: ended && typeof endOfLife === 'string' ? endOfLife : null,
    extended: ended && isExtended ? endOfExtendedSupport : null,
  };
}
