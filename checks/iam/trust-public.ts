import { defineCheck, known } from '../../src/check.ts';
import { asksForExternalId, assuming, isTied } from '../../src/facts/aws/trust.ts';
import { details, detailsFile, policy, role } from '../_lib/iam-examples.ts';

const trust = (principal: string, more = '') =>
  `{"Effect":"Allow","Principal":${principal},"Action":"sts:AssumeRole"${more}}`;
const one = (statement: string) => ({ [detailsFile]: details({ roles: [role('app', policy(statement))] }) });
const when = (operator: string, key: string, value: string) =>
  `,"Condition":{"${operator}":{"${key}":"${value}"}}`;

export default defineCheck({
  on: 'iam.role',
  title: 'Anybody with an AWS account can assume a role',
  severity: 'critical',
  risk: ['access-control', 'missing-authentication'],
  why: 'The role and all it may do belong to the world; its name is all that one needs to know.',
  remedy:
    'Name the accounts or roles that may assume it, or tie it to your organisation with aws:PrincipalOrgID.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html'],
  compliance: { cwe: ['284'], 'owasp-2021': ['A01'] },
  equivalents: { checkov: ['CKV_AWS_60'] },

  *run(role) {
    for (const statement of assuming(known(role.trust))) {
      // Who everybody but a few are, nobody can say.
      const open =
        statement.notPrincipals?.[0] ?? statement.principals?.find(({ value }) => value.includes('*'));
      if (!open || isTied(statement)) continue;
      // A shared password is better than nothing, but it is sent by every caller and is no identity.
      const secret = asksForExternalId(statement);
      yield {
        message: `Role ${role.name} can be assumed from any AWS account${secret ? ' that knows the external id' : ''}`,
        at: open.at,
        severity: secret ? 'high' : 'critical',
        witness: `aws sts assume-role --role-arn ${role.arn} --role-session-name probe`,
        discriminator: statement.sid ?? '',
      };
    }
  },

  bad: [
    one(trust('«"*"»')),
    one(trust('{"AWS":["arn:aws:iam::111122223333:root",«"*"»]}')),
    one(trust('{"AWS":«"*"»}', when('StringEquals', 'sts:ExternalId', 'k3y'))),
    // "Not from there" and "if it says so" tie nobody.
    one(trust('{"AWS":«"*"»}', when('StringNotEquals', 'aws:PrincipalAccount', '999988887777'))),
    one(trust('{"AWS":«"*"»}', when('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-a1b2c3'))),
    // A role of that name can be made in any account.
    one(trust('{"AWS":«"*"»}', when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/deploy'))),
    one('{"Effect":"Allow","NotPrincipal":{"AWS":«"999988887777"»},"Action":"sts:AssumeRole"}'),
  ],
  good: [
    one(trust('{"AWS":"arn:aws:iam::111122223333:root"}')),
    one(trust('{"Service":"ec2.amazonaws.com"}')),
    one(trust('{"AWS":"*"}', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3'))),
    one(trust('{"AWS":"*"}', when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/deploy-*'))),
    one('{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}'),
  ],
});
