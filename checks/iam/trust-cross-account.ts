import { defineCheck, known } from '../../src/check.ts';
import { accountOf, assuming, conditionOn } from '../../src/facts/aws/trust.ts';
import { details, detailsFile, policy, role } from '../_lib/iam-examples.ts';

const trust = (principal: string, more = '') =>
  `{"Effect":"Allow","Principal":${principal},"Action":"sts:AssumeRole"${more}}`;
const one = (statement: string) => ({
  [detailsFile]: details({ roles: [role('audit', policy(statement))] }),
});

export default defineCheck({
  on: 'iam.role',
  title: 'Another account can assume a role without an external id',
  severity: 'medium',
  risk: 'access-control',
  why: 'A service that acts for many customers can be talked into using your role for somebody else (the confused deputy).',
  remedy:
    'Ask for an sts:ExternalId that only you and the third party know, or list the account as trusted if it is yours.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html'],
  compliance: { cwe: ['441'], 'owasp-2021': ['A01'] },
  params: { trustedAccounts: [] as readonly string[] },

  *run(role, _graph, { trustedAccounts }) {
    const own = /^arn:[^:]*:iam::(\d{12}):/.exec(role.arn)?.[1];
    for (const statement of assuming(known(role.trust))) {
      if (conditionOn(statement, 'sts:ExternalId').length > 0) continue;
      if (conditionOn(statement, 'aws:PrincipalOrgID').length > 0) continue;
      const others = (statement.principals ?? []).flatMap((principal) => accountOf(principal) ?? []);
      const foreign = [...new Set(others)].filter(
        (account) => account !== own && !trustedAccounts.includes(account),
      );
      if (foreign.length === 0) continue;
      yield {
        message: `Role ${role.name} can be assumed from account ${foreign.join(', ')} without an external id`,
        at: statement.at,
        discriminator: foreign.join(),
      };
    }
  },

  bad: [
    one(`«${trust('{"AWS":"arn:aws:iam::999988887777:root"}')}»`),
    one(`«${trust('{"AWS":["999988887777","arn:aws:iam::111122223333:root"]}')}»`),
    one(`«${trust('{"AWS":"arn:aws-cn:iam::999988887777:role/scanner"}')}»`),
  ],
  good: [
    one(
      trust(
        '{"AWS":"arn:aws:iam::999988887777:root"}',
        ',"Condition":{"StringEquals":{"sts:ExternalId":"a7f"}}',
      ),
    ),
    one(trust('{"AWS":"arn:aws:iam::111122223333:role/ci"}')),
    one(trust('{"Service":"lambda.amazonaws.com"}')),
  ],
});
