import type { GroupGrants, Policy, PolicyUse } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { arnSymbol } from '../../model/symbol.ts';
import { byDefault, explicit, type Many, type Unknown, unseen, type Value } from '../../model/value.ts';
import { type Book, gapsOf, pagesOf } from './book.ts';
import { accountIn } from './books.ts';
import type { Details, Holder, Managed } from './iam-answers.ts';

interface World {
  readonly account: string;
  readonly managed: ReadonlyMap<string, Managed>;
  readonly groups: ReadonlyMap<string, Holder>;
  /** What each group gives, once for all users. */
  readonly joinable: GroupGrants[];
  /** A page that was lost might have held any of them. */
  readonly missing: readonly Unknown[];
}

/** Users, roles and policies with what they grant, from the account's authorization details. */
export function authorizationResources(book: Book): readonly Resource[] {
  const pages = pagesOf(book, 'GetAccountAuthorizationDetails').flatMap(({ told }) =>
    told.state === 'unknown' ? [] : [told.value],
  );
  const all = <L extends keyof Details>(list: L) =>
    pages.flatMap((page): readonly Details[L][number][] => page[list]);
  const policies = all('policies');
  const groups = all('groups');
  const { account } = book;
  const world: World = {
    account,
    managed: new Map(policies.map((policy) => [policy.arn, policy])),
    groups: new Map(groups.map((group) => [group.name, group])),
    joinable: [],
    missing: gapsOf(book, 'GetAccountAuthorizationDetails'),
  };
  for (const group of groups)
    world.joinable.push({ name: group.name, arn: group.arn, grants: uses(group, '', world) });
  const users = all('users');
  const roles = all('roles');
  return [
    ...policies.map((policy) => managedPolicy(account, policy)),
    ...users.flatMap((user) => inlinePolicies(account, 'user', user)),
    ...roles.flatMap((role) => inlinePolicies(account, 'role', role)),
    ...groups.flatMap((group) => inlinePolicies(account, 'group', group)),
    ...users.map((user) => principalOf(user, 'user', world)),
    ...roles.map((role) => principalOf(role, 'role', world)),
    ...roles.map((role) => roleOf(account, role)),
    ...world.missing.slice(0, 1).flatMap((gap) => unreadRest(book, gap)),
  ];
}

/** What a refused or unfinished answer left out: whatever is asked of it cannot be told. */
function unreadRest({ account, name }: Book, gap: Unknown): readonly Resource[] {
  const id = (kind: string) => `${kind}:${account}/?`;
  const { at } = gap;
  const policy = (origin: 'customer' | 'inline'): Resource<'iam.policy'> => ({
    kind: 'iam.policy',
    id: `${id('iam.policy')}${origin}`,
    name: `unread ${origin} policies of ${name}`,
    at,
    account,
    arn: '',
    origin,
    holder: null,
    attachments: gap,
    document: gap,
  });
  return [
    policy('customer'),
    policy('inline'),
    {
      kind: 'iam.principal',
      id: id('iam.principal'),
      name: `unread users and roles of ${name}`,
      at,
      account,
      type: 'role',
      arn: '',
      groups: [],
      grants: { items: [], missing: [gap] },
      joinable: [],
      boundary: gap,
    },
    {
      kind: 'iam.role',
      id: id('iam.role'),
      name: `unread roles of ${name}`,
      at,
      account,
      arn: '',
      serviceLinked: false,
      trust: gap,
    },
  ];
}

function managedPolicy(
  account: string,
  { name, arn, at, attachments, document }: Managed,
): Resource<'iam.policy'> {
  return {
    kind: 'iam.policy',
    id: `iam.policy:${account}/${arn}`,
    name: name || (arn.split('/').at(-1) ?? arn),
    at,
    symbols: [arnSymbol(arn)],
    account: accountIn(arn) ?? account,
    arn,
    origin: isOfAws(arn) ? 'aws' : 'customer',
    holder: null,
    attachments,
    document,
  };
}

function isOfAws(arn: string): boolean {
  return /^arn:[^:]*:iam::aws:/.test(arn);
}

function inlinePolicies(account: string, type: string, holder: Holder): readonly Resource<'iam.policy'>[] {
  return holder.inline.map(({ name, at, document }) => ({
    kind: 'iam.policy' as const,
    id: `iam.policy:${account}/inline/${type}/${holder.name}/${name}`,
    name,
    at,
    account: accountIn(holder.arn) ?? account,
    arn: '',
    origin: 'inline' as const,
    holder: `${type} ${holder.name}`,
    attachments: explicit(1, at),
    document,
  }));
}

function principalOf(holder: Holder, type: 'user' | 'role', world: World): Resource<'iam.principal'> {
  const { name, arn, at, groups, boundary } = holder;
  return {
    kind: 'iam.principal',
    id: `iam.principal:${world.account}/${type}/${name}`,
    name: `${type} ${name}`,
    at,
    symbols: [arnSymbol(arn)],
    account: accountIn(arn) ?? world.account,
    type,
    arn,
    groups,
    grants: grantsOf(holder, world),
    joinable: type === 'user' ? world.joinable : [],
    boundary: boundary === undefined ? byDefault(null, at) : documentOf(boundary, at, world),
  };
}

function grantsOf(holder: Holder, world: World): Many<PolicyUse> {
  const ofGroups = holder.groups.map((name) => ({ name, group: world.groups.get(name) }));
  return {
    items: [
      ...uses(holder, '', world),
      ...ofGroups.flatMap(({ name, group }) => (group ? uses(group, `group ${name}: `, world) : [])),
    ],
    missing: ofGroups
      .filter(({ group }) => !group)
      .map(({ name }) => world.missing[0] ?? unseen(`group ${name} is not in the answer`, holder.at)),
  };
}

function uses({ inline, attached }: Holder, prefix: string, world: World): readonly PolicyUse[] {
  return [
    ...inline.map(({ name, document }) => ({
      by: `${prefix}inline policy ${name}`,
      arn: null,
      customerManaged: false,
      document,
      otherVersions: [],
    })),
    ...attached.map(({ name, arn, at }) => ({
      by: `${prefix}policy ${name}`,
      arn,
      customerManaged: !isOfAws(arn),
      document: documentOf(arn, at, world),
      otherVersions: world.managed.get(arn)?.otherVersions ?? [],
    })),
  ];
}

function documentOf(arn: string, at: Location, { managed, missing }: World): Value<Policy> {
  const [lost] = missing;
  return managed.get(arn)?.document ?? lost ?? unseen(`the document of ${arn} is not in the answer`, at);
}

function roleOf(account: string, { name, arn, at, trust }: Holder): Resource<'iam.role'> {
  return {
    kind: 'iam.role',
    id: `iam.role:${account}/${name}`,
    name,
    at,
    account: accountIn(arn) ?? account,
    arn,
    serviceLinked: arn.includes(':role/aws-service-role/'),
    trust,
  };
}
