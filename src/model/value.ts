import type { Location } from './location.ts';

/** One setting, with where its value came from. There is no `.value` on an unknown. */
export type Value<T> = Known<T> | Unknown;

export interface Known<T> {
  /** `declared`: told by the user's config, not by the tree. */
  readonly state: 'explicit' | 'inherited' | 'default' | 'declared';
  readonly value: T;
  readonly at: Location;
  /** For a default: whose it is ("redis 7 image"), so that a message can say so. */
  readonly why?: string;
}

export interface Unknown {
  readonly state: 'unknown';
  /** `unseen`: denied, unreadable, not collected, not supported. `unresolved`: a variable or template. */
  readonly sort: 'unseen' | 'unresolved';
  /** One cause is one text ("TAG is unset"): reports fold unknowns by it. */
  readonly reason: string;
  readonly at: Location;
}

/** A set that may not be all there: absence is provable only when `missing` is empty. */
export interface Many<T> {
  readonly items: readonly T[];
  readonly missing: readonly Unknown[];
}

/** Thrown by the readers below; the engine turns it into an `unknown` verdict, never a pass. */
export class Undetermined extends Error {
  override readonly name = 'Undetermined';
  readonly blockers: readonly Unknown[];

  constructor(blockers: readonly Unknown[]) {
    super(blockers.map(({ reason }) => reason).join('; '));
    this.blockers = blockers;
  }
}

export function explicit<T>(value: T, at: Location): Known<T> {
  return { state: 'explicit', value, at };
}

export function byDefault<T>(value: T, at: Location, why?: string): Known<T> {
  return why === undefined ? { state: 'default', value, at } : { state: 'default', value, at, why };
}

export function unresolved(reason: string, at: Location): Unknown {
  return { state: 'unknown', sort: 'unresolved', reason, at };
}

export function unseen(reason: string, at: Location): Unknown {
  return { state: 'unknown', sort: 'unseen', reason, at };
}

/** Reads a value, or ends the check as `unknown`. */
export function known<T>(value: Value<T>): T {
  if (value.state === 'unknown') throw new Undetermined([value]);
  return value.value;
}

/** The value where it is known, else `undefined`: for what only words a message, never for a judgement. */
export function valueIfKnown<T>(value: Value<T>): T | undefined {
  return value.state === 'unknown' ? undefined : value.value;
}

/** Derives a value and keeps its origin. */
export function mapValue<T, U>(value: Value<T>, change: (value: T) => U): Value<U> {
  return value.state === 'unknown' ? value : { ...value, value: change(value.value) };
}

/** Kleene's "or": true on the first hit, undetermined when there is none but something is missing. */
export function some<T>(many: Many<T>, test: (item: T) => boolean): boolean {
  return find(many, test) !== undefined;
}

/** Kleene's "and". */
export function every<T>(many: Many<T>, test: (item: T) => boolean): boolean {
  return !some(many, (item) => !test(item));
}

/** All items that pass, or undetermined when one cannot be judged or the set is not whole. */
export function filter<T>({ items, missing }: Many<T>, test: (item: T) => boolean): readonly T[] {
  const found = items.filter(test);
  if (missing.length > 0) throw new Undetermined(missing);
  return found;
}

export function find<T>({ items, missing }: Many<T>, test: (item: T) => boolean): T | undefined {
  const blockers = [...missing];
  for (const item of items) {
    try {
      if (test(item)) return item;
    } catch (error) {
      if (!(error instanceof Undetermined)) throw error;
      blockers.push(...error.blockers);
    }
  }
  if (blockers.length > 0) throw new Undetermined(blockers);
  return undefined;
}
