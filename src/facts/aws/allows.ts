import type { Policy, Statement } from '../../model/aws.ts';
import { actionMatches, globMatches } from './glob.ts';

/** `conditional`: allowed, but only under a condition that may hold. */
export type Access = 'yes' | 'conditional' | 'no';

/**
 * Whether the policies together allow an action on a resource: the union of Allow minus unconditional Deny.
 * A Deny with a condition takes nothing away for certain and is passed over.
 */
export function allows(statements: readonly Statement[], action: string, resource: string): Access {
  let found: Access = 'no';
  for (const statement of statements) {
    if (!covers(statement, action, resource)) continue;
    const certain = isUnconditional(statement);
    if (statement.effect === 'Deny') {
      if (certain) return 'no';
    } else if (certain) found = 'yes';
    else if (found === 'no') found = 'conditional';
  }
  return found;
}

export function statementsOf(policies: readonly Policy[]): readonly Statement[] {
  return policies.flatMap(({ statements }) => statements);
}

/** Whether the statement's actions and resources take in this pair. */
export function covers(statement: Statement, action: string, resource: string): boolean {
  return coversAction(statement, action) && coversResource(statement, resource);
}

export function coversAction({ actions, notActions }: Statement, action: string): boolean {
  if (actions) return actions.some((pattern) => actionMatches(pattern, action));
  return notActions ? !notActions.some((pattern) => actionMatches(pattern, action)) : false;
}

function coversResource({ resources, notResources }: Statement, resource: string): boolean {
  if (resources) return resources.some((pattern) => globMatches(pattern, resource));
  // Trust and bucket policies may leave the resource out: then it is the thing they stand on.
  return notResources ? !notResources.some((pattern) => globMatches(pattern, resource)) : true;
}

/** Conditions that are always true restrict nothing. */
function isUnconditional({ conditions }: Statement): boolean {
  return conditions.every(
    ({ operator, key, values }) =>
      (/^Bool(IfExists)?$/i.test(operator) &&
        key.toLowerCase() === 'aws:securetransport' &&
        values.every((value) => value.toLowerCase() === 'true')) ||
      (/Like(IfExists)?$/i.test(operator) && !/Not/i.test(operator) && values.includes('*')),
  );
}

/** A name that no real resource has: a pattern that takes it in takes in any. */
const anything = 'hardpan-any-name';

/** Services whose arns have no region. */
const global: Readonly<Record<string, string>> = { iam: '', sts: '', organizations: '' };

/** An arn of the service that only a pattern for everything of its kind takes in. */
export function anyArn(service: string, account: string, type: string): string {
  if (service === 's3') return `arn:aws:s3:::${anything}/${anything}`;
  const region = global[service] ?? 'eu-hardpan-1';
  return `arn:aws:${service}:${region}:${account}:${type}/${anything}`;
}

/** What a principal needs to make itself anything: whoever may do these everywhere is an administrator. */
const powers: readonly (readonly [action: string, type: string])[] = [
  ['iam:CreatePolicyVersion', 'policy'],
  ['iam:PutRolePolicy', 'role'],
  ['iam:PutUserPolicy', 'user'],
  ['iam:AttachUserPolicy', 'user'],
  ['iam:AttachRolePolicy', 'role'],
  ['iam:CreateAccessKey', 'user'],
  ['iam:UpdateAssumeRolePolicy', 'role'],
];

/** Whether the statements amount to full administration of the account, by what they allow and not by how it is written. */
export function administers(statements: readonly Statement[], account: string): Access {
  const answers = powers.map(([action, type]) => allows(statements, action, anyArn('iam', account, type)));
  if (answers.includes('no')) return 'no';
  return answers.includes('conditional') ? 'conditional' : 'yes';
}
