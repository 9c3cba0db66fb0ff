/** The last day before a moment at which other tools' ignores end: `2026-12-31` or a full time stamp. */
export function dayBefore(moment: unknown): string | undefined {
  const time =
    moment instanceof Date ? moment.getTime() : typeof moment === 'string' ? Date.parse(moment) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time - 1).toISOString().slice(0, 10);
}
