import { InvalidArgumentError } from 'commander';
import { UsageError } from './error.ts';

/** `32MiB` → bytes; undefined for what is no size. */
export function bytesIn(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)\s*(k|m|g)?i?b?$/i.exec(text) ?? [];
  return number === undefined
    ? undefined
    : Number(number) * 1024 ** ' kmg'.indexOf(unit.toLowerCase() || ' ');
}

/** `NAME=value` texts by their names. */
export function pairs(given: readonly string[], flag: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`${flag} ${text}: expected NAME=value`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** `2026-01-31` → milliseconds since the epoch. */
export function day(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgumentError('not a date such as 2026-01-31.');
  return time;
}
