import { Script } from 'node:vm';

/** Thrown when the user interrupts the run. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Slot {
  hardpanGuardedWork?: () => void;
}

const entry = new Script('globalThis.hardpanGuardedWork()', { filename: 'guard' });

/** Work in small repeatable steps, with its place kept outside the steps. */
export interface Work {
  /** Does the piece of work at the current place and moves on; false when nothing is left. */
  step(): boolean;
  /** Gives up the piece at the current place, which took too long, and moves on. */
  skip(): void;
}

/**
 * Ends any single step that takes longer than `limit` milliseconds: endless loops, generators and catastrophic
 * regular expressions alike. One watch spans many steps, since starting it costs a thread; a step that is cut off
 * before it had its full time is begun again.
 */
export function workWithin(work: Work, limit: number): void {
  let began = 0;
  const all = (): void => {
    do began = performance.now();
    while (work.step());
  };
  while (!within(limit, all)) if (performance.now() - began >= limit * 0.9) work.skip();
}

/** The same for a list: `overrun` is called with each item that took too long. */
export function eachWithin<T>(
  items: readonly T[],
  work: (item: T) => void,
  limit: number,
  overrun: (item: T) => void,
): void {
  let place = 0;
  const next = (then: (item: T) => void): boolean => {
    const item = items[place];
    if (place >= items.length) return false;
    then(item as T);
    place += 1;
    return true;
  };
  workWithin({ step: () => next(work), skip: () => next(overrun) }, limit);
}

/** Runs synchronous work under a time limit; false when it was ended. */
function within(limit: number, work: () => void): boolean {
  const slot = globalThis as Slot;
  const before = slot.hardpanGuardedWork;
  slot.hardpanGuardedWork = work;
  try {
    entry.runInThisContext({ timeout: limit, breakOnSigint: true });
    return true;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    if (code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw new Interrupted('interrupted');
    throw cause;
  } finally {
    if (before === undefined) delete slot.hardpanGuardedWork;
    else slot.hardpanGuardedWork = before;
  }
}
