/** Answers that many examples share: a bucket whose access is, or is not, blocked. */
export const blocked =
  '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}';

/** What the command line prints for a setting that does not exist. */
export function absent(code: string, operation: string): string {
  return `An error occurred (${code}) when calling the ${operation} operation: it is not there`;
}

export const unblocked = absent('NoSuchPublicAccessBlockConfiguration', 'GetPublicAccessBlock');

export const aclsOff = '{"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}';
export const aclsOn = '{"OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}}';

export const openAccount = { 'aws/s3control/get-public-access-block.json': unblocked };
