import { Undetermined, type Unknown, type Value } from '../../src/check.ts';

/** Ends the check as unknown when one of these could not be read; a variable that nobody set is another matter. */
export function seen(values: Iterable<Value<unknown>>): void {
  const lost: Unknown[] = [];
  for (const value of values) if (value.state === 'unknown' && value.sort === 'unseen') lost.push(value);
  if (lost.length > 0) throw new Undetermined(lost);
}
