import { defineCheck, known } from '../../src/check.ts';
import { blocks } from '../../src/facts/aws/s3.ts';
import { absent, blocked, openAccount, unblocked } from '../_lib/s3-examples.ts';

const flags = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;

export default defineCheck({
  on: 's3.bucket',
  title: 'Public access to a bucket is not blocked',
  severity: 'medium',
  risk: 'access-control',
  why: 'Nothing stops an ACL or a policy, once written wrongly, from opening this bucket to the internet.',
  remedy: 'Turn on all four settings of Block Public Access for the bucket, or better for the account.',
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
  ],
  compliance: { cwe: ['284'], 'owasp-2021': ['A01'], 'cis-aws-3.0': ['2.1.4'], fsbp: ['S3.8'] },
  equivalents: {
    prowler: ['s3_bucket_level_public_access_block'],
    checkov: ['CKV2_AWS_6', 'CKV_AWS_53', 'CKV_AWS_54', 'CKV_AWS_55', 'CKV_AWS_56'],
    trivy: ['AWS-0086', 'AWS-0087', 'AWS-0091', 'AWS-0093', 'AWS-0094'],
  },

  *run(bucket, graph) {
    const off = flags.filter((flag) => !blocks(bucket, graph, flag));
    const [first] = off;
    if (!first) return;
    const what = off.length === flags.length ? 'no setting is on' : `${off.join(', ')} not on`;
    yield {
      message: `Block Public Access of ${bucket.name}, with the account's: ${what}`,
      at: known(bucket.blockPublic)[first].at,
    };
  },

  bad: [
    { ...openAccount, 'aws/s3/site/get-public-access-block.json': `«${unblocked}»` },
    {
      // Two flags by the account, one by the bucket: the fourth is missing on both.
      'aws/s3control/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true}}',
      'aws/s3/site/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicPolicy":true,"RestrictPublicBuckets":«false»}}',
    },
  ],
  good: [
    { ...openAccount, 'aws/s3/site/get-public-access-block.json': blocked },
    {
      // Each level has what the other lacks: together all four are on.
      'aws/s3control/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true}}',
      'aws/s3/site/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}',
    },
    // The bucket's own setting is all that is needed.
    { 'aws/s3/site/get-public-access-block.json': blocked },
  ],
  unsure: [
    { 'aws/s3/site/get-public-access-block.json': unblocked },
    // What the account says decides, and it may not be read; nor may the bucket's own setting.
    {
      'aws/s3/site/get-public-access-block.json': unblocked,
      'aws/s3control/get-public-access-block.json': absent('AccessDenied', 'GetPublicAccessBlock'),
    },
    {
      ...openAccount,
      'aws/s3/site/get-public-access-block.json': absent('AccessDenied', 'GetPublicAccessBlock'),
    },
  ],
});
