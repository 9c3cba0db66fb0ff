import type { Condition, Policy, Principal, Statement } from '../../model/aws.ts';
import { coversAction } from './allows.ts';
import { conditionOn, isFixed, isPositive } from './conditions.ts';

/** Trust statements that let somebody assume the role; tagging a session alone lets nobody in. */
export function assuming({ statements }: Policy): readonly Statement[] {
  const ways = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];
  return statements.filter(
    (statement) => statement.effect === 'Allow' && ways.some((action) => coversAction(statement, action)),
  );
}

/** The twelve digits of an account that a principal names: as such, as root, as a user or a role. */
export function accountOf({ type, value }: Principal): string | undefined {
  if (type !== 'AWS') return undefined;
  return /^(\d{12})$/.exec(value)?.[1] ?? /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(value)?.[1];
}

/** Keys that tie the caller to an organisation, an account, an identity or a network of one's own. */
const tying: readonly (readonly [key: string, isTied: (value: string) => boolean])[] = [
  ['aws:PrincipalOrgID', isFixed],
  ['aws:PrincipalOrgPaths', (value) => /^o-\w+\//.test(value)],
  ['aws:PrincipalAccount', isFixed],
  ['aws:PrincipalArn', (value) => /^arn:[^:]*:(iam|sts)::\d{12}:/.test(value)],
  ['aws:userid', (value) => /^[A-Z0-9]{16,}(:|$)/.test(value)],
  ['aws:SourceAccount', isFixed],
  ['aws:SourceOrgID', isFixed],
  ['aws:SourceArn', (value) => /^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(value)],
  ['aws:SourceVpc', isFixed],
  ['aws:SourceVpce', isFixed],
];

/** Whether only callers that one can name fulfil the statement's conditions. */
export function isTied(statement: Statement): boolean {
  return tying.some(([key, test]) =>
    conditionOn(statement, key).some((condition) => isPositive(condition) && all(condition, test)),
  );
}

/** Whether only accounts of one organisation fulfil the statement's conditions. */
export function isOfOrganisation(statement: Statement): boolean {
  return conditionOn(statement, 'aws:PrincipalOrgID').some(
    (condition) => isPositive(condition) && all(condition, isFixed),
  );
}

/** Whether the caller must send an external id that cannot be just any. */
export function asksForExternalId(statement: Statement): boolean {
  return conditionOn(statement, 'sts:ExternalId').some(
    (condition) => isPositive(condition) && all(condition, (value) => !/^[*?]*$/.test(value)),
  );
}

function all({ values }: Condition, test: (value: string) => boolean): boolean {
  return values.length > 0 && values.every(test);
}
