import type { Severity } from '../../src/check.ts';
import { defineCheck, known } from '../../src/check.ts';
import { assuming, conditionOn } from '../../src/facts/aws/trust.ts';
import { details, detailsFile, policy, role } from '../_lib/iam-examples.ts';

const issuer = 'token.actions.githubusercontent.com';
const trust = (condition: string) =>
  `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/${issuer}"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":${condition}}`;
const sub = (value: string, operator = 'StringLike') =>
  trust(`{"StringEquals":{"${issuer}:aud":"sts.amazonaws.com"},"${operator}":{"${issuer}:sub":${value}}}`);
const one = (statement: string) => ({ [detailsFile]: details({ roles: [role('ci', policy(statement))] }) });

interface Grade {
  readonly severity: Severity;
  readonly who: string;
}

/** How wide a pattern for the token's subject is; undefined when it is one branch, tag or environment. */
function grade(pattern: string, exact: boolean): Grade | undefined {
  if (exact && !/[*?]/.test(pattern)) return gradeOfPlace(pattern);
  const [kind = '', repository = ''] = pattern.split(':');
  const [owner = ''] = repository.split('/');
  if (kind !== 'repo' && !/^repository_owner_id$|^repo$/.test(kind))
    return { severity: 'critical', who: 'every workflow on GitHub' };
  if (owner === '' || /[*?]/.test(owner))
    return { severity: 'critical', who: 'workflows of owners that anybody can register' };
  if (/[*?]/.test(repository))
    return { severity: 'medium', who: `every repository of ${owner} that fits ${repository}` };
  return gradeOfPlace(pattern);
}

function gradeOfPlace(pattern: string): Grade | undefined {
  const [, repository = '', ...place] = pattern.split(':');
  if (place.join(':') === 'pull_request')
    return { severity: 'medium', who: `every pull request to ${repository}` };
  if (place.join(':') === '*')
    return { severity: 'low', who: `every branch and pull request of ${repository}` };
  return undefined;
}

export default defineCheck({
  on: 'iam.role',
  title: 'Workflows of strangers can assume a role',
  severity: 'critical',
  risk: ['access-control', 'supply-chain'],
  why: 'Every workflow on GitHub gets its token from the same issuer; only the subject says whose it is. Without it, anybody can run a workflow that takes this role.',
  remedy:
    'Compare the subject by StringEquals with one repository and branch or environment: repo:OWNER/NAME:environment:prod',
  references: ['https://docs.github.com/en/actions/concepts/security/openid-connect'],
  compliance: { cwe: ['284'], 'owasp-2021': ['A01'] },
  equivalents: { 'access-analyzer': ['MISSING_GITHUB_REPO_CONDITION_KEY'] },

  *run(role) {
    for (const statement of assuming(known(role.trust))) {
      if (
        !statement.principals?.some(
          ({ type, value }) => type === 'Federated' && value.endsWith(`oidc-provider/${issuer}`),
        )
      )
        continue;
      const conditions = conditionOn(statement, `${issuer}:sub`).filter(
        ({ operator }) => !/ForAllValues|Not|Null|IfExists/i.test(operator),
      );
      const grades = conditions.map(({ operator, values }) =>
        worst(values.map((value) => grade(value, /Equals/i.test(operator)))),
      );
      // Several conditions must all hold: the narrowest counts.
      if (grades.includes(undefined)) continue;
      const found = narrowest(grades) ?? { severity: 'critical' as const, who: 'every workflow on GitHub' };
      yield {
        message: `Role ${role.name} can be assumed by ${found.who}`,
        at: statement.at,
        severity: found.severity,
        discriminator: statement.sid ?? '',
      };
    }
  },

  bad: [
    one(`«${trust(`{"StringEquals":{"${issuer}:aud":"sts.amazonaws.com"}}`)}»`),
    one(`«${sub('"*"')}»`),
    one(`«${sub('"repo:*"')}»`),
    one(`«${sub('"repo:acme*/shop:*"')}»`),
    // One good value does not help beside a bad one, and ForAllValues holds for a token without the claim.
    one(`«${sub('["repo:acme/shop:ref:refs/heads/main","repo:*"]')}»`),
    one(`«${sub('"repo:acme/shop:*"', 'ForAllValues:StringLike')}»`),
    one(`«${sub('"repo:acme/*"')}»`),
    one(`«${sub('"repo:acme/shop:*"')}»`),
    one(`«${sub('"repo:acme/shop:pull_request"', 'StringEquals')}»`),
  ],
  good: [
    one(sub('"repo:acme/shop:ref:refs/heads/main"', 'StringEquals')),
    one(sub('"repo:acme/shop:environment:prod"')),
    one(sub('"repo:acme/shop:ref:refs/tags/v*"')),
    // It never matches: broken, and so open to nobody.
    one(sub('"repo:acme/shop:environment:*"', 'StringEquals')),
    one('{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}'),
  ],
});

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function worst(grades: readonly (Grade | undefined)[]): Grade | undefined {
  return grades
    .filter((one) => one !== undefined)
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))[0];
}

function narrowest(grades: readonly (Grade | undefined)[]): Grade | undefined {
  return grades
    .filter((one) => one !== undefined)
    .sort((a, b) => order.indexOf(b.severity) - order.indexOf(a.severity))[0];
}
