import { defineCheck, known } from '../../src/check.ts';
import { blocks, publicStatements, writeActions } from '../../src/facts/aws/s3.ts';
import { exception, severityOf, shortly } from '../_lib/public-grants.ts';
import { absent, blocked, openAccount, unblocked } from '../_lib/s3-examples.ts';

const open = { ...openAccount, 'aws/s3/site/get-public-access-block.json': unblocked };
const policy = (...statements: readonly string[]) =>
  `{"Version":"2012-10-17","Statement":[${statements.join(',')}]}`;
const allow = (principal: string, action: string, more = '') =>
  `{"Effect":"Allow","Principal":${principal},"Action":${action},"Resource":"arn:aws:s3:::site/*"${more}}`;
const condition = (operator: string, key: string, value: string) =>
  `,"Condition":{"${operator}":{"${key}":${value}}}`;

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket can be changed by anybody through its policy',
  severity: 'critical',
  risk: ['access-control', 'data-exposure'],
  why: 'Anybody on the internet can put, overwrite or delete objects: files are defaced, malware is spread, backups vanish.',
  remedy:
    'Name the principals that need it, or turn on RestrictPublicBuckets; publish files through CloudFront with origin access control.',
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status',
  ],
  compliance: { cwe: ['732'], 'owasp-2021': ['A01'], fsbp: ['S3.3'] },
  equivalents: { prowler: ['s3_bucket_policy_public_write_access'], checkov: ['CKV_AWS_70'] },

  *run(bucket, graph) {
    const policy = known(bucket.policy);
    const found = policy === null ? [] : publicStatements(policy, writeActions);
    if (found.length === 0 || blocks(bucket, graph, 'RestrictPublicBuckets')) return;
    for (const { statement, allowed, word, denial } of found) {
      yield {
        message: `The policy of ${bucket.name} lets anybody do ${shortly(allowed)}${exception(denial)}`,
        at: word.at,
        severity: severityOf(denial, 'critical'),
        witness: witness(allowed, bucket.name),
        discriminator: statement.sid ?? allowed.join(),
      };
    }
  },

  bad: [
    { ...open, 'aws/s3/site/get-bucket-policy.json': policy(`${allow('"*"', '«"s3:PutObject"»')}`) },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('{"AWS":["arn:aws:iam::*:root"]}', '[«"s3:*"»]')}`,
      ),
    },
    // As the command line saves it: the document in a string.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': `{"Policy":${JSON.stringify(policy(allow('"*"', '«"s3:PutObject"»')))}}`,
    },
    // Ranges wider than /8 are the internet, a pattern is no fixed value, and "not from there" is nearly everywhere.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('IpAddress', 'aws:SourceIp', '["54.240.0.0/16","0.0.0.0/1"]'))}`,
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('StringLike', 'aws:SourceVpc', '"vpc-*"'))}`,
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('StringNotEquals', 'aws:SourceVpc', '"vpc-1"'))}`,
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('ForAllValues:StringEquals', 'aws:PrincipalOrgID', '"o-a1"'))}`,
      ),
    },
    // A key that says nothing about the caller narrows nothing; a Deny elsewhere does not make it private by AWS's rule.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('StringEquals', 'aws:Referer', '"https://site.example"'))}`,
        '{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}',
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        '{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"NotAction":«"s3:CreateBucket"»,"Resource":"*"}',
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('{"Federated":"graph.facebook.com"}', '«"s3:PutObject"»')}`,
      ),
    },
    // An address of a private network says nothing about a range that is mostly public.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        `${allow('"*"', '«"s3:PutObject"»', condition('IpAddress', 'aws:SourceIp', '"10.0.0.0/1"'))}`,
      ),
    },
    // Refused again, for all or for some: told, but not as an open door.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        allow('"*"', '«"s3:PutObject"»'),
        '{"Sid":"Vpc","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::site/*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}',
      ),
    },
    // Wildcards in an action.
    { ...open, 'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '["s3:Get*",«"S3:p*"»]')) },
    { ...open, 'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '«"s3:PutBucketPolicy"»')) },
  ],
  good: [
    { ...open, 'aws/s3/site/get-bucket-policy.json': absent('NoSuchBucketPolicy', 'GetBucketPolicy') },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        allow('{"AWS":"arn:aws:iam::111122223333:role/app"}', '"s3:*"'),
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        allow('"*"', '"s3:PutObject"', condition('StringEquals', 'AWS:SourceVpce', '"vpce-1a2b"')),
      ),
    },
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        allow('"*"', '"s3:PutObject"', condition('IpAddress', 'aws:SourceIp', '"54.240.0.0/16"')),
      ),
    },
    { ...open, 'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '"s3:GetObject"')) },
    // CloudFront with origin access control names one distribution.
    {
      ...open,
      'aws/s3/site/get-bucket-policy.json': policy(
        allow(
          '{"Service":"cloudfront.amazonaws.com"}',
          '"s3:*"',
          condition('StringEquals', 'aws:SourceArn', '"arn:aws:cloudfront::111122223333:distribution/E1"'),
        ),
      ),
    },
    {
      ...open,
      'aws/s3control/get-public-access-block.json': blocked,
      'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '"s3:PutObject"')),
    },
  ],
  unsure: [
    {
      ...open,
      'aws/s3control/get-public-access-block.json': absent('AccessDenied', 'GetPublicAccessBlock'),
      'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '"s3:PutObject"')),
    },
    { ...open, 'aws/s3/site/get-bucket-policy.json': absent('AccessDenied', 'GetBucketPolicy') },
    { 'aws/s3/site/get-bucket-policy.json': policy(allow('"*"', '"s3:PutObject"')) },
  ],
});

/** The request that shows it. */
function witness(allowed: readonly string[], bucket: string): string {
  return allowed.includes('s3:PutObject')
    ? `aws s3 cp probe.txt s3://${bucket}/ --no-sign-request`
    : `any request for ${allowed[0]} with --no-sign-request`;
}
