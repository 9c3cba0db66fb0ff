import { defineCheck, known } from '../../src/check.ts';
import { actionWord, administers, allows, anyArn } from '../../src/facts/aws/allows.ts';
import { conditionOn } from '../../src/facts/aws/conditions.ts';
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
  equivalents: { trivy: ['AWS-0342'], 'access-analyzer': ['PASS_ROLE_WITH_STAR_IN_RESOURCE'] },
  applies: ({ origin }) => origin !== 'aws',

  *run(policy) {
    const { statements } = known(policy.document);
    // Full administration is told once, by its own checks.
    if (administers(statements, policy.account).access !== 'no') return;
    const role = anyArn('iam', policy.account, 'role');
    const denials = statements.filter(({ effect }) => effect === 'Deny');
    for (const statement of statements.filter(({ effect }) => effect === 'Allow')) {
      if (allows([statement, ...denials], 'iam:PassRole', role) === 'no') continue;
      const { at, sid } = statement;
      const narrowed = conditionOn(statement, 'iam:PassedToService').some(
        // Every request to pass a role names the service, so IfExists changes nothing.
        ({ operator, values }) =>
          /^String(Equals|EqualsIgnoreCase|Like)(IfExists)?$/i.test(operator) &&
          values.every((value) => !/^[*?]/.test(value)),
      );
      const to = narrowed
        ? 'to some services'
        : statement.conditions.length > 0
          ? 'under a condition'
          : 'to any service';
      yield {
        message: `Policy ${policy.name} lets its holder pass every role ${to}`,
        at: actionWord(statement, 'iam:PassRole')?.at ?? at,
        severity: narrowed ? 'low' : 'high',
        discriminator: sid ?? '',
      };
    }
  },

  bad: [
    one(allow('«"iam:PassRole"»')),
    one(allow('["ec2:RunInstances",«"IAM:pass*"»]', '["arn:aws:iam::*:role/*"]')),
    one(
      allow(
        '«"iam:PassRole"»',
        '"*"',
        ',"Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}',
      ),
    ),
    one(
      allow(
        '«"iam:PassRole"»',
        '"*"',
        ',"Condition":{"StringLikeIfExists":{"iam:PassedToService":"ec2.amazonaws.com*"}}',
      ),
    ),
    // Any service but one, or any at all.
    one(
      allow(
        '«"iam:PassRole"»',
        '"*"',
        ',"Condition":{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}',
      ),
    ),
    one(
      '{"Effect":"Allow","NotAction":[«"iam:Create*"»,"iam:Put*","iam:Attach*","iam:Update*"],"Resource":"*"}',
    ),
    one(
      allow('«"iam:PassRole"»'),
      '{"Effect":"Deny","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/admin"}',
    ),
  ],
  good: [
    one(allow('"iam:PassRole"', '"arn:aws:iam::111122223333:role/app"')),
    one(allow('"iam:PassRole"'), '{"Effect":"Deny","Action":"iam:PassRole","Resource":"*"}'),
    one(allow('"iam:Get*"')),
  ],
});
