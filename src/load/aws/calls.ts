import { get, type JsonNode, stringOf } from '../../lang/json.ts';
import type { BlockPublic, Grant, Policy, Website } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, unseen, type Value } from '../../model/value.ts';
import { type Document, placeIn } from './document.ts';
import * as iam from './iam-answers.ts';
import { isReport, type ReportRow, readReport } from './report.ts';
import * as s3 from './s3-answers.ts';

/** What each call tells. */
export interface Told {
  ListBuckets: readonly s3.Named[];
  GetPublicAccessBlock: BlockPublic;
  GetBucketAcl: readonly Grant[];
  GetBucketPolicy: Policy | null;
  GetBucketEncryption: s3.Encryption;
  GetBucketVersioning: s3.Versioning;
  GetBucketLogging: string | null;
  GetBucketReplication: boolean;
  GetBucketOwnershipControls: s3.Ownership;
  GetObjectLockConfiguration: boolean;
  GetBucketWebsite: Website | null;
  GetBucketTagging: Readonly<Record<string, string>>;
  ListProtectedResources: readonly string[];
  GetAccountAuthorizationDetails: iam.Details;
  GetAccountSummary: iam.Summary;
  GetAccountPasswordPolicy: number;
  GetCredentialReport: readonly ReportRow[];
  GetCallerIdentity: string;
}
export type Operation = keyof Told;

export interface Call<T> {
  /** Members of its answer: one of these is always there. None: an answer may be empty. */
  readonly needs: readonly string[];
  /** Members that may stand beside them. */
  readonly may?: readonly string[];
  read(root: JsonNode, document: Document): Value<T>;
  /** The error that means "there is no such setting", and what then holds. */
  readonly absent?: readonly [code: string, holds: (at: Location) => T];
  /** What an empty body means, where it is an answer: the command line then prints nothing at all. */
  readonly empty?: T;
}

/** AWS asks for eight characters where no policy is set. */
const defaultLength = 8;

export const calls: { readonly [O in Operation]: Call<Told[O]> } = {
  ListBuckets: {
    needs: ['Buckets'],
    may: ['Owner', 'Prefix', 'ContinuationToken', 'NextToken'],
    read: s3.bucketNames,
  },
  GetPublicAccessBlock: {
    needs: ['PublicAccessBlockConfiguration'],
    read: s3.blockPublic,
    absent: ['NoSuchPublicAccessBlockConfiguration', s3.blocksNothing],
  },
  GetBucketAcl: { needs: ['Grants'], may: ['Owner'], read: s3.grants },
  GetBucketPolicy: {
    needs: ['Policy', 'Statement'],
    may: ['Version', 'Id'],
    read: s3.bucketPolicy,
    absent: ['NoSuchBucketPolicy', () => null],
  },
  GetBucketEncryption: {
    needs: ['ServerSideEncryptionConfiguration'],
    read: s3.encryption,
    absent: ['ServerSideEncryptionConfigurationNotFoundError', () => 'none'],
  },
  GetBucketVersioning: { needs: [], may: ['Status', 'MFADelete'], read: s3.versioning, empty: 'never' },
  GetBucketLogging: { needs: [], may: ['LoggingEnabled'], read: s3.logTarget, empty: null },
  GetBucketReplication: {
    needs: ['ReplicationConfiguration'],
    read: s3.replicates,
    absent: ['ReplicationConfigurationNotFoundError', () => false],
  },
  GetBucketOwnershipControls: {
    needs: ['OwnershipControls'],
    read: s3.ownership,
    // Such a bucket is of the time before there were controls: the uploader owns what it uploads.
    absent: ['OwnershipControlsNotFoundError', () => 'ObjectWriter'],
  },
  GetObjectLockConfiguration: {
    needs: ['ObjectLockConfiguration'],
    read: s3.objectLock,
    absent: ['ObjectLockConfigurationNotFoundError', () => false],
  },
  GetBucketWebsite: {
    needs: ['IndexDocument', 'RedirectAllRequestsTo'],
    may: ['ErrorDocument', 'RoutingRules'],
    read: s3.website,
    absent: ['NoSuchWebsiteConfiguration', () => null],
  },
  GetBucketTagging: { needs: ['TagSet'], read: s3.tags, absent: ['NoSuchTagSet', () => ({})] },
  ListProtectedResources: { needs: ['Results'], may: ['NextToken'], read: s3.protectedArns },
  GetAccountAuthorizationDetails: {
    needs: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'],
    may: ['IsTruncated', 'Marker', 'NextToken'],
    read: iam.details,
  },
  GetAccountSummary: { needs: ['SummaryMap'], read: iam.summary },
  GetAccountPasswordPolicy: {
    needs: ['PasswordPolicy'],
    read: iam.passwordLength,
    absent: ['NoSuchEntity', () => defaultLength],
  },
  GetCredentialReport: { needs: ['Content'], may: ['ReportFormat', 'GeneratedTime'], read: report },
  GetCallerIdentity: { needs: ['Account'], may: ['UserId', 'Arn'], read: iam.callerAccount },
};

export const operations = Object.keys(calls) as readonly Operation[];

/** The report is encoded in the answer: everything in it is at the content's place. */
function report(root: JsonNode, document: Document): Value<readonly ReportRow[]> {
  const content = get(root, 'Content');
  const at = placeIn(document, content ?? root);
  const text = Buffer.from(stringOf(content) ?? '', 'base64').toString('utf8');
  return isReport(text)
    ? explicit(readReport(text, document.uri, at), at)
    : unseen('GetCredentialReport: the content is no credential report', at);
}

/** Members that libraries add to any answer. */
const added = ['ResponseMetadata', '$metadata'];

/** Whether an object looks like the answer of a call to the last member. */
export function hasShape(operation: Operation, root: JsonNode): boolean {
  if (root.type !== 'object') return false;
  const { needs, may = [] } = calls[operation];
  const names = [...root.members.keys()];
  return (
    (needs.length === 0 || needs.some((name) => isPresent(get(root, name)))) &&
    names.every((name) => needs.includes(name) || may.includes(name) || added.includes(name))
  );
}

function isPresent(node: JsonNode | undefined): boolean {
  return node !== undefined && node.type !== 'null';
}

/** Whether an answer that is known to be of a call has what such an answer always has. */
export function isWhole(operation: Operation, root: JsonNode): boolean {
  const { needs, may = [] } = calls[operation];
  if (root.type !== 'object') return false;
  if (needs.length > 0) return needs.some((name) => isPresent(get(root, name)));
  return [...root.members.keys()].every((name) => may.includes(name) || added.includes(name));
}
