import { defineCheck, known } from '../../src/check.ts';
import { anyIsOn, isBackedUp, isOn, takesLogs } from '../../src/facts/aws/s3.ts';
import { absent } from '../_lib/s3-examples.ts';

const bucket = 'aws/s3/orders';
const none = {
  [`${bucket}/get-bucket-versioning.json`]: '{}',
  [`${bucket}/get-bucket-replication.json`]: absent(
    'ReplicationConfigurationNotFoundError',
    'GetBucketReplication',
  ),
  [`${bucket}/get-object-lock-configuration.json`]: absent(
    'ObjectLockConfigurationNotFoundError',
    'GetObjectLockConfiguration',
  ),
  'aws/backup/list-protected-resources.json': '{"Results":[]}',
};

export default defineCheck({
  on: 's3.bucket',
  title: 'Nothing could bring a lost object back',
  severity: 'high',
  risk: 'missing-backup',
  why: 'There is exactly one copy of each object: a mistaken delete, a broken job or an intruder destroys the data for good.',
  remedy:
    'Turn versioning on at least; for data that matters add replication to another account or an AWS Backup plan.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/backup-for-s3.html'],
  compliance: { cwe: ['693'], 'nist-800-53-r5': ['CP-9'] },

  *run(bucket, graph) {
    const saved = anyIsOn([
      () => known(bucket.versioning) === 'Enabled',
      isOn(bucket.replicates),
      isOn(bucket.objectLock),
      () => isBackedUp(bucket, graph),
      () => takesLogs(bucket, graph),
    ]);
    if (saved) return;
    yield {
      message: `Bucket ${bucket.name} has no versioning, no replication, no object lock and no AWS Backup`,
      at: bucket.versioning.at,
    };
  },

  bad: [{ ...none, [`${bucket}/get-bucket-versioning.json`]: '«{}»' }],
  good: [
    // Any one of the four is enough, and the others need not even be known.
    { [`${bucket}/get-bucket-versioning.json`]: '{"Status":"Enabled"}' },
    {
      ...none,
      [`${bucket}/get-bucket-replication.json`]: absent('AccessDenied', 'GetBucketReplication'),
      [`${bucket}/get-object-lock-configuration.json`]:
        '{"ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}',
    },
    // One page of several names it.
    {
      ...none,
      'aws/backup/list-protected-resources-1.json': '{"Results":[],"NextToken":"x"}',
      'aws/backup/list-protected-resources-2.json':
        '{"Results":[{"ResourceArn":"arn:aws:s3:::orders","ResourceType":"S3"}]}',
    },
    {
      [`${bucket}/get-bucket-versioning.json`]: '{}',
      [`${bucket}/get-bucket-replication.json`]:
        '{"ReplicationConfiguration":{"Rules":[{"Status":"Enabled"}]}}',
      [`${bucket}/get-object-lock-configuration.json`]: '{}',
    },
    {
      ...none,
      [`${bucket}/get-object-lock-configuration.json`]:
        '{"ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}',
    },
    {
      ...none,
      'aws/backup/list-protected-resources.json':
        '{"Results":[{"ResourceArn":"arn:aws:s3:::orders","ResourceType":"S3"}]}',
    },
  ],
  unsure: [
    {
      ...none,
      'aws/backup/list-protected-resources.json': absent('AccessDeniedException', 'ListProtectedResources'),
    },
    { ...none, [`${bucket}/get-bucket-replication.json`]: absent('AccessDenied', 'GetBucketReplication') },
    // Only the first page was saved.
    { ...none, 'aws/backup/list-protected-resources.json': '{"Results":[],"NextToken":"x"}' },
  ],
});
