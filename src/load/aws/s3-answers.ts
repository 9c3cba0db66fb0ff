import { get, items, type JsonNode, members, stringOf } from '../../lang/json.ts';
import type { BlockPublic, BlockPublicFlag, Grant, Policy, Website } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, type Known, unseen, type Value } from '../../model/value.ts';
import { type Document, placeIn } from './document.ts';
import { policyFrom } from './policy.ts';

export type Encryption = 'AES256' | 'aws:kms' | 'aws:kms:dsse' | 'none';
export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
export type Versioning = 'Enabled' | 'Suspended' | 'never';

export interface Named {
  readonly name: string;
  readonly at: Location;
}

export function bucketNames(root: JsonNode, document: Document): Value<readonly Named[]> {
  const all = items(get(root, 'Buckets')).flatMap((bucket) => {
    const name = get(bucket, 'Name');
    return name?.type === 'string' ? [{ name: name.value, at: placeIn(document, name) }] : [];
  });
  return explicit(all, placeIn(document, root));
}

const flags: readonly BlockPublicFlag[] = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
];

/** All four settings off, as for a level where none was ever made. */
export function blocksNothing(at: Location): BlockPublic {
  return blockPublicOf(() => explicit(false, at));
}

export function blockPublic(root: JsonNode, document: Document): Value<BlockPublic> {
  const settings = get(root, 'PublicAccessBlockConfiguration');
  const whole = placeIn(document, settings ?? root);
  const flag = (name: BlockPublicFlag): Known<boolean> => {
    const node = get(settings, name);
    const at = node ? placeIn(document, node) : whole;
    return explicit(node?.type === 'boolean' && node.value === true, at);
  };
  return explicit(blockPublicOf(flag), whole);
}

function blockPublicOf(flag: (name: BlockPublicFlag) => Known<boolean>): BlockPublic {
  const [acls, ignore, policy, restrict] = flags.map(flag) as [
    Known<boolean>,
    Known<boolean>,
    Known<boolean>,
    Known<boolean>,
  ];
  return {
    BlockPublicAcls: acls,
    IgnorePublicAcls: ignore,
    BlockPublicPolicy: policy,
    RestrictPublicBuckets: restrict,
  };
}

export function grants(root: JsonNode, document: Document): Value<readonly Grant[]> {
  const all = items(get(root, 'Grants')).map((grant) => {
    const grantee = get(grant, 'Grantee', 'URI') ?? get(grant, 'Grantee', 'ID');
    return {
      grantee: stringOf(grantee) ?? '',
      permission: stringOf(get(grant, 'Permission')) ?? '',
      at: placeIn(document, grantee ?? grant),
    };
  });
  return explicit(all, placeIn(document, root));
}

export function bucketPolicy(root: JsonNode, document: Document): Value<Policy | null> {
  const node = get(root, 'Policy') ?? (get(root, 'Statement') ? root : undefined);
  return policyFrom(node, document, placeIn(document, root));
}

export function ownership(root: JsonNode, document: Document): Value<Ownership> {
  const node = get(root, 'OwnershipControls', 'Rules', 0, 'ObjectOwnership');
  const word = stringOf(node);
  const at = placeIn(document, node ?? root);
  if (word === 'BucketOwnerEnforced' || word === 'BucketOwnerPreferred' || word === 'ObjectWriter')
    return explicit(word, at);
  return unseen('GetBucketOwnershipControls: the answer names no ownership', at);
}

export function encryption(root: JsonNode, document: Document): Value<Encryption> {
  const rule = get(root, 'ServerSideEncryptionConfiguration', 'Rules', 0);
  const node = get(rule, 'ApplyServerSideEncryptionByDefault', 'SSEAlgorithm');
  const word = stringOf(node);
  const at = placeIn(document, node ?? rule ?? root);
  return explicit(word === 'AES256' || word === 'aws:kms' || word === 'aws:kms:dsse' ? word : 'none', at);
}

/** A bucket that never had versions answers without a status. */
export function versioning(root: JsonNode, document: Document): Value<Versioning> {
  const node = get(root, 'Status');
  const word = stringOf(node);
  const at = placeIn(document, node ?? root);
  return explicit(word === 'Enabled' || word === 'Suspended' ? word : 'never', at);
}

export function logTarget(root: JsonNode, document: Document): Value<string | null> {
  const node = get(root, 'LoggingEnabled', 'TargetBucket');
  return explicit(stringOf(node) ?? null, placeIn(document, node ?? root));
}

export function replicates(root: JsonNode, document: Document): Value<boolean> {
  const rules = items(get(root, 'ReplicationConfiguration', 'Rules'));
  const isOn = rules.some((rule) => stringOf(get(rule, 'Status')) === 'Enabled');
  return explicit(isOn, placeIn(document, root));
}

export function objectLock(root: JsonNode, document: Document): Value<boolean> {
  const node = get(root, 'ObjectLockConfiguration', 'ObjectLockEnabled');
  return explicit(stringOf(node) === 'Enabled', placeIn(document, node ?? root));
}

export function website(root: JsonNode, document: Document): Value<Website | null> {
  const redirect = get(root, 'RedirectAllRequestsTo');
  const shown = redirect ?? get(root, 'IndexDocument', 'Suffix') ?? root;
  const redirectsToHttps = stringOf(get(redirect, 'Protocol')) === 'https';
  return explicit({ redirectsToHttps }, placeIn(document, shown));
}

export function tags(root: JsonNode, document: Document): Value<Readonly<Record<string, string>>> {
  const all = items(get(root, 'TagSet')).flatMap((tag) => {
    const found = Object.fromEntries(members(tag).map(({ key, value }) => [key.value, stringOf(value)]));
    return found['Key'] === undefined ? [] : [[found['Key'], found['Value'] ?? '']];
  });
  return explicit(Object.fromEntries(all), placeIn(document, root));
}

export function protectedArns(root: JsonNode, document: Document): Value<readonly string[]> {
  const arns = items(get(root, 'Results')).flatMap((item) => stringOf(get(item, 'ResourceArn')) ?? []);
  return explicit(arns, placeIn(document, root));
}
