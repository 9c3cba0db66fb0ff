import { defineCheck, known } from '../../src/check.ts';
import { daysSince, olderThan } from '../_lib/days.ts';
import { report, reportFile, row } from '../_lib/iam-examples.ts';

const key = (rotated: string, used: string) => ({
  access_key_2_active: 'true',
  access_key_2_last_rotated: rotated,
  access_key_2_last_used_date: used,
});

export default defineCheck({
  on: 'iam.user',
  title: 'An access key that nobody uses is active',
  severity: 'medium',
  risk: 'missing-authentication',
  why: 'Nobody would miss it and nobody watches it: a leaked copy can be used unnoticed.',
  remedy:
    'aws iam update-access-key --user-name USER --access-key-id ID --status Inactive, and delete it when nothing breaks.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html'],
  compliance: { cwe: ['262'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.12'], fsbp: ['IAM.22'] },
  equivalents: { prowler: ['iam_user_accesskey_unused'], trivy: ['AWS-0144', 'AWS-0166'] },
  params: { days: 45 },

  *run(user, graph, { days }) {
    for (const { active, rotated, lastUsed, slot } of user.keys) {
      if (!known(active)) continue;
      const used = known(lastUsed);
      // A key that was never used counts from the day it was made.
      const since = used ?? known(rotated);
      if (since === null || !olderThan(since, days, graph.now)) continue;
      const idle = daysSince(since, graph.now);
      const what = used === null ? `was never used in ${idle} days` : `was last used ${idle} days ago`;
      const message = `Access key ${slot} of ${user.name} ${what}`;
      yield { message, at: lastUsed.at, discriminator: String(slot) };
    }
  },

  bad: [
    {
      [reportFile]: report(row('deploy', key('2025-01-01T00:00:00+00:00', '«2026-01-01T00:00:00+00:00»'))),
    },
    { [reportFile]: report(row('deploy', key('2026-01-01T00:00:00+00:00', '«N/A»'))) },
  ],
  good: [
    { [reportFile]: report(row('deploy', key('2020-01-01T00:00:00+00:00', '2026-05-30T00:00:00+00:00'))) },
    { [reportFile]: report(row('deploy', key('2026-05-20T00:00:00+00:00', 'N/A'))) },
  ],
});
