import { defineCheck, known } from '../../src/check.ts';

export default defineCheck({
  on: 's3.account',
  title: 'Public access is not blocked for the whole account',
  severity: 'high',
  risk: 'access-control',
  why: 'One wrong ACL or bucket policy, made by anybody with rights to one bucket, opens its data to the internet.',
  remedy:
    'Turn all four settings on for the account: aws s3control put-public-access-block --account-id ID --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html',
  ],
  compliance: { cwe: ['284'], 'owasp-2021': ['A01'], 'cis-aws-3.0': ['2.1.4'], fsbp: ['S3.1'] },
  equivalents: { prowler: ['s3_account_level_public_access_blocks'] },

  *run(account) {
    const off = Object.entries(known(account.blockPublic)).filter(([, flag]) => !flag.value);
    const [first] = off;
    if (!first) return;
    const names = off.map(([name]) => name).join(', ');
    const what = off.length === 4 ? 'no setting is on' : `${names} ${off.length === 1 ? 'is' : 'are'} off`;
    yield { message: `Block Public Access of ${account.name}: ${what}`, at: first[1].at };
  },

  bad: [
    {
      'aws/s3control/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":«false»,"RestrictPublicBuckets":false}}',
    },
    {
      // Never configured: the call answers with an error, which means that nothing is blocked.
      'aws/s3control/get-public-access-block.json':
        '«An error occurred (NoSuchPublicAccessBlockConfiguration) when calling the GetPublicAccessBlock operation: The public access block configuration was not found»',
    },
  ],
  good: [
    {
      'exports/111122223333/us-east-1/s3control/get-public-access-block.json':
        '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}',
    },
  ],
  unsure: [
    {
      'aws/s3control/get-public-access-block.json':
        'An error occurred (AccessDenied) when calling the GetPublicAccessBlock operation: Access Denied',
    },
  ],
});
