import { defineCheck, known } from '../../src/check.ts';
import { report, reportFile, root, row } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

export default defineCheck({
  on: 'iam.account',
  title: 'The root user has an access key',
  severity: 'critical',
  risk: 'missing-authentication',
  why: 'The key can do everything in the account, no policy can limit it, and it needs no second factor.',
  remedy: 'Sign in as root and delete its access keys; use roles for what they were used for.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html'],
  compliance: { cwe: ['250'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.4'], fsbp: ['IAM.4'] },
  equivalents: { prowler: ['iam_no_root_access_key'], trivy: ['AWS-0141'], checkov: ['CKV_AWS_348'] },

  *run(account) {
    if (!known(account.rootAccessKey)) return;
    yield {
      message: `The root user of ${account.name} has an access key`,
      at: account.rootAccessKey.at,
    };
  },

  bad: [
    { [reportFile]: report(row(root, { access_key_2_active: '«TRUE»' })) },
    // The summary alone is enough.
    {
      'aws/iam/get-account-summary.json':
        '{"SummaryMap":{"AccountAccessKeysPresent":«1»,"AccountMFAEnabled":1}}',
    },
  ],
  good: [
    { [reportFile]: report(row(root)) },
    { 'aws/iam/get-account-summary.json': '{"SummaryMap":{"AccountAccessKeysPresent":0}}' },
  ],
  unsure: [
    { 'aws/iam/get-account-summary.json': absent('AccessDenied', 'GetAccountSummary') },
    // A count that is not told is no zero.
    { 'aws/iam/get-account-summary.json': '{"SummaryMap":{"Users":3}}' },
    // A report without a row for root.
    { [reportFile]: report(row('maria')) },
  ],
});
