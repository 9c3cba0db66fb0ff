import { defineCheck, known } from '../../src/check.ts';
import { administers, anyArn, covers } from '../../src/facts/aws/allows.ts';
import { allow, details, detailsFile, managed, policy } from '../_lib/iam-examples.ts';

const one = (...statements: readonly string[]) => ({
  [detailsFile]: details({ policies: [managed('ci', policy(...statements))] }),
});

export default defineCheck({
  on: 'iam.policy',
  title: 'Any role can be handed to a service',
  severity: 'high',
  risk: 'access-control',
  why: 'Whoever may pass every role starts a function or an instance with the strongest one and takes its credentials.',
  remedy: 'Name the roles that may be passed, and the service that may get them (iam:PassedToService).',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  compliance: { cwe: ['269'], 'owasp-2021': ['A01'] },
  equivalents: { 'access-analyzer': ['PASS_ROLE_WITH_STAR_IN_RESOURCE'] },
  applies: ({ origin }) => origin !== 'aws',

  *run(policy) {
    const { statements } = known(policy.document);
    // Full administration is told once, by its own checks.
    if (administers(statements, policy.account) !== 'no') return;
    const role = anyArn('iam', policy.account, 'role');
    const open = statements.filter((statement) => covers(statement, 'iam:PassRole', role));
    if (open.some(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0)) return;
    for (const { effect, conditions, at, sid } of open) {
      if (effect === 'Deny') continue;
      const narrowed = conditions.some(({ key }) => key.toLowerCase() === 'iam:passedtoservice');
      const to = narrowed ? 'to some services' : 'to any service';
      yield {
        message: `Policy ${policy.name} lets its holder pass every role ${to}`,
        at,
        severity: narrowed ? 'low' : 'high',
        discriminator: sid ?? '',
      };
    }
  },

  bad: [
    one(`«${allow('"iam:PassRole"')}»`),
    one(`«${allow('["ec2:RunInstances","IAM:pass*"]', '["arn:aws:iam::*:role/*"]')}»`),
    one(
      `«${allow('"iam:PassRole"', '"*"', ',"Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}')}»`,
    ),
  ],
  good: [
    one(allow('"iam:PassRole"', '"arn:aws:iam::111122223333:role/app"')),
    one(allow('"iam:PassRole"'), '{"Effect":"Deny","Action":"iam:PassRole","Resource":"*"}'),
    one(allow('"iam:Get*"')),
  ],
});
