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

/** One piece of a run; may be begun again, so it leaves no trace until it is through. */
export interface Task {
  /** Does it; returns what has to be done next, before all that waits. */
  run(): readonly Task[] | undefined;
  /** Notes that it took too long and was ended. */
  overrun(): void;
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

/** The same for tasks, in order, each followed by those that it asks for. */
export function tasksWithin(tasks: readonly Task[], limit: number): void {
  const waiting = tasks.toReversed();
  workWithin(
    {
      step: () => {
        const task = waiting.at(-1);
        if (!task) return false;
        const more = task.run() ?? [];
        waiting.pop();
        for (const one of more.toReversed()) waiting.push(one);
        return true;
      },
      skip: () => waiting.pop()?.overrun(),
    },
    limit,
  );
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
