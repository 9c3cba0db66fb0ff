import { get, items, type JsonNode, stringOf } from '../../lang/json.ts';
import type { Policy, PolicyUse } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { arnSymbol } from '../../model/symbol.ts';
import { byDefault, explicit, type Many, type Unknown, unseen, type Value } from '../../model/value.ts';
import type { Book } from './book.ts';
import { policyFrom } from './policy.ts';

/** One object of an authorization answer with the source it stands in: an answer may have many pages. */
interface Item {
  readonly node: JsonNode;
  readonly at: Location;
}

interface World {
  readonly account: string;
  readonly managed: ReadonlyMap<string, Value<Policy>>;
  readonly groups: ReadonlyMap<string, Item>;
  /** A page that was lost might have held any of them. */
  readonly missing: readonly Unknown[];
}

/** Users, roles and policies with what they grant, from the account's authorization details. */
export function authorizationResources(book: Book): readonly Resource[] {
  const managedItems = collect(book, 'Policies');
  const world: World = {
    account: book.account,
    managed: new Map(managedItems.map((item) => [text(item, 'Arn'), defaultVersion(item)])),
    groups: new Map(collect(book, 'GroupDetailList').map((item) => [text(item, 'GroupName'), item])),
    missing: lostPages(book),
  };
  const users = collect(book, 'UserDetailList');
  const roles = collect(book, 'RoleDetailList');
  return [
    ...managedItems.map((item) => managedPolicy(book.account, item)),
    ...[...users, ...roles, ...world.groups.values()].flatMap((item) => inlinePolicies(book.account, item)),
    ...users.map((item) => principalOf(item, 'user', world)),
    ...roles.map((item) => principalOf(item, 'role', world)),
    ...roles.map((item) => roleOf(book.account, item)),
  ];
}

function collect(book: Book, list: string): readonly Item[] {
  return (book.answers.get('GetAccountAuthorizationDetails ') ?? []).flatMap((answer) => {
    if (answer.type !== 'json') return [];
    const { source } = answer.at;
    return items(get(answer.root, list)).map((node) => ({
      node,
      at: { source, start: node.start, end: node.end },
    }));
  });
}

function lostPages(book: Book): readonly Unknown[] {
  const key = 'GetAccountAuthorizationDetails ';
  const error = book.lost.get(key);
  const refused = (book.answers.get(key) ?? []).filter(
    (answer) => answer.type === 'error' || answer.type === 'empty',
  );
  return [
    ...(error === undefined ? [] : [unseen(`GetAccountAuthorizationDetails: ${error}`, book.at)]),
    ...refused.map(({ at }) => unseen('a page of GetAccountAuthorizationDetails has no answer', at)),
  ];
}

function text({ node }: Item, member: string): string {
  return stringOf(get(node, member)) ?? '';
}

function part(node: JsonNode, { at }: Item): Item {
  return { node, at: { source: at.source, start: node.start, end: node.end } };
}

function parts(item: Item, list: string): readonly Item[] {
  return items(get(item.node, list)).map((node) => part(node, item));
}

function defaultVersion(item: Item): Value<Policy> {
  const version = parts(item, 'PolicyVersionList').find(({ node }) => {
    const flag = get(node, 'IsDefaultVersion');
    return flag?.type === 'boolean' && flag.value === true;
  });
  if (!version) return unseen(`the default version of ${text(item, 'Arn')} is not in the answer`, item.at);
  return policyFrom(get(version.node, 'Document'), item.at.source, item.at);
}

function managedPolicy(account: string, item: Item): Resource<'iam.policy'> {
  const arn = text(item, 'Arn');
  const count = get(item.node, 'AttachmentCount');
  return {
    kind: 'iam.policy',
    id: `iam.policy:${account}/${arn}`,
    name: text(item, 'PolicyName') || arn,
    at: item.at,
    symbols: [arnSymbol(arn)],
    account: numberOf(arn, account),
    arn,
    origin: isOfAws(arn) ? 'aws' : 'customer',
    holder: null,
    attachments:
      count?.type === 'number'
        ? explicit(Number(count.value), item.at)
        : unseen(`how often ${arn} is attached is not told`, item.at),
    document: defaultVersion(item),
  };
}

/** The account's number as its arns have it; what stands for it in the export's path otherwise. */
function numberOf(arn: string, account: string): string {
  return /^arn:[^:]*:iam::(\d{12}):/.exec(arn)?.[1] ?? account;
}

function isOfAws(arn: string): boolean {
  return /^arn:[^:]*:iam::aws:/.test(arn);
}

const inlineLists = ['UserPolicyList', 'RolePolicyList', 'GroupPolicyList'] as const;

function inlinePolicies(account: string, holder: Item): readonly Resource<'iam.policy'>[] {
  const name = text(holder, 'UserName') || text(holder, 'RoleName') || text(holder, 'GroupName');
  return inlineLists.flatMap((list) =>
    parts(holder, list).map((item) => ({
      kind: 'iam.policy' as const,
      id: `iam.policy:${account}/inline/${list.slice(0, -'PolicyList'.length).toLowerCase()}/${name}/${text(item, 'PolicyName')}`,
      name: text(item, 'PolicyName'),
      at: item.at,
      account: numberOf(text(holder, 'Arn'), account),
      arn: '',
      origin: 'inline' as const,
      holder: name,
      attachments: explicit(1, item.at),
      document: policyFrom(get(item.node, 'PolicyDocument'), item.at.source, item.at),
    })),
  );
}

function principalOf(item: Item, type: 'user' | 'role', world: World): Resource<'iam.principal'> {
  const name = text(item, type === 'user' ? 'UserName' : 'RoleName');
  const groups = items(get(item.node, 'GroupList')).flatMap((node) => stringOf(node) ?? []);
  const boundary = stringOf(get(item.node, 'PermissionsBoundary', 'PermissionsBoundaryArn'));
  return {
    kind: 'iam.principal',
    id: `iam.principal:${world.account}/${type}/${name}`,
    name: `${type} ${name}`,
    at: item.at,
    symbols: [arnSymbol(text(item, 'Arn'))],
    account: numberOf(text(item, 'Arn'), world.account),
    type,
    arn: text(item, 'Arn'),
    groups,
    grants: grantsOf(item, groups, world),
    boundary: boundary === undefined ? byDefault(null, item.at) : managed(boundary, item.at, world),
  };
}

function grantsOf(item: Item, groups: readonly string[], world: World): Many<PolicyUse> {
  const ofGroups = groups.map((name) => ({ name, group: world.groups.get(name) }));
  const unread = ofGroups
    .filter(({ group }) => !group)
    .map(({ name }) => unseen(`group ${name} is not in the answer`, item.at));
  return {
    items: [
      ...uses(item, '', world),
      ...ofGroups.flatMap(({ name, group }) => (group ? uses(group, `group ${name}: `, world) : [])),
    ],
    missing: unread,
  };
}

function uses(item: Item, prefix: string, world: World): readonly PolicyUse[] {
  const inline = inlineLists
    .flatMap((list) => parts(item, list))
    .map((policy) => ({
      by: `${prefix}inline policy ${text(policy, 'PolicyName')}`,
      arn: null,
      customerManaged: false,
      document: policyFrom(get(policy.node, 'PolicyDocument'), policy.at.source, policy.at),
    }));
  const attached = parts(item, 'AttachedManagedPolicies').map((policy) => {
    const arn = text(policy, 'PolicyArn');
    const by = `${prefix}policy ${text(policy, 'PolicyName')}`;
    return { by, arn, customerManaged: !isOfAws(arn), document: managed(arn, policy.at, world) };
  });
  return [...inline, ...attached];
}

function managed(arn: string, at: Location, { managed: documents, missing }: World): Value<Policy> {
  const [lost] = missing;
  return documents.get(arn) ?? lost ?? unseen(`the document of ${arn} is not in the answer`, at);
}

function roleOf(account: string, item: Item): Resource<'iam.role'> {
  const arn = text(item, 'Arn');
  return {
    kind: 'iam.role',
    id: `iam.role:${account}/${text(item, 'RoleName')}`,
    name: text(item, 'RoleName'),
    at: item.at,
    account: numberOf(arn, account),
    arn,
    serviceLinked: arn.includes(':role/aws-service-role/'),
    trust: policyFrom(get(item.node, 'AssumeRolePolicyDocument'), item.at.source, item.at),
  };
}
