import type { Condition, Statement } from '../../model/aws.ts';

/** Conditions that are true of every request restrict nothing. */
export function isAlwaysTrue({ operator, key, values }: Condition): boolean {
  if (values.length === 0) return false;
  if (/^Bool(IfExists)?$/i.test(operator) && key.toLowerCase() === 'aws:securetransport')
    return values.every((value) => value.toLowerCase() === 'true');
  return /Like(IfExists)?$/i.test(operator) && !/Not/i.test(operator) && values.includes('*');
}

/** Whether the operator holds only for requests that have the key, with one of the values. */
export function isPositive({ operator }: Condition): boolean {
  return /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/i.test(
    operator,
  );
}

export function conditionOn({ conditions }: Statement, key: string): readonly Condition[] {
  return conditions.filter((condition) => condition.key.toLowerCase() === key.toLowerCase());
}

/** Neither pattern nor variable. */
export function isFixed(value: string): boolean {
  return !/[*?]|\$\{/.test(value);
}
