import { defineCheck, known } from '../../src/check.ts';
import { daysSince, olderThan } from '../_lib/days.ts';
import { details, detailsFile, report, reportFile, row, user } from '../_lib/iam-examples.ts';
import { absent } from '../_lib/s3-examples.ts';

const key = (rotated: string, active = 'true') => ({
  access_key_1_active: active,
  access_key_1_last_rotated: rotated,
});

export default defineCheck({
  on: 'iam.user',
  title: 'An access key is old',
  severity: 'medium',
  risk: 'missing-authentication',
  why: 'The longer a key lives, the more laptops, logs and backups hold a copy of it.',
  remedy:
    'Create a second key, switch to it, deactivate the old one, and delete it after a week; a role needs no key at all.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html'],
  compliance: { cwe: ['324'], 'owasp-2021': ['A07'], 'cis-aws-3.0': ['1.14'], fsbp: ['IAM.3'] },
  equivalents: { prowler: ['iam_rotate_access_key_90_days'], trivy: ['AWS-0146'] },
  params: { days: 90 },

  *run(user, graph, { days }) {
    for (const { active, rotated, slot } of user.keys) {
      if (!known(active)) continue;
      const made = known(rotated);
      if (made === null || !olderThan(made, days, graph.now)) continue;
      yield {
        message: `Access key ${slot} of ${user.name} is ${daysSince(made, graph.now)} days old`,
        at: rotated.at,
        discriminator: String(slot),
      };
    }
  },

  // The day of the examples is 2026-06-01.
  bad: [{ [reportFile]: report(row('deploy', key('«2026-03-02T23:59:59+00:00»'))) }],
  good: [
    // Ninety days to the second is not more than ninety days.
    { [reportFile]: report(row('deploy', key('2026-03-03T00:00:00+00:00'))) },
    { [reportFile]: report(row('deploy', key('2020-01-01T00:00:00+00:00', 'false'))) },
  ],
  unsure: [
    // The report was cut off in the middle of the row.
    {
      [reportFile]: report(row('deploy', key('2020-01-01T00:00:00+00:00'))).replace(
        /true,2020[\s\S]*/,
        'true,',
      ),
    },
    // The users are known by name only.
    {
      [detailsFile]: details({ users: [user('deploy')] }),
      [reportFile]: absent('AccessDenied', 'GetCredentialReport'),
    },
    { [reportFile]: absent('AccessDenied', 'GetCredentialReport') },
  ],
});
