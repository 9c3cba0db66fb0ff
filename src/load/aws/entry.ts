import type { Entry, LoaderEntry } from '../../source.ts';

/** File names that the AWS command line's users give to what it prints: `get-bucket-acl.json`. */
const named =
  /(^|\/)([\w.-]+\.)?((get|list|describe)-(bucket|public-access-block|object-lock|account|credential-report|caller-identity|buckets|protected-resources|virtual-mfa)[\w-]*|GetBucket\w+|GetPublicAccessBlock|ListBuckets|ListProtectedResources|GetAccount\w+|GetCredentialReport|GetObjectLockConfiguration)\.(json|csv|txt)$/;

const shapes =
  /"(Buckets|PublicAccessBlockConfiguration|Grants|PolicyStatus|ServerSideEncryptionConfiguration|LoggingEnabled|ReplicationConfiguration|OwnershipControls|ObjectLockConfiguration|UserDetailList|RoleDetailList|SummaryMap|PasswordPolicy|ReportFormat)"\s*:/;

/** Answers of the AWS API: live, in a snapshot, or saved by the command line. */
export const aws: LoaderEntry = {
  name: 'aws',
  claims: ({ uri }: Entry) => {
    if (uri.startsWith('aws:') || named.test(uri)) return 'name';
    return /\.(json|csv)$/.test(uri) &&
      !/(^|\/)(package|tsconfig|composer|package-lock)[\w.-]*\.json$/.test(uri)
      ? 'look'
      : false;
  },
  recognises: (head) => shapes.test(head) || head.startsWith('user,arn,user_creation_time,'),
  load: async () => (await import('./aws.ts')).aws,
};
