import type { Graph } from '../../graph.ts';
import type { BlockPublicFlag, Grant, Policy, Statement, Word } from '../../model/aws.ts';
import type { Resource } from '../../model/resource.ts';
import { known, some, Undetermined, type Unknown, type Value } from '../../model/value.ts';
import { actionWord, coversAction } from './allows.ts';
import { isPublicStatement } from './public-policy.ts';

/**
 * One flag of Block Public Access as it takes effect: the bucket's or the account's, whichever is on. An unread
 * level matters only when the other one is off.
 */
export function blocks(bucket: Resource<'s3.bucket'>, graph: Graph, flag: BlockPublicFlag): boolean {
  const account = inventory(graph).accounts.get(bucket.account);
  const levels = [bucket.blockPublic, ...(account ? [account.blockPublic] : [])];
  if (levels.some((level) => level.state !== 'unknown' && level.value[flag].value)) return true;
  const unknown = levels.flatMap((level): readonly Unknown[] => (level.state === 'unknown' ? [level] : []));
  const missing = account ? [] : graph.unseen('s3.account', bucket.at);
  if (unknown.length + missing.length > 0) throw new Undetermined([...unknown, ...missing]);
  return false;
}

const everyone = new Set([
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
]);

/** ACL grants to everybody, with or without an AWS account of their own. */
export function publicGrants(grants: readonly Grant[], permissions: readonly string[]): readonly Grant[] {
  return grants.filter(
    ({ grantee, permission }) => everyone.has(grantee) && permissions.includes(permission),
  );
}

const words = (actions: string): readonly string[] => actions.split(' ').map((name) => `s3:${name}`);

/** Actions that let an outsider see what a bucket holds. */
export const readActions = words('GetObject ListBucket GetObjectVersion ListBucketVersions');
/** Actions that tell an outsider about a bucket, though not what is in its objects. */
export const detailActions = words(
  'GetObjectAcl GetObjectVersionAcl GetObjectTagging GetObjectAttributes GetObjectTorrent GetObjectRetention ' +
    'GetBucketAcl GetBucketPolicy GetBucketTagging GetBucketLogging GetBucketVersioning GetBucketCORS ' +
    'GetBucketNotification GetBucketWebsite GetEncryptionConfiguration GetReplicationConfiguration ' +
    'GetLifecycleConfiguration GetInventoryConfiguration GetBucketLocation ListBucketMultipartUploads ' +
    'ListMultipartUploadParts',
);
/** Actions that let an outsider change or destroy it. */
export const writeActions = words(
  'PutObject DeleteObject DeleteObjectVersion PutObjectAcl PutObjectVersionAcl PutBucketPolicy DeleteBucketPolicy ' +
    'PutBucketAcl DeleteBucket AbortMultipartUpload RestoreObject ReplicateObject ReplicateDelete ' +
    'BypassGovernanceRetention PutObjectTagging DeleteObjectTagging PutObjectRetention PutObjectLegalHold ' +
    'PutBucketVersioning PutLifecycleConfiguration PutReplicationConfiguration PutEncryptionConfiguration ' +
    'PutBucketWebsite DeleteBucketWebsite PutBucketCORS PutBucketLogging PutBucketNotification PutBucketTagging ' +
    'PutBucketPublicAccessBlock PutBucketOwnershipControls PutBucketObjectLockConfiguration ' +
    'PutInventoryConfiguration ObjectOwnerOverrideToBucketOwner',
);

export interface PublicGrant {
  readonly statement: Statement;
  readonly allowed: readonly string[];
  /** The string that takes the first of them in. */
  readonly word: Word;
  /** A Deny for everybody that takes the first action away, at least sometimes. */
  readonly denial: { readonly sid: string | null; readonly isCertain: boolean } | undefined;
}

/** Statements that make a policy public and allow one of these actions, with what they allow. */
export function publicStatements(policy: Policy, actions: readonly string[]): readonly PublicGrant[] {
  return policy.statements.filter(isPublicStatement).flatMap((statement) => {
    const allowed = actions.filter((action) => coversAction(statement, action));
    const [first] = allowed;
    const word = first === undefined ? undefined : actionWord(statement, first);
    return first !== undefined && word
      ? [{ statement, allowed, word, denial: denialOf(policy, first, statement) }]
      : [];
  });
}

/** A refusal of plain HTTP refuses nobody, so it does not count. */
function denialOf({ statements }: Policy, action: string, { resources }: Statement): PublicGrant['denial'] {
  const found = statements.filter(
    (one) =>
      one.effect === 'Deny' &&
      isForEveryone(one) &&
      coversAction(one, action) &&
      !one.conditions.some(isAboutTransport) &&
      resources?.every((resource) =>
        one.resources?.some((pattern) => pattern === '*' || covers(pattern, resource)),
      ),
  );
  const certain = found.find(({ conditions }) => conditions.length === 0);
  const [shown] = certain ? [certain] : found;
  return shown && { sid: shown.sid, isCertain: certain !== undefined };
}

function covers(pattern: string, resource: string): boolean {
  return pattern === resource || (pattern.endsWith('*') && resource.startsWith(pattern.slice(0, -1)));
}

export function isForEveryone({ principals }: Statement): boolean {
  return principals?.some(({ type, value }) => type === '*' || (type === 'AWS' && value === '*')) ?? false;
}

function isAboutTransport({ key }: Statement['conditions'][number]): boolean {
  return /^(aws:securetransport|s3:tlsversion)$/i.test(key);
}

/** Whether ACLs count at all for this bucket. */
export function aclsApply(bucket: Resource<'s3.bucket'>): boolean {
  return known(bucket.ownership) !== 'BucketOwnerEnforced';
}

/**
 * Whether another bucket of the account sends its access logs here: such a bucket is exempt from some duties. When
 * not all buckets' settings are known, its own rights decide: S3 delivers no log where nobody let it.
 */
export function takesLogs(bucket: Resource<'s3.bucket'>, graph: Graph): boolean {
  const { targets, unreadLogging } = inventory(graph);
  if (
    targets
      .get(bucket.account)
      ?.get(bucket.name)
      ?.some((source) => source !== bucket.id)
  )
    return true;
  const others = (unreadLogging.get(bucket.account) ?? []).filter(({ id }) => id !== bucket.id);
  const missing = graph.unseen('s3.bucket', bucket.at);
  if (others.length + missing.length === 0) return false;
  if (
    !some(
      {
        items: [
          () => admitsByAcl(bucket),
          () => admitsByPolicy(bucket, /^(\*|logging\.s3\.amazonaws\.com)$/),
        ],
        missing: [],
      },
      (admits) => admits(),
    )
  )
    return false;
  throw new Undetermined([...others.slice(0, 1).map(({ why }) => why), ...missing]);
}

const deliveryGroup = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

function admitsByAcl(bucket: Resource<'s3.bucket'>): boolean {
  return known(bucket.acl).some(({ grantee }) => grantee === deliveryGroup || everyone.has(grantee));
}

/** Whether a principal of this name may put objects here. */
export function admitsByPolicy({ policy }: Resource<'s3.bucket'>, name: RegExp): boolean {
  return (known(policy)?.statements ?? []).some(
    (statement) =>
      statement.effect === 'Allow' &&
      statement.principals?.some(({ value }) => name.test(value)) &&
      coversAction(statement, 's3:PutObject'),
  );
}

/** What is asked of all buckets again and again, once per graph. */
interface Inventory {
  readonly accounts: ReadonlyMap<string, Resource<'s3.account'>>;
  /** By account and name of the target: ids of the buckets that log there. */
  readonly targets: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly unreadLogging: ReadonlyMap<string, readonly { readonly id: string; readonly why: Unknown }[]>;
}

const inventories = new WeakMap<Graph, Inventory>();

function inventory(graph: Graph): Inventory {
  const known = inventories.get(graph);
  if (known) return known;
  const targets = new Map<string, Map<string, string[]>>();
  const unreadLogging = new Map<string, { id: string; why: Unknown }[]>();
  for (const { account, id, logTarget } of graph.all('s3.bucket').items) {
    if (logTarget.state === 'unknown') push(unreadLogging, account, { id, why: logTarget });
    else if (logTarget.value !== null) {
      const ofAccount = targets.get(account) ?? new Map<string, string[]>();
      targets.set(account, ofAccount);
      push(ofAccount, logTarget.value, id);
    }
  }
  const accounts = new Map(graph.all('s3.account').items.map((one) => [one.account, one]));
  const made = { accounts, targets, unreadLogging };
  inventories.set(graph, made);
  return made;
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

const protectedArns = new WeakMap<Resource<'s3.account'>, ReadonlySet<string>>();

/** Whether AWS Backup holds recovery points of the bucket. */
export function isBackedUp({ account, name, at }: Resource<'s3.bucket'>, graph: Graph): boolean {
  const own = inventory(graph).accounts.get(account);
  if (!own) throw new Undetermined(graph.unseen('s3.account', at));
  const arns = protectedArns.get(own) ?? new Set(own.backedUp.items);
  protectedArns.set(own, arns);
  if ([...partitions].some((partition) => arns.has(`arn:${partition}:s3:::${name}`))) return true;
  if (own.backedUp.missing.length > 0) throw new Undetermined(own.backedUp.missing);
  return false;
}

const partitions = ['aws', 'aws-cn', 'aws-us-gov'];

/** Directory buckets have neither versions, nor access logs, nor websites. */
export function isDirectoryBucket({ name }: Resource<'s3.bucket'>): boolean {
  return /--[a-z0-9-]+--x-s3$/.test(name);
}

/** Settles the first of several values that is true; unknown only when none is and one cannot be told. */
export function anyIsOn(values: readonly (() => boolean)[]): boolean {
  return some({ items: values, missing: [] }, (value) => value());
}

export function isOn(value: Value<boolean>): () => boolean {
  return () => known(value);
}
