import { defineCheck, known } from '../../src/check.ts';
import { isDirectoryBucket, takesLogs } from '../../src/facts/aws/s3.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/orders/get-bucket-versioning.json';

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket keeps no earlier versions',
  severity: 'medium',
  risk: 'missing-backup',
  why: 'An object that is overwritten or deleted, by mistake or by an intruder, is gone.',
  remedy:
    'aws s3api put-bucket-versioning --bucket NAME --versioning-configuration Status=Enabled, with a lifecycle rule that ends old versions.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html'],
  compliance: { cwe: ['693'], fsbp: ['S3.14'], 'nist-800-53-r5': ['CP-10'] },
  equivalents: { prowler: ['s3_bucket_object_versioning'], checkov: ['CKV_AWS_21'], trivy: ['AWS-0090'] },

  applies: (bucket) => !isDirectoryBucket(bucket),

  *run(bucket, graph) {
    const status = known(bucket.versioning);
    if (status === 'Enabled' || takesLogs(bucket, graph)) return;
    const what = status === 'Suspended' ? 'is suspended' : 'was never turned on';
    yield { message: `Versioning of ${bucket.name} ${what}`, at: bucket.versioning.at };
  },

  bad: [
    { [file]: '{"Status":«"Suspended"»}' },
    // The answer for a bucket that never had it has no status at all.
    { [file]: '«{}»' },
    // The command line then prints nothing, and the saved file is empty.
    { [file]: '«»' },
  ],
  good: [
    { [file]: '{"Status":"Enabled","MFADelete":"Disabled"}' },
    {
      [file]: '{"Status":"Suspended"}',
      'aws/s3/site/get-bucket-logging.json': '{"LoggingEnabled":{"TargetBucket":"orders","TargetPrefix":""}}',
      'aws/s3/site/get-bucket-versioning.json': '{"Status":"Enabled"}',
    },
  ],
  unsure: [
    { [file]: absent('AccessDenied', 'GetBucketVersioning') },
    // Another answer under this name tells nothing.
    { [file]: '{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":""}}' },
  ],
});
