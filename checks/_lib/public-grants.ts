import type { Severity } from '../../src/check.ts';
import type { PublicGrant } from '../../src/facts/aws/s3.ts';

export function shortly(actions: readonly string[]): string {
  return `${actions.slice(0, 3).join(', ')}${actions.length > 3 ? ' and more' : ''}`;
}

/** AWS calls a policy public whatever it denies; what the denial leaves open decides how bad it is. */
export function severityOf(denial: PublicGrant['denial'], open: Severity): Severity {
  if (!denial) return open;
  return denial.isCertain ? 'low' : 'medium';
}

export function exception(denial: PublicGrant['denial']): string {
  if (!denial) return '';
  const name = denial.sid === null ? 'another statement' : `statement ${denial.sid}`;
  return denial.isCertain ? `, and ${name} denies it again` : `, except where ${name} denies it`;
}
