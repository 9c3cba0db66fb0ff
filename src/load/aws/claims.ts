const calls =
  '(?:(?:get|list)-(?:bucket|public-access-block|object-lock-configuration|account-(?:authorization|summary|password|public)|credential-report|caller-identity|buckets|protected-resources)[\\w-]*|Get(?:Bucket\\w+|PublicAccessBlock|ObjectLockConfiguration|AccountAuthorizationDetails|AccountSummary|AccountPasswordPolicy|CredentialReport|CallerIdentity)|ListBuckets|ListProtectedResources)';

/** Names that users of the AWS command line give to what it prints: `get-bucket-acl.json`, `get-bucket-acl/site.json`. */
const named = new RegExp(
  `(?:^|/)(?:(?:[\\w.-]+[._-])?${calls}(?:[._-][\\w.-]+)?|${calls}/[\\w.-]+)\\.(?:json|csv|txt)$`,
);

export const shapes =
  /"(Buckets|PublicAccessBlockConfiguration|Grants|ServerSideEncryptionConfiguration|LoggingEnabled|ReplicationConfiguration|OwnershipControls|ObjectLockConfiguration|IndexDocument|TagSet|UserDetailList|RoleDetailList|SummaryMap|PasswordPolicy|ReportFormat)"\s*:|"Policy"\s*:\s*"/;

/** Whether the name says that the file holds an answer. */
export function isNamed(uri: string): boolean {
  if (uri.startsWith('aws:')) return true;
  // Few files can be one, and the whole pattern is dear to make.
  return /\.(json|csv|txt)$/.test(uri) && /get|list/i.test(uri) && named.test(uri);
}
