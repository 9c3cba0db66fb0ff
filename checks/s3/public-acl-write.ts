import { defineCheck, known } from '../../src/check.ts';
import { aclsApply, blocks, publicGrants } from '../../src/facts/aws/s3.ts';
import { aclsOff, aclsOn, blocked, openAccount, unblocked } from '../_lib/s3-examples.ts';

const grant = (permission: string, group = 'AllUsers') =>
  `{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/${group}"},"Permission":"${permission}"}`;
const marked = (permission: string, group = 'AllUsers') =>
  grant(permission, group).replace(/"http[^"]*"/, '«$&»');
const owner = '{"Grantee":{"Type":"CanonicalUser","ID":"79a59d"},"Permission":"FULL_CONTROL"}';
const open = {
  ...openAccount,
  'aws/s3/site/get-public-access-block.json': unblocked,
  'aws/s3/site/get-bucket-ownership-controls.json': aclsOn,
};

/** The call that shows it; the one for WRITE_ACP closes the bucket. */
function witness(permission: string, bucket: string): string {
  return permission === 'WRITE_ACP'
    ? `aws s3api put-bucket-acl --bucket ${bucket} --acl private`
    : `aws s3 cp probe.txt s3://${bucket}/`;
}

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket can be written by anybody through its ACL',
  severity: 'critical',
  risk: ['access-control', 'data-exposure'],
  why: 'Anybody can put objects in, overwrite or delete them, or, with WRITE_ACP, take the bucket over.',
  remedy:
    'Turn ACLs off: aws s3api put-bucket-ownership-controls --bucket NAME --ownership-controls Rules=[{ObjectOwnership=BucketOwnerEnforced}]; publish files through CloudFront with origin access control instead.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html'],
  compliance: { cwe: ['732'], 'owasp-2021': ['A01'], fsbp: ['S3.3'] },
  equivalents: { prowler: ['s3_bucket_public_write_acl'], checkov: ['CKV_AWS_57'], trivy: ['AWS-0092'] },

  *run(bucket, graph) {
    const grants = publicGrants(known(bucket.acl), ['WRITE', 'WRITE_ACP', 'FULL_CONTROL']);
    if (grants.length === 0 || !aclsApply(bucket) || blocks(bucket, graph, 'IgnorePublicAcls')) return;
    for (const { permission, grantee, at } of grants) {
      const isAnonymous = grantee.endsWith('AllUsers');
      const who = isAnonymous ? 'everybody on the internet' : 'every AWS account in the world';
      yield {
        message: `The ACL of ${bucket.name} grants ${permission} to ${who}`,
        at,
        witness: witness(permission, bucket.name) + (isAnonymous ? ' --no-sign-request' : ''),
        discriminator: permission + grantee,
      };
    }
  },

  bad: [
    { ...open, 'aws/s3/site/get-bucket-acl.json': `{"Grants":[${owner},${marked('WRITE')}]}` },
    {
      ...open,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${marked('WRITE_ACP', 'AuthenticatedUsers')}]}`,
    },
  ],
  good: [
    { ...open, 'aws/s3/site/get-bucket-acl.json': `{"Grants":[${owner}]}` },
    // What stops it, one thing at a time: ignored ACLs at the account, at the bucket, ACLs turned off.
    {
      ...open,
      'aws/s3control/get-public-access-block.json': blocked,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE')}]}`,
    },
    {
      ...open,
      'aws/s3/site/get-public-access-block.json': blocked,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE')}]}`,
    },
    {
      ...open,
      'aws/s3/site/get-bucket-ownership-controls.json': aclsOff,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE')}]}`,
    },
    // The log delivery group is no public group, and a URI that only ends alike is none either.
    {
      ...open,
      'aws/s3/site/get-bucket-acl.json':
        '{"Grants":[{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}]}',
    },
    {
      ...open,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE').replace('amazonaws.com', 'amazonaws.com.example')}]}`,
    },
    // Nothing is open, so it does not matter that the block could not be read.
    { 'aws/s3/site/get-bucket-acl.json': `{"Grants":[${owner}]}` },
  ],
  unsure: [
    // An empty success proves nothing.
    { ...open, 'aws/s3/site/get-bucket-acl.json': '{}' },
    {
      ...open,
      'aws/s3/site/get-public-access-block.json':
        'An error occurred (AccessDenied) when calling the GetPublicAccessBlock operation: no',
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE')}]}`,
    },
    {
      ...open,
      'aws/s3/site/get-bucket-acl.json':
        'An error occurred (AccessDenied) when calling the GetBucketAcl operation: no',
    },
    {
      'aws/s3/site/get-bucket-ownership-controls.json': aclsOn,
      'aws/s3/site/get-bucket-acl.json': `{"Grants":[${grant('WRITE')}]}`,
    },
  ],
});
