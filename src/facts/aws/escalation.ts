import type { GroupGrants, PolicyUse, Statement } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import type { Unknown } from '../../model/value.ts';
import { type Access, type Asker, administers, allows, decide } from './allows.ts';

export interface Escalation {
  readonly action: string;
  /** What it is done to. */
  readonly on: string;
  readonly access: Access;
  /** Whether it ends in every right there is, or only in those of somebody else. */
  readonly isStrong: boolean;
  /** Why that cannot be told for certain. */
  readonly blockers: readonly Unknown[];
  /** Where the action is allowed. */
  readonly at: Location | undefined;
}

type Way = readonly [action: string, targets: readonly Target[]];

interface Target {
  readonly arn: string;
  /** Without a reason to doubt: whether it gives every right. */
  readonly isStrong: boolean;
  readonly blockers: readonly Unknown[];
}

/**
 * Ways in which a principal can give itself more rights: one action on itself, on a group, or on a policy that it
 * holds. Source of the list: pathfinding.cloud, self-escalation paths iam-001 to iam-013.
 */
export function selfEscalations(
  principal: Resource<'iam.principal'>,
  statements: readonly Statement[],
  limit: readonly Statement[] | null,
): readonly Escalation[] {
  const asker = askerOf(principal);
  return waysOf(principal).flatMap(([action, targets]) =>
    targets.flatMap(({ arn: on, isStrong, blockers }) => {
      const { access, at } = decide(statements, action, on, asker);
      const within = limit ? allows(limit, action, on, asker) : 'yes';
      if (access === 'no' || within === 'no') return [];
      return [{ action, on, at, isStrong, blockers, access: within === 'yes' ? access : 'conditional' }];
    }),
  );
}

function askerOf({ type, arn }: Resource<'iam.principal'>): Asker {
  return { username: type === 'user' ? (arn.split('/').at(-1) ?? null) : null };
}

function waysOf(principal: Resource<'iam.principal'>): readonly Way[] {
  const { type, arn, groups, grants, account, joinable } = principal;
  const owned = grants.items.filter(({ customerManaged }) => customerManaged);
  const arns = (uses: readonly PolicyUse[]) => uses.flatMap((use) => use.arn ?? []).map(whole);
  const ways: readonly Way[] = [
    ['iam:CreatePolicyVersion', arns(owned)],
    // Going back to a version that allowed everything.
    ['iam:SetDefaultPolicyVersion', arns(owned.filter((use) => wasAdministration(use, account)))],
  ];
  if (type === 'role')
    return [...ways, ['iam:PutRolePolicy', [whole(arn)]], ['iam:AttachRolePolicy', [whole(arn)]]];
  const own = groups.map((name) => arn.replace(/:user\/.*$/, `:group/${name}`));
  const ownGroups = joinable.filter(({ name }) => groups.includes(name)).map((group) => group.arn);
  const inGroups = (ownGroups.length === groups.length ? ownGroups : own).map(whole);
  return [
    ...ways,
    ['iam:PutUserPolicy', [whole(arn)]],
    ['iam:AttachUserPolicy', [whole(arn)]],
    ['iam:PutGroupPolicy', inGroups],
    ['iam:AttachGroupPolicy', inGroups],
    [
      'iam:AddUserToGroup',
      joinable.filter(({ name }) => !groups.includes(name)).map((group) => strengthOf(group, account)),
    ],
  ];
}

function whole(arn: string): Target {
  return { arn, isStrong: true, blockers: [] };
}

function strengthOf({ arn, grants }: GroupGrants, account: string): Target {
  const blockers = grants.flatMap(({ document }): readonly Unknown[] =>
    document.state === 'unknown' ? [document] : [],
  );
  const known = grants.flatMap(({ document }) =>
    document.state === 'unknown' ? [] : document.value.statements,
  );
  const isStrong = administers(known, account).access === 'yes';
  return { arn, isStrong, blockers: isStrong ? [] : blockers };
}

function wasAdministration({ otherVersions }: PolicyUse, account: string): boolean {
  return otherVersions.some(({ statements }) => administers(statements, account).access === 'yes');
}
