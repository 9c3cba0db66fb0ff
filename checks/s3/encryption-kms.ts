import { defineCheck, known } from '../../src/check.ts';
import { globMatches } from '../../src/facts/aws/glob.ts';
import { admitsByPolicy, takesLogs } from '../../src/facts/aws/s3.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/orders/get-bucket-encryption.json';
const rule = (algorithm: string) =>
  `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"${algorithm}"}}]}}`;

/** Services whose logs S3 takes only with its own key. */
const logWriters = /^(logging\.s3|logdelivery\.elasticloadbalancing)\.amazonaws\.com$/;

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket is encrypted with a key that nobody controls',
  severity: 'low',
  risk: 'unencrypted-storage',
  why: 'S3 encrypts every new object by itself, but with its own key: whoever may read the object may read it decrypted, and no key policy or key log stands between.',
  remedy:
    'Set aws:kms with a customer-managed key as the default encryption, with a bucket key to keep it cheap.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html'],
  compliance: { cwe: ['311'], 'owasp-2021': ['A02'], fsbp: ['S3.17'] },
  equivalents: { prowler: ['s3_bucket_kms_encryption'], checkov: ['CKV_AWS_145'], trivy: ['AWS-0132'] },
  params: { buckets: ['*'] as readonly string[] },

  *run(bucket, graph, { buckets }) {
    if (!buckets.some((pattern) => globMatches(pattern, bucket.name))) return;
    const algorithm = known(bucket.encryption);
    // Access logs of S3 and of load balancers can be delivered only to buckets with S3's own key.
    if (/^aws:kms/.test(algorithm) || takesLogs(bucket, graph)) return;
    if (bucket.policy.state !== 'unknown' && admitsByPolicy(bucket, logWriters)) return;
    yield {
      message: `Objects of ${bucket.name} are encrypted with S3's own key (AES256) instead of a KMS key`,
      at: bucket.encryption.at,
    };
  },

  bad: [
    { [file]: rule('AES256').replace('"AES256"', '«"AES256"»') },
    // S3 has answered so only before 2023; it encrypts with its own key nevertheless.
    {
      [file]: `«${absent('ServerSideEncryptionConfigurationNotFoundError', 'GetBucketEncryption')}»`,
    },
  ],
  good: [
    { [file]: rule('aws:kms') },
    { [file]: rule('aws:kms:dsse') },
    // Access logs arrive here, and S3 can write them only with its own key.
    {
      [file]: rule('AES256'),
      'aws/s3/site/get-bucket-encryption.json': rule('aws:kms'),
      'aws/s3/site/get-bucket-logging.json': '{"LoggingEnabled":{"TargetBucket":"orders","TargetPrefix":""}}',
    },
    {
      [file]: rule('AES256'),
      'aws/s3/orders/get-bucket-policy.json':
        '{"Statement":[{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::orders/*"}]}',
    },
  ],
  unsure: [{ [file]: absent('AccessDenied', 'GetBucketEncryption') }],
});
