import { defineCheck, known } from '../../src/check.ts';
import { report, reportFile, root, row } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

export default defineCheck({
  on: 'iam.account',
  title: 'The root user signs in without a second factor',
  severity: 'critical',
  risk: 'missing-authentication',
  why: 'One password, guessed, reused or phished, is the whole account.',
  remedy: 'Register two FIDO2 security keys for the root user, and keep them apart.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html'],
  compliance: { cwe: ['308'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.5'], fsbp: ['IAM.9'] },
  equivalents: { prowler: ['iam_root_mfa_enabled'], trivy: ['AWS-0142'] },

  *run(account) {
    if (known(account.rootMfa)) return;
    // Where root credentials are managed centrally there is nothing to sign in with.
    if (!known(account.rootCredential)) return;
    yield { message: `The root user of ${account.name} has no MFA device`, at: account.rootMfa.at };
  },

  bad: [
    { [reportFile]: report(row(root, { password_enabled: 'not_supported', mfa_active: '«false»' })) },
    { [reportFile]: report(row(root, { access_key_1_active: 'true', mfa_active: '«false»' })) },
    {
      'aws/iam/get-account-summary.json':
        '{"SummaryMap":{"AccountMFAEnabled":«0»,"AccountPasswordPresent":1,"AccountAccessKeysPresent":0}}',
    },
  ],
  good: [
    { [reportFile]: report(row(root, { password_enabled: 'not_supported', mfa_active: 'true' })) },
    { [reportFile]: report(row(root, { password_enabled: 'false' })) },
    { 'aws/iam/get-account-summary.json': '{"SummaryMap":{"AccountMFAEnabled":1}}' },
    // Root credentials are managed centrally.
    {
      'aws/iam/get-account-summary.json':
        '{"SummaryMap":{"AccountMFAEnabled":0,"AccountPasswordPresent":0,"AccountAccessKeysPresent":0}}',
    },
  ],
  unsure: [
    { [reportFile]: absent('ReportNotPresent', 'GetCredentialReport') },
    // Whether root has a password at all stands in the report, or in newer summaries.
    { 'aws/iam/get-account-summary.json': '{"SummaryMap":{"AccountMFAEnabled":0}}' },
  ],
});
