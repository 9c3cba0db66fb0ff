import { defineCheck, known } from '../../src/check.ts';
import { accountOf, asksForExternalId, assuming, isOfOrganisation } from '../../src/facts/aws/trust.ts';
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
    for (const statement of assuming(known(role.trust))) {
      if (asksForExternalId(statement) || isOfOrganisation(statement)) continue;
      const foreign = (statement.principals ?? []).filter((principal) => {
        const account = accountOf(principal);
        return account !== undefined && account !== role.account && !trustedAccounts.includes(account);
      });
      const [first] = foreign;
      if (!first) continue;
      const accounts = [...new Set(foreign.map(accountOf))];
      yield {
        message: `Role ${role.name} can be assumed from account ${accounts.join(', ')} without an external id`,
        at: first.at,
        discriminator: accounts.join(),
      };
    }
  },

  bad: [
    one(trust('{"AWS":«"arn:aws:iam::999988887777:root"»}')),
    one(trust('{"AWS":["arn:aws:iam::111122223333:root",«"999988887777"»]}')),
    one(trust('{"AWS":«"arn:aws-cn:iam::999988887777:role/scanner"»}')),
    // An id that may be anything, or that must only not be one, is none.
    one(trust('{"AWS":«"999988887777"»}', ',"Condition":{"StringLike":{"sts:ExternalId":"*"}}')),
    one(trust('{"AWS":«"999988887777"»}', ',"Condition":{"StringNotEquals":{"sts:ExternalId":"a"}}')),
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
    one(trust('{"AWS":"999988887777"}', ',"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}')),
  ],
});
