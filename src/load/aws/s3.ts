import { get, items, type JsonNode, members, at as placeOf, stringOf } from '../../lang/json.ts';
import type { BlockPublic, Grant, Policy, Website } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { arnSymbol } from '../../model/symbol.ts';
import { byDefault, type Value } from '../../model/value.ts';
import { answerTo, type Book } from './book.ts';
import { policyFrom } from './policy.ts';

/** The account's S3 setting and its buckets. */
export function s3Resources(book: Book): readonly Resource[] {
  const buckets = bucketsOf(book);
  if (buckets.size === 0 && !book.answers.has('GetPublicAccessBlock ')) return [];
  return [accountOf(book), ...[...buckets].map(([name, at]) => bucketOf(book, name, at))];
}

/** Every bucket that is listed or has an answer of its own, with its best place. */
function bucketsOf(book: Book): ReadonlyMap<string, Location> {
  const found = new Map<string, Location>();
  for (const answer of book.answers.get('ListBuckets ') ?? []) {
    if (answer.type !== 'json') continue;
    for (const bucket of items(get(answer.root, 'Buckets'))) {
      const name = stringOf(get(bucket, 'Name'));
      if (name !== undefined) found.set(name, placeOf(bucket, answer.at.source));
    }
  }
  for (const [key, [answer]] of book.answers) {
    const [operation = '', name = ''] = key.split(' ');
    if (name !== '' && /^Get(Bucket|PublicAccess|ObjectLock)/.test(operation) && answer && !found.has(name)) {
      found.set(name, wholeOf(answer.at.source));
    }
  }
  return found;
}

function accountOf(book: Book): Resource<'s3.account'> {
  return {
    kind: 's3.account',
    id: `s3.account:${book.account}`,
    name: book.account === '' ? 'this account' : `account ${book.account}`,
    at: book.answers.get('GetPublicAccessBlock ')?.[0]?.at ?? book.at,
    account: book.account,
    blockPublic: answerTo(book, 'GetPublicAccessBlock', '', blockPublic),
    backedUp: answerTo(book, 'ListProtectedResources', '', (root) =>
      items(get(root ?? undefined, 'Results')).flatMap((item) => stringOf(get(item, 'ResourceArn')) ?? []),
    ),
  };
}

function bucketOf(book: Book, name: string, at: Location): Resource<'s3.bucket'> {
  const answer = <T>(
    operation: Parameters<typeof answerTo>[1],
    read: (root: JsonNode | null, at: Location) => T,
  ) => answerTo(book, operation, name, read);
  return {
    kind: 's3.bucket',
    id: `s3.bucket:${book.account}/${name}`,
    name,
    at,
    symbols: [arnSymbol(`arn:aws:s3:::${name}`)],
    account: book.account,
    acl: answer('GetBucketAcl', grants),
    policy: bucketPolicy(book, name),
    blockPublic: answer('GetPublicAccessBlock', blockPublic),
    ownership: answer('GetBucketOwnershipControls', ownership),
    encryption: answer('GetBucketEncryption', encryption),
    versioning: answer('GetBucketVersioning', versioning),
    logTarget: answer(
      'GetBucketLogging',
      (root) => stringOf(get(root ?? undefined, 'LoggingEnabled', 'TargetBucket')) ?? null,
    ),
    replicates: answer('GetBucketReplication', replicates),
    objectLock: answer(
      'GetObjectLockConfiguration',
      (root) =>
        stringOf(get(root ?? undefined, 'ObjectLockConfiguration', 'ObjectLockEnabled')) === 'Enabled',
    ),
    website: answer('GetBucketWebsite', website),
    tags: answer('GetBucketTagging', tags),
  };
}

function bucketPolicy(book: Book, name: string): Value<Policy | null> {
  const found = answerTo(book, 'GetBucketPolicy', name, (root, at) =>
    root === null
      ? null
      : policyFrom(get(root, 'Policy') ?? (get(root, 'Statement') ? root : undefined), at.source, at),
  );
  if (found.state === 'unknown') return found;
  return found.value ?? byDefault(null, found.at, 'the bucket has no policy');
}

function blockPublic(root: JsonNode | null): BlockPublic {
  const on = (flag: string): boolean => {
    const node = get(root ?? undefined, 'PublicAccessBlockConfiguration', flag);
    return node?.type === 'boolean' && node.value === true;
  };
  return {
    blockPublicAcls: on('BlockPublicAcls'),
    ignorePublicAcls: on('IgnorePublicAcls'),
    blockPublicPolicy: on('BlockPublicPolicy'),
    restrictPublicBuckets: on('RestrictPublicBuckets'),
  };
}

function grants(root: JsonNode | null, at: Location): readonly Grant[] {
  return items(get(root ?? undefined, 'Grants')).map((grant) => ({
    grantee: stringOf(get(grant, 'Grantee', 'URI')) ?? stringOf(get(grant, 'Grantee', 'ID')) ?? '',
    permission: stringOf(get(grant, 'Permission')) ?? '',
    at: placeOf(grant, at.source),
  }));
}

/** Without controls a bucket is of the time before they existed: the uploader owns what it uploads. */
function ownership(root: JsonNode | null): 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' {
  const [rule] = items(get(root ?? undefined, 'OwnershipControls', 'Rules'));
  const word = stringOf(get(rule, 'ObjectOwnership'));
  return word === 'BucketOwnerEnforced' || word === 'BucketOwnerPreferred' ? word : 'ObjectWriter';
}

function encryption(root: JsonNode | null): 'AES256' | 'aws:kms' | 'aws:kms:dsse' | 'none' {
  const [rule] = items(get(root ?? undefined, 'ServerSideEncryptionConfiguration', 'Rules'));
  const word = stringOf(get(rule, 'ApplyServerSideEncryptionByDefault', 'SSEAlgorithm'));
  return word === 'AES256' || word === 'aws:kms' || word === 'aws:kms:dsse' ? word : 'none';
}

function versioning(root: JsonNode | null): 'Enabled' | 'Suspended' | 'never' {
  const word = stringOf(get(root ?? undefined, 'Status'));
  return word === 'Enabled' || word === 'Suspended' ? word : 'never';
}

function replicates(root: JsonNode | null): boolean {
  return items(get(root ?? undefined, 'ReplicationConfiguration', 'Rules')).some(
    (rule) => stringOf(get(rule, 'Status')) === 'Enabled',
  );
}

function website(root: JsonNode | null): Website | null {
  if (root === null) return null;
  return { redirectsToHttps: stringOf(get(root, 'RedirectAllRequestsTo', 'Protocol')) === 'https' };
}

function tags(root: JsonNode | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    items(get(root ?? undefined, 'TagSet')).flatMap((tag) => {
      const found = Object.fromEntries(members(tag).map(({ key, value }) => [key.value, stringOf(value)]));
      return found['Key'] === undefined ? [] : [[found['Key'], found['Value'] ?? '']];
    }),
  );
}
