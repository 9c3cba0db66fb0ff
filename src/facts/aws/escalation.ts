import type { GroupGrants, PolicyUse, Statement } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import type { Unknown } from '../../model/value.ts';
import { type Access, type Asker, administers, allows, coversAction, decide } from './allows.ts';

export interface Escalation {
  readonly action: string;
  /** What it is done to. */
  readonly on: string;
  readonly access: Access;
  /** Whether it ends in every right there is, or only in those of somebody else. */
  readonly isStrong: boolean;
  /** How many others of its kind it can be done to. */
  readonly others: number;
  /** Why that cannot be told for certain. */
  readonly blockers: readonly Unknown[];
  /** Where the action is allowed. */
  readonly at: Location | undefined;
}

type Way = readonly [action: string, targets: () => readonly Target[]];

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
  const granted = statements.filter(({ effect }) => effect === 'Allow');
  return waysOf(principal).flatMap(([action, targets]) => {
    if (!granted.some((statement) => coversAction(statement, action))) return [];
    const found = targets().flatMap(({ arn: on, isStrong, blockers }) => {
      const { access, at } = decide(statements, action, on, asker);
      const within = limit ? allows(limit, action, on, asker) : 'yes';
      if (access === 'no' || within === 'no') return [];
      const limited: Access = within === 'yes' ? access : 'conditional';
      return [{ action, on, at, isStrong, blockers, access: limited, others: 0 }];
    });
    return strongest(found);
  });
}

/** Of what one action can be done to, the one that gives most; what could not be read may give more. */
function strongest(found: readonly Escalation[]): readonly Escalation[] {
  const [first, ...rest] = found;
  if (!first) return [];
  const best = rest.reduce((left, right) => (weight(right) > weight(left) ? right : left), first);
  const doubts = best.isStrong ? [] : found.flatMap(({ blockers }) => blockers);
  return [{ ...best, blockers: doubts, others: rest.length }];
}

function weight({ isStrong, access }: Escalation): number {
  return (isStrong ? 2 : 0) + (access === 'yes' ? 1 : 0);
}

function askerOf({ type, arn }: Resource<'iam.principal'>): Asker {
  return { username: type === 'user' ? (arn.split('/').at(-1) ?? null) : null };
}

function waysOf(principal: Resource<'iam.principal'>): readonly Way[] {
  const { type, arn, groups, grants, account, joinable } = principal;
  const owned = grants.items.filter(({ customerManaged }) => customerManaged);
  const arns = (uses: readonly PolicyUse[]) => uses.flatMap((use) => use.arn ?? []).map(whole);
  const ways: readonly Way[] = [
    ['iam:CreatePolicyVersion', () => arns(owned)],
    // Going back to a version that allowed everything.
    ['iam:SetDefaultPolicyVersion', () => arns(owned.filter((use) => wasAdministration(use, account)))],
  ];
  const itself = () => [whole(arn)];
  if (type === 'role') return [...ways, ['iam:PutRolePolicy', itself], ['iam:AttachRolePolicy', itself]];
  const inGroups = () => groupArns(principal).map(whole);
  const others = () =>
    joinable.filter(({ name }) => !groups.includes(name)).map((group) => strengthOf(group, account));
  return [
    ...ways,
    ['iam:PutUserPolicy', itself],
    ['iam:AttachUserPolicy', itself],
    ['iam:PutGroupPolicy', inGroups],
    ['iam:AttachGroupPolicy', inGroups],
    ['iam:AddUserToGroup', others],
  ];
}

/** Arns of the groups that a user is in; of one that was not read, as it would be without a path. */
function groupArns({ arn, groups, joinable }: Resource<'iam.principal'>): readonly string[] {
  const known = new Map(joinable.map((group) => [group.name, group.arn]));
  return groups.map((name) => known.get(name) ?? arn.replace(/:user\/.*$/, `:group/${name}`));
}

function whole(arn: string): Target {
  return { arn, isStrong: true, blockers: [] };
}

const strengths = new WeakMap<GroupGrants, Target>();

function strengthOf(group: GroupGrants, account: string): Target {
  const known = strengths.get(group);
  if (known) return known;
  const documents = group.grants.map(({ document }) => document);
  const unread = documents.flatMap((document): readonly Unknown[] =>
    document.state === 'unknown' ? [document] : [],
  );
  const statements = documents.flatMap((document) =>
    document.state === 'unknown' ? [] : document.value.statements,
  );
  const isStrong = administers(statements, account).access === 'yes';
  const made = { arn: group.arn, isStrong, blockers: isStrong ? [] : unread };
  strengths.set(group, made);
  return made;
}

function wasAdministration({ otherVersions }: PolicyUse, account: string): boolean {
  return otherVersions.some(({ statements }) => administers(statements, account).access === 'yes');
}
