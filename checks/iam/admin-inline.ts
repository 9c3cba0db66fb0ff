import { defineCheck, known } from '../../src/check.ts';
import { administers } from '../../src/facts/aws/allows.ts';
import { allow, details, detailsFile, inline, policy, user } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

const encoded = JSON.stringify(encodeURIComponent(policy(allow('"*"')))).replace('%22*%22', '«%22*%22»');

export default defineCheck({
  on: 'iam.policy',
  title: 'An inline policy gives full administration',
  severity: 'critical',
  risk: 'access-control',
  why: 'Whoever holds it owns the account, and an inline policy is easily missed when policies are reviewed.',
  remedy: 'Replace it by a managed policy that lists what the work needs.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html'],
  compliance: { cwe: ['269'], 'owasp-2021': ['A01'], fsbp: ['IAM.1'] },
  equivalents: { prowler: ['iam_inline_policy_no_administrative_privileges'] },
  applies: ({ origin }) => origin === 'inline',

  *run(policy) {
    const { access, at = policy.at } = administers(known(policy.document).statements, policy.account);
    if (access === 'no') return;
    const limits = access === 'conditional' ? ' under a condition' : '';
    yield {
      message: `Inline policy ${policy.name} makes ${policy.holder} an administrator of the whole account${limits}`,
      at,
      severity: access === 'conditional' ? 'medium' : 'critical',
    };
  },

  bad: [
    { [detailsFile]: details({ users: [user('deploy', [inline('all', policy(allow('«"*"»')))])] }) },
    // As the API gives it: the document URL-encoded in a string.
    { [detailsFile]: details({ users: [user('deploy', [inline('all', encoded)])] }) },
  ],
  good: [
    {
      [detailsFile]: details({
        users: [user('deploy', [inline('upload', policy(allow('"s3:PutObject"')))])],
      }),
    },
    // Only on itself.
    {
      [detailsFile]: details({
        users: [
          user('dev', [
            inline('self', policy(allow('"iam:*"', '"arn:aws:iam::111122223333:user/${aws:username}"'))),
          ]),
        ],
      }),
    },
  ],
  unsure: [
    { [detailsFile]: details({ users: [user('deploy', [inline('odd', '"not a document"')])] }) },
    { [detailsFile]: absent('AccessDenied', 'GetAccountAuthorizationDetails') },
    // The first of several pages.
    { [detailsFile]: details({}).replace(/}$/, ',"IsTruncated":true,"Marker":"m"}') },
  ],
});
