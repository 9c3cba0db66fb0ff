import { defineCheck, known } from '../../src/check.ts';
import { report, reportFile, root, row } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/iam/get-account-password-policy.json';
const console = { [reportFile]: report(row(root), row('maria', { password_enabled: 'true' })) };

export default defineCheck({
  on: 'iam.account',
  title: 'Short console passwords are allowed',
  severity: 'medium',
  risk: 'missing-authentication',
  why: 'Short passwords can be guessed from a leaked hash or by trying.',
  remedy:
    'aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html',
  ],
  compliance: { cwe: ['521'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.8'], fsbp: ['IAM.7'] },
  equivalents: {
    prowler: ['iam_password_policy_minimum_length_14'],
    checkov: ['CKV_AWS_10'],
    trivy: ['AWS-0063'],
  },
  params: { length: 14 },

  *run(account, _graph, { length }) {
    const least = known(account.passwordLength);
    if (least >= length) return;
    const why = account.passwordLength.state === 'default' ? ', since no password policy is set' : '';
    const message = `Console passwords of ${least} characters are allowed${why}`;
    const { consoleUsers } = account;
    const nobody = consoleUsers.state !== 'unknown' && consoleUsers.value === 0;
    yield { message, at: account.passwordLength.at, severity: nobody ? 'info' : 'medium' };
  },

  bad: [
    { ...console, [file]: '{"PasswordPolicy":{"MinimumPasswordLength":«8»}}' },
    { ...console, [file]: `«${absent('NoSuchEntity', 'GetAccountPasswordPolicy')}»` },
    // Nobody has a password: worth a note, no more.
    { [reportFile]: report(row(root)), [file]: '{"PasswordPolicy":{"MinimumPasswordLength":«10»}}' },
  ],
  good: [{ ...console, [file]: '{"PasswordPolicy":{"MinimumPasswordLength":14}}' }],
  unsure: [{ ...console, [file]: absent('AccessDenied', 'GetAccountPasswordPolicy') }],
});
