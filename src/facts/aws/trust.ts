import type { Condition, Principal, Statement } from '../../model/aws.ts';
import { coversAction } from './allows.ts';

/** Trust statements that let somebody assume the role; tagging a session alone lets nobody in. */
export function assuming({
  statements,
}: {
  readonly statements: readonly Statement[];
}): readonly Statement[] {
  const ways = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];
  return statements.filter(
    (statement) => statement.effect === 'Allow' && ways.some((action) => coversAction(statement, action)),
  );
}

export function conditionOn({ conditions }: Statement, key: string): readonly Condition[] {
  return conditions.filter((condition) => condition.key.toLowerCase() === key.toLowerCase());
}

/** The twelve digits of an account that a principal names: as such, as root, as a user or a role. */
export function accountOf({ type, value }: Principal): string | undefined {
  if (type !== 'AWS') return undefined;
  return /^(\d{12})$/.exec(value)?.[1] ?? /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(value)?.[1];
}
