import type { Statement } from '../../model/aws.ts';
import type { Resource } from '../../model/resource.ts';
import { type Access, allows, anyArn } from './allows.ts';

export interface Escalation {
  readonly action: string;
  /** What it is done to. */
  readonly on: string;
  readonly access: Access;
}

/**
 * Ways in which a principal can give itself any right: one action on itself, on a group it is in, or on a policy
 * that it holds. Source of the list: pathfinding.cloud, self-escalation paths iam-001 to iam-013.
 */
export function selfEscalations(
  { type, arn, groups, grants, account }: Resource<'iam.principal'>,
  statements: readonly Statement[],
): readonly Escalation[] {
  const groupArns = groups.map((name) => arn.replace(/:user\/.*$/, `:group/${name}`));
  const policies = grants.items.flatMap((use) => (use.customerManaged && use.arn !== null ? [use.arn] : []));
  const ways: readonly (readonly [action: string, targets: readonly string[]])[] = [
    ['iam:CreatePolicyVersion', policies],
    ...(type === 'role'
      ? ([
          ['iam:PutRolePolicy', [arn]],
          ['iam:AttachRolePolicy', [arn]],
        ] as const)
      : ([
          ['iam:PutUserPolicy', [arn]],
          ['iam:AttachUserPolicy', [arn]],
          ['iam:PutGroupPolicy', groupArns],
          ['iam:AttachGroupPolicy', groupArns],
          ['iam:AddUserToGroup', [anyArn('iam', account, 'group')]],
        ] as const)),
  ];
  return ways.flatMap(([action, targets]) =>
    targets.flatMap((target) => {
      const access = allows(statements, action, target);
      return access === 'no' ? [] : [{ action, on: target, access }];
    }),
  );
}
