import { get, items, type JsonNode, stringOf } from '../../lang/json.ts';
import type { Policy } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, unseen, type Value } from '../../model/value.ts';
import { type Document, placeIn } from './document.ts';
import { policyFrom } from './policy.ts';

/** One page of the authorization details, without what nobody asks about. */
export interface Details {
  readonly users: readonly Holder[];
  readonly groups: readonly Holder[];
  readonly roles: readonly Holder[];
  readonly policies: readonly Managed[];
}

interface Item {
  readonly name: string;
  readonly arn: string;
  /** Where it is named. */
  readonly at: Location;
}

/** A user, group or role. */
export interface Holder extends Item {
  readonly groups: readonly string[];
  readonly inline: readonly {
    readonly name: string;
    readonly at: Location;
    readonly document: Value<Policy>;
  }[];
  readonly attached: readonly Item[];
  /** Arn of the permissions boundary. */
  readonly boundary: string | undefined;
  readonly trust: Value<Policy>;
}

export interface Managed extends Item {
  readonly attachments: Value<number>;
  readonly document: Value<Policy>;
  readonly otherVersions: readonly Policy[];
}

export function details(root: JsonNode, document: Document): Value<Details> {
  const of = (list: string, type: string): readonly Holder[] =>
    items(get(root, list)).map((node) => holder(node, type, document));
  const found: Details = {
    users: of('UserDetailList', 'User'),
    groups: of('GroupDetailList', 'Group'),
    roles: of('RoleDetailList', 'Role'),
    policies: items(get(root, 'Policies')).map((node) => managed(node, document)),
  };
  return explicit(found, placeIn(document, root));
}

function holder(node: JsonNode, type: string, document: Document): Holder {
  const named = item(node, `${type}Name`, 'Arn', document);
  return {
    ...named,
    groups: items(get(node, 'GroupList')).flatMap((group) => stringOf(group) ?? []),
    inline: items(get(node, `${type}PolicyList`)).map((policy) => {
      const { name, at } = item(policy, 'PolicyName', '', document);
      return { name, at, document: policyFrom(get(policy, 'PolicyDocument'), document, at) };
    }),
    attached: items(get(node, 'AttachedManagedPolicies')).map((policy) =>
      item(policy, 'PolicyName', 'PolicyArn', document),
    ),
    boundary: stringOf(get(node, 'PermissionsBoundary', 'PermissionsBoundaryArn')),
    trust: policyFrom(get(node, 'AssumeRolePolicyDocument'), document, named.at),
  };
}

function managed(node: JsonNode, document: Document): Managed {
  const named = item(node, 'PolicyName', 'Arn', document);
  const { arn, at } = named;
  const count = get(node, 'AttachmentCount');
  const versions = items(get(node, 'PolicyVersionList'));
  const inForce = versions.find((version) => isTrue(get(version, 'IsDefaultVersion')));
  return {
    ...named,
    attachments:
      count?.type === 'number'
        ? explicit(Number(count.value), placeIn(document, count))
        : unseen(`how often ${arn} is attached is not told`, at),
    document: inForce
      ? policyFrom(get(inForce, 'Document'), document, at)
      : unseen(`the default version of ${arn} is not in the answer`, at),
    otherVersions: versions
      .filter((version) => version !== inForce)
      .map((version) => policyFrom(get(version, 'Document'), document, at))
      .flatMap((policy) => (policy.state === 'unknown' ? [] : [policy.value])),
  };
}

function item(node: JsonNode, nameKey: string, arnKey: string, document: Document): Item {
  const name = get(node, nameKey);
  return {
    name: stringOf(name) ?? '',
    arn: stringOf(get(node, arnKey)) ?? '',
    at: placeIn(document, name ?? get(node, arnKey) ?? node),
  };
}

function isTrue(node: JsonNode | undefined): boolean {
  return node?.type === 'boolean' && node.value === true;
}

/** Counts of the account, each with its place. */
export type Summary = ReadonlyMap<string, Value<number>>;

export function summary(root: JsonNode, document: Document): Value<Summary> {
  const map = get(root, 'SummaryMap');
  const entries = map?.type === 'object' ? [...map.members] : [];
  const counts = entries.map(([key, { value }]) => [key, numberOf(value, document)] as const);
  return explicit(new Map(counts), placeIn(document, root));
}

export function passwordLength(root: JsonNode, document: Document): Value<number> {
  const node = get(root, 'PasswordPolicy', 'MinimumPasswordLength');
  return node
    ? numberOf(node, document)
    : unseen('the password policy tells no length', placeIn(document, root));
}

function numberOf(node: JsonNode, document: Document): Value<number> {
  const at = placeIn(document, node);
  return node.type === 'number' ? explicit(Number(node.value), at) : unseen('a number is missing', at);
}

export function callerAccount(root: JsonNode, document: Document): Value<string> {
  return explicit(stringOf(get(root, 'Account')) ?? '', placeIn(document, root));
}
