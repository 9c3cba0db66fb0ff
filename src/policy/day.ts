const length = 86_400_000;

/** What is wrong with a text that looks like a date; undefined when it is one. */
export function dayFault(day: string): string | undefined {
  const time = Date.parse(day);
  const real = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day;
  return real ? undefined : `there is no day ${day}; give one as 2026-12-31`;
}

/** Whether the last day of something is over, anywhere in UTC. */
export function isOver(lastDay: string, now: number): boolean {
  return Date.parse(lastDay) + length <= now;
}

/** Days from one moment to the end of a day. */
export function daysUntil(lastDay: string, from: number): number {
  return Math.ceil((Date.parse(lastDay) - from) / length);
}
