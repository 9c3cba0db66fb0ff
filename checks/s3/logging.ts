import { defineCheck, known } from '../../src/check.ts';
import { isDirectoryBucket, takesLogs } from '../../src/facts/aws/s3.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/orders/get-bucket-logging.json';

export default defineCheck({
  on: 's3.bucket',
  title: 'Nobody could tell who read a bucket',
  severity: 'medium',
  risk: 'missing-monitoring',
  why: 'After a leak there is no record of which objects were fetched, when and by whom.',
  remedy: 'Send server access logs to another bucket, or record S3 data events with CloudTrail.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html'],
  compliance: { cwe: ['778'], 'owasp-2021': ['A09'], fsbp: ['S3.9'] },
  equivalents: {
    prowler: ['s3_bucket_server_access_logging_enabled'],
    checkov: ['CKV_AWS_18'],
    trivy: ['AWS-0089'],
  },

  applies: (bucket) => !isDirectoryBucket(bucket),

  *run(bucket, graph) {
    if (known(bucket.logTarget) !== null) return;
    // A bucket that takes logs would log its own logs, without end.
    if (takesLogs(bucket, graph)) return;
    yield { message: `Bucket ${bucket.name} keeps no access log`, at: bucket.logTarget.at };
  },

  bad: [
    { [file]: '«{}»' },
    { [file]: '«»' },
    // Another bucket's denied answer is no excuse for one where S3 may not even deliver logs.
    {
      [file]: '«{}»',
      'aws/s3/orders/get-bucket-acl.json': '{"Grants":[]}',
      'aws/s3/orders/get-bucket-policy.json': absent('NoSuchBucketPolicy', 'GetBucketPolicy'),
      'aws/s3/site/get-bucket-logging.json': absent('AccessDenied', 'GetBucketLogging'),
    },
  ],
  good: [
    { [file]: '{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":"orders/"}}' },
    {
      [file]: '{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":""}}',
      'aws/s3/logs/get-bucket-logging.json': '{}',
    },
  ],
  unsure: [
    { [file]: absent('AccessDenied', 'GetBucketLogging') },
    // It may take logs: S3 is let to deliver them, and where the other bucket logs to was not to be read.
    {
      [file]: '{}',
      'aws/s3/orders/get-bucket-acl.json':
        '{"Grants":[{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}]}',
      'aws/s3/site/get-bucket-logging.json': absent('AccessDenied', 'GetBucketLogging'),
    },
  ],
});
