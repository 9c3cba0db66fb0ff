import { defineCheck, known } from '../../src/check.ts';
import { globMatches } from '../../src/facts/aws/glob.ts';
import { takesLogs } from '../../src/facts/aws/s3.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/orders/get-bucket-encryption.json';
const rule = (algorithm: string) =>
  `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"${algorithm}"}}]}}`;

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
  equivalents: { prowler: ['s3_bucket_kms_encryption'], checkov: ['CKV_AWS_145'] },
  params: { buckets: ['*'] as readonly string[] },

  *run(bucket, graph, { buckets }) {
    if (!buckets.some((pattern) => globMatches(pattern, bucket.name))) return;
    const algorithm = known(bucket.encryption);
    // S3 can deliver access logs only to buckets with its own key.
    if (/^aws:kms/.test(algorithm) || takesLogs(bucket, graph)) return;
    const what = algorithm === 'AES256' ? "S3's own key (AES256)" : 'no default encryption';
    yield { message: `Bucket ${bucket.name} has ${what} instead of a KMS key`, at: bucket.encryption.at };
  },

  bad: [{ [file]: `«${rule('AES256')}»` }],
  good: [
    { [file]: rule('aws:kms') },
    { [file]: rule('aws:kms:dsse') },
    // Access logs arrive here, and S3 can write them only with its own key.
    {
      [file]: rule('AES256'),
      'aws/s3/site/get-bucket-encryption.json': rule('aws:kms'),
      'aws/s3/site/get-bucket-logging.json': '{"LoggingEnabled":{"TargetBucket":"orders","TargetPrefix":""}}',
    },
  ],
  unsure: [{ [file]: absent('AccessDenied', 'GetBucketEncryption') }],
});
