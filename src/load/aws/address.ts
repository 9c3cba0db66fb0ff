import type { JsonNode } from '../../lang/json.ts';

/** Which answer of which call a source holds. */
export interface Address {
  /** Twelve digits, or the folder that stands for the account. */
  readonly account: string;
  readonly operation: Operation;
  /** The bucket that it is about; `''` for the account. */
  readonly resource: string;
}

const operations = [
  'ListBuckets',
  'GetPublicAccessBlock',
  'GetBucketAcl',
  'GetBucketPolicy',
  'GetBucketPolicyStatus',
  'GetBucketEncryption',
  'GetBucketVersioning',
  'GetBucketLogging',
  'GetBucketLifecycleConfiguration',
  'GetBucketReplication',
  'GetBucketOwnershipControls',
  'GetObjectLockConfiguration',
  'GetBucketWebsite',
  'GetBucketTagging',
  'GetAccountAuthorizationDetails',
  'GetAccountSummary',
  'GetAccountPasswordPolicy',
  'GetCredentialReport',
  'GetCallerIdentity',
  'ListProtectedResources',
] as const;
export type Operation = (typeof operations)[number];

const byName = new Map<string, Operation>(operations.map((name) => [name.toLowerCase(), name]));

/** What an answer looks like, for files whose name does not tell: the members that only this one has. */
const shapes: readonly (readonly [member: string, operation: Operation])[] = [
  ['Buckets', 'ListBuckets'],
  ['PublicAccessBlockConfiguration', 'GetPublicAccessBlock'],
  ['Grants', 'GetBucketAcl'],
  ['PolicyStatus', 'GetBucketPolicyStatus'],
  ['ServerSideEncryptionConfiguration', 'GetBucketEncryption'],
  ['LoggingEnabled', 'GetBucketLogging'],
  ['ReplicationConfiguration', 'GetBucketReplication'],
  ['OwnershipControls', 'GetBucketOwnershipControls'],
  ['ObjectLockConfiguration', 'GetObjectLockConfiguration'],
  ['UserDetailList', 'GetAccountAuthorizationDetails'],
  ['RoleDetailList', 'GetAccountAuthorizationDetails'],
  ['SummaryMap', 'GetAccountSummary'],
  ['PasswordPolicy', 'GetAccountPasswordPolicy'],
  ['ReportFormat', 'GetCredentialReport'],
];

/** Folders on the way that name a service or sort answers, and are no bucket. */
const sorting =
  /^(s3|s3api|s3control|iam|sts|backup|buckets?|aws|exports?|account|global|[a-z]{2}(-[a-z]+)+-\d)$/;

/**
 * Reads the address off the uri: `aws:<account>/<region>/<service>/<resource>/<Operation>`, or a path such as
 * `exports/111122223333/eu-west-1/s3/uploads/get-bucket-acl.json`. Undefined when neither name nor content tells
 * which call it was, or a bucket's answer does not say which bucket.
 */
export function addressOf(uri: string, root: JsonNode | undefined): Address | undefined {
  if (uri.startsWith('aws:')) return ofAnswer(uri);
  const folders = uri.split('/');
  const [base = ''] = (folders.pop() ?? '').split(/\.(?:json|csv|txt)$/);
  const dot = base.lastIndexOf('.');
  const operation = named(base.slice(dot + 1)) ?? shaped(root);
  if (!operation) return undefined;
  const parent = folders.at(-1) ?? '';
  const bucket = dot > 0 ? base.slice(0, dot) : sorting.test(parent) || /^\d{12}$/.test(parent) ? '' : parent;
  const account = accountOf(folders);
  if (operation === 'GetPublicAccessBlock') {
    const ofAccount = folders.includes('s3control') || /account/.test(base) || parent === 'account';
    return { account, operation, resource: ofAccount ? '' : bucket };
  }
  if (!isOfBucket(operation)) return { account, operation, resource: '' };
  return bucket === '' ? undefined : { account, operation, resource: bucket };
}

function ofAnswer(uri: string): Address | undefined {
  const [account = '', , , resource = '', name = ''] = uri.slice('aws:'.length).split('/');
  const operation = named(name);
  return operation && { account, operation, resource: resource === '-' ? '' : decodeURIComponent(resource) };
}

function named(name: string): Operation | undefined {
  const plain = name
    .replaceAll('-', '')
    .replace(/\d+$/, '')
    .replace(/^account(?=getpublic)/, '')
    .toLowerCase();
  const account = /^(getaccount|account)?publicaccessblock(account)?$/.test(
    plain.replace(/^get(?=public)/, ''),
  );
  return byName.get(plain) ?? (account ? 'GetPublicAccessBlock' : undefined);
}

function shaped(root: JsonNode | undefined): Operation | undefined {
  if (root?.type !== 'object') return undefined;
  return shapes.find(([member]) => root.members.has(member))?.[1];
}

function isOfBucket(operation: Operation): boolean {
  return /^Get(Bucket|ObjectLock)/.test(operation);
}

/** The twelve digits on the way, else the folder above the services: one export is one account. */
function accountOf(folders: readonly string[]): string {
  return folders.find((folder) => /^\d{12}$/.test(folder)) ?? exportFolder(folders);
}

function exportFolder(folders: readonly string[]): string {
  const service = folders.findIndex((folder) =>
    /^(s3|s3api|s3control|iam|sts|backup|buckets?)$/.test(folder),
  );
  return (service === -1 ? folders : folders.slice(0, service)).join('/');
}

/** The folder that holds all answers of the source's account; a lost one may have told of any of them. */
export function exportOf(uri: string): string {
  if (uri.startsWith('aws:')) return uri.split('/').slice(0, 1).join('/');
  const folders = uri.split('/').slice(0, -1);
  const digits = folders.findIndex((folder) => /^\d{12}$/.test(folder));
  return digits === -1 ? exportFolder(folders) : folders.slice(0, digits + 1).join('/');
}
