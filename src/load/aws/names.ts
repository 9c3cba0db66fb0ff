import { type Operation, operations } from './calls.ts';

const byName = new Map<string, Operation>([
  ...operations.map((name) => [plain(name), name] as const),
  ...['getaccountpublicaccessblock', 'getpublicaccessblockaccount', 'accountpublicaccessblock'].map(
    (name) => [name, 'GetPublicAccessBlock'] as const,
  ),
]);

/** The call that a name spells: `get-bucket-acl`, `GetBucketAcl`, `get_bucket_acl-2`. */
export function callOf(name: string): Operation | undefined {
  return byName.get(plain(name.replace(/[-_.]?\d{1,3}$/, '')));
}

export function isOfBucket(operation: Operation): boolean {
  return /^Get(Bucket|ObjectLock|PublicAccess)/.test(operation);
}

function plain(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

/** A call with something beside it: `uploads.get-bucket-acl`, `uploads-get-bucket-acl`, `get-bucket-acl_uploads`. */
export function callWithName(base: string): { operation: Operation; name: string } | undefined {
  const separators = [...base.matchAll(/[-_.]+/g)];
  // The longest call first: `get-bucket-policy-status` is no `get-bucket-policy` of a bucket "status".
  for (const { 0: mark, index } of separators.toReversed()) {
    const operation = callOf(base.slice(0, index));
    const name = base.slice(index + mark.length);
    if (operation) return otherCalls.test(name) ? undefined : { operation, name };
  }
  for (const { 0: mark, index } of separators) {
    const operation = callOf(base.slice(index + mark.length));
    if (operation) return { operation, name: base.slice(0, index) };
  }
  return undefined;
}

/** What makes another call of the name when it follows. */
const otherCalls = /^(status|configuration|tagging)$/;

/** Short names that people give to answers. */
const nouns: Partial<Readonly<Record<Operation, RegExp>>> = {
  GetBucketAcl: /(?:bucket[-_])?acl/,
  GetBucketPolicy: /(?:bucket[-_])?policy/,
  GetPublicAccessBlock: /(?:public[-_]?access[-_]?block|block[-_]?public[-_]?access|pab|bpa)/,
  GetBucketEncryption: /(?:bucket[-_])?(?:encryption|sse)/,
  GetBucketLogging: /(?:bucket[-_])?logging/,
  GetBucketReplication: /(?:bucket[-_])?replication/,
  GetBucketOwnershipControls: /(?:bucket[-_])?ownership(?:[-_]?controls)?/,
  GetObjectLockConfiguration: /object[-_]?lock(?:[-_]?configuration)?/,
  GetBucketWebsite: /(?:bucket[-_])?website/,
  GetBucketTagging: /(?:bucket[-_])?(?:tagging|tags)/,
};

/** What a name says beside the noun of its call; `''` when it is the noun alone, undefined when it has none. */
export function subjectOf(operation: Operation, name: string): string | undefined {
  const noun = nouns[operation]?.source;
  if (noun === undefined) return undefined;
  const found = new RegExp(`^(?:(.+)[-_.])?${noun}$|^${noun}[-_.](.+)$`, 'i').exec(name);
  return found ? (found[1] ?? found[2] ?? '') : undefined;
}
