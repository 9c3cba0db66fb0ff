import { Undetermined } from '../../model/value.ts';

/** One line of the attack surface: a subject, and what is to be known of it. */
export interface SurfaceEntry {
  readonly kind: 'in' | 'service' | 'data' | 'bucket' | 'principal' | 'unseen';
  /** What it is about: `https://shop.example.org/`, `db`; unique within its kind. */
  readonly subject: string;
  readonly facts: readonly SurfaceFact[];
}

export type SurfaceFact = readonly [name: string, value: string];

/** The value, or that it cannot be told: what hangs on something unseen stays a word of its own. */
export function told(make: () => string): string {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof Undetermined) return 'cannot be told';
    throw cause;
  }
}

/** Facts with a value; what is empty is not said. */
export function facts(all: Readonly<Record<string, string>>): readonly SurfaceFact[] {
  return Object.entries(all).filter(([, value]) => value !== '');
}
