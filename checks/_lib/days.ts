const day = 24 * 60 * 60 * 1000;

/** Whether more than `days` have passed, to the millisecond. */
export function olderThan(time: number, days: number, now: number): boolean {
  return now - time > days * day;
}

export function daysSince(time: number, now: number): number {
  return Math.floor((now - time) / day);
}
