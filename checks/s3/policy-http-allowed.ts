import { defineCheck, known } from '../../src/check.ts';
import { tlsRule } from '../../src/facts/aws/tls-rule.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/site/get-bucket-policy.json';
const policy = (...statements: readonly string[]) =>
  `{"Version":"2012-10-17","Statement":[${statements.join(',')}]}`;
const deny = (resource: string, condition: string, action = '"s3:*"', principal = '"*"') =>
  `{"Effect":"Deny","Principal":${principal},"Action":${action},"Resource":${resource},"Condition":${condition}}`;
const both = '["arn:aws:s3:::site","arn:aws:s3:::site/*"]';
const insecure = '{"Bool":{"aws:SecureTransport":"false"}}';
const marked = '{"Bool":{"aws:SecureTransport":«"false"»}}';

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket answers requests without TLS',
  severity: 'medium',
  risk: 'unencrypted-transport',
  why: 'Objects and signed requests can cross the network in clear text; S3 accepts plain HTTP unless a policy refuses it.',
  remedy:
    'Add a statement that denies s3:* on the bucket and its objects to everybody when aws:SecureTransport is false.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit'],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'], 'cis-aws-3.0': ['2.1.1'], fsbp: ['S3.5'] },
  equivalents: { prowler: ['s3_bucket_secure_transport_policy'], checkov: ['CKV_AWS_379'] },

  *run(bucket) {
    const found = known(bucket.policy);
    const rule = tlsRule(found, bucket.name);
    if (rule.state === 'enforced') return;
    const what =
      rule.state === 'partial'
        ? 'refuses some plain HTTP requests but not all: the rule must cover everybody, every action, the bucket and its objects'
        : 'has no rule that refuses plain HTTP';
    const subject =
      found === null ? `Bucket ${bucket.name} has no policy and so` : `The policy of ${bucket.name}`;
    yield {
      message: `${subject} ${what}`,
      at: found === null ? bucket.policy.at : (rule.at ?? found.at),
    };
  },

  bad: [
    { [file]: `«${absent('NoSuchBucketPolicy', 'GetBucketPolicy')}»` },
    // Objects only, one action only, some principals only, only together with another condition.
    { [file]: policy(deny('"arn:aws:s3:::site/*"', marked)) },
    { [file]: policy(deny('"arn:aws:s3:::site"', marked)) },
    { [file]: policy(deny('["arn:aws:s3:::other","arn:aws:s3:::other/*"]', marked)) },
    { [file]: policy(deny(both, marked, '"s3:GetObject"')) },
    { [file]: policy(deny(both, marked, '["s3:Get*","s3:Put*"]')) },
    { [file]: policy(deny(both, marked, '"s3:*"', '{"AWS":"111122223333"}')) },
    {
      [file]: policy(
        deny(both, '{"Bool":{"aws:SecureTransport":«"false"»},"StringEquals":{"aws:SourceVpce":"vpce-1"}}'),
      ),
    },
    // A rule about the version of TLS says nothing of requests without any.
    {
      [file]: policy(deny(both, '{"NumericLessThan":{"s3:TlsVersion":"1.2"}}')).replace(
        '"Statement"',
        '«"Statement"»',
      ),
    },
    // To allow TLS is not to refuse the rest.
    {
      [file]: policy(deny(both, '{"Bool":{"aws:SecureTransport":"true"}}').replace('Deny', 'Allow')).replace(
        '"Statement"',
        '«"Statement"»',
      ),
    },
  ],
  good: [
    { [file]: policy(deny(both, insecure)) },
    { [file]: policy(deny('"*"', '{"BoolIfExists":{"AWS:securetransport":false}}', '"*"', '{"AWS":"*"}')) },
    {
      [file]: policy(
        deny('"arn:aws:s3:::site*"', '{"StringNotEquals":{"aws:SecureTransport":["true"]}}', '["S3:*"]'),
      ),
    },
    {
      [file]: policy(
        deny(
          '"arn:aws-cn:s3:::*"',
          '{"StringEquals":{"aws:SecureTransport":"False"}}',
          '"*"',
          '{"AWS":["*"]}',
        ),
      ),
    },
    {
      [file]: policy(
        deny(both, insecure).replace('"Resource":', '"NotResource":').replaceAll('site', 'other'),
      ),
    },
    // Two statements that cover bucket and objects together.
    { [file]: policy(deny('"arn:aws:s3:::site"', insecure), deny('"arn:aws:s3:::site/*"', insecure)) },
  ],
  unsure: [{ [file]: absent('AccessDenied', 'GetBucketPolicy') }],
});
