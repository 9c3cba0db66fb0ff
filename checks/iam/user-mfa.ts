import { defineCheck, known } from '../../src/check.ts';
import { details, detailsFile, report, reportFile, row, user } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

export default defineCheck({
  on: 'iam.user',
  title: 'A user signs in to the console without a second factor',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'A guessed or phished password is enough to act as this user.',
  remedy:
    'Enrol a device for the user, and deny everything else until one is present (aws:MultiFactorAuthPresent).',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html'],
  compliance: { cwe: ['308'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.10'], fsbp: ['IAM.5'] },
  equivalents: { prowler: ['iam_user_mfa_enabled_console_access'], trivy: ['AWS-0145'] },

  *run(user) {
    if (!known(user.passwordEnabled) || known(user.mfa)) return;
    yield { message: `User ${user.name} has a console password and no MFA device`, at: user.mfa.at };
  },

  bad: [
    {
      [reportFile]: report(row('maria', { password_enabled: 'TRUE', mfa_active: '«FALSE»' }), row('deploy')),
    },
    // As the API gives it: the report encoded in JSON.
    {
      'aws/iam/get-credential-report.json': `{"Content":«"${Buffer.from(
        report(row('maria', { password_enabled: 'true' })),
      ).toString('base64')}"»,"ReportFormat":"text/csv"}`,
    },
    // CRLF, quoted cells and an unknown column before the others.
    {
      [reportFile]: report(row('"maria"', { password_enabled: 'true', mfa_active: '«"false"»' })).replaceAll(
        '\n',
        '\r\n',
      ),
    },
  ],
  good: [
    { [reportFile]: report(row('maria', { password_enabled: 'true', mfa_active: 'true' })) },
    // A user for programs has no password to protect.
    { [reportFile]: report(row('deploy', { access_key_1_active: 'true' })) },
  ],
  unsure: [
    // Who has a password stands only in the report.
    { [detailsFile]: details({ users: [user('maria')] }) },
    { [reportFile]: absent('AccessDenied', 'GetCredentialReport') },
  ],
});
