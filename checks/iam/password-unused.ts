import { defineCheck, known } from '../../src/check.ts';
import { daysSince, olderThan } from '../_lib/days.ts';
import { report, reportFile, row } from '../_lib/iam-examples.ts';

export default defineCheck({
  on: 'iam.user',
  title: 'A console password that nobody uses',
  severity: 'medium',
  risk: 'missing-authentication',
  why: 'The account of somebody who left or never came is a door that nobody watches.',
  remedy: 'aws iam delete-login-profile --user-name USER',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html'],
  compliance: { cwe: ['262'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.12'], fsbp: ['IAM.8'] },
  equivalents: { prowler: ['iam_user_console_access_unused'], trivy: ['AWS-0144', 'AWS-0166'] },
  params: { days: 45 },

  *run(user, graph, { days }) {
    if (!known(user.passwordEnabled)) return;
    const used = known(user.passwordLastUsed);
    // A password that was never used counts from the day it was set.
    const since = used ?? known(user.passwordChanged);
    if (since === null || !olderThan(since, days, graph.now)) return;
    const idle = daysSince(since, graph.now);
    const what = used === null ? `was never used in ${idle} days` : `was last used ${idle} days ago`;
    yield { message: `The console password of ${user.name} ${what}`, at: user.passwordLastUsed.at };
  },

  bad: [
    {
      [reportFile]: report(
        row('maria', { password_enabled: 'true', password_last_used: '«2026-01-01T00:00:00+00:00»' }),
      ),
    },
    {
      [reportFile]: report(
        row('guest', {
          password_enabled: 'true',
          password_last_used: '«no_information»',
          password_last_changed: '2025-06-01T00:00:00+00:00',
        }),
      ),
    },
  ],
  good: [
    {
      [reportFile]: report(
        row('maria', { password_enabled: 'true', password_last_used: '2026-05-30T00:00:00+00:00' }),
      ),
    },
    { [reportFile]: report(row('deploy', { password_last_used: '2020-01-01T00:00:00+00:00' })) },
    {
      [reportFile]: report(
        row('new', {
          password_enabled: 'true',
          password_last_used: 'no_information',
          password_last_changed: '2026-05-20T00:00:00+00:00',
        }),
      ),
    },
  ],
});
