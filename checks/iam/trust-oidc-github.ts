import {
  defineCheck,
  type Graph,
  known,
  type Location,
  type Resource,
  type Severity,
  valueIfKnown,
} from '../../src/check.ts';
import { administers, statementsOf } from '../../src/facts/aws/allows.ts';
import { conditionOn } from '../../src/facts/aws/conditions.ts';
import { assuming } from '../../src/facts/aws/trust.ts';
import { allow, details, detailsFile, inline, policy, role } from '../_lib/iam-examples.ts';

const issuer = 'token.actions.githubusercontent.com';
const trust = (condition: string) =>
  `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/${issuer}"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":${condition}}`;
const sub = (value: string, operator = 'StringLike') =>
  trust(`{"StringEquals":{"${issuer}:aud":"sts.amazonaws.com"},"${operator}":{"${issuer}:sub":${value}}}`);
const one = (statement: string) => ({ [detailsFile]: details({ roles: [role('ci', policy(statement))] }) });

type Statement = ReturnType<typeof assuming>[number];

interface Grade {
  readonly severity: Severity;
  readonly who: string;
}

/** Parts of a subject that tie it to one owner. */
const owned = /^(repo|repository|repository_id|repository_owner|repository_owner_id)$/;

/** How wide a pattern for the token's subject is; undefined when it is one branch, tag or environment. */
function grade(pattern: string, isExact: boolean): Grade | undefined {
  // Compared letter by letter it fits no token: broken, and so open to nobody.
  if (isExact && /[*?]/.test(pattern)) return undefined;
  const [kind = '', repository = ''] = pattern.split(':');
  const [owner = ''] = repository.split('/');
  if (!owned.test(kind)) return { severity: 'critical', who: 'every workflow on GitHub' };
  if (owner === '' || /[*?]/.test(owner))
    return { severity: 'critical', who: 'workflows of owners that anybody can register' };
  if (/[*?]/.test(repository))
    return { severity: 'medium', who: `every repository of ${owner} that fits ${repository}` };
  return gradeOfPlace(pattern, repository);
}

function gradeOfPlace(pattern: string, repository: string): Grade | undefined {
  const place = pattern.split(':').slice(2).join(':');
  if (place === 'pull_request') return { severity: 'medium', who: `every pull request to ${repository}` };
  if (/^[*?]/.test(place) || /^(ref|ref:refs|ref:refs\/heads)[:/]?\*/.test(place) || /^pull/.test(place))
    return {
      severity: 'low',
      who: `every branch${place.startsWith('ref') ? '' : ' and pull request'} of ${repository}`,
    };
  return undefined;
}

/** Other claims of the token that say whose workflow it is, where the trust policy compares them. */
const otherClaims = [
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'enterprise_id',
];

function isNamedOtherwise(statement: Statement): boolean {
  return otherClaims
    .flatMap((claim) => conditionOn(statement, `${issuer}:${claim}`))
    .some(
      ({ operator, values }) =>
        /^String(Equals|EqualsIgnoreCase|Like)$/i.test(operator) &&
        values.length > 0 &&
        values.every((value) => /^[^*?/]+(\/|$)/.test(value)),
    );
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
  equivalents: { 'access-analyzer': ['MISSING_GITHUB_REPO_CONDITION_KEY'], checkov: ['CKV_AWS_358'] },

  *run(role, graph) {
    for (const statement of assuming(known(role.trust))) {
      const provider = statement.principals?.find(
        ({ type, value }) => type === 'Federated' && value.endsWith(`oidc-provider/${issuer}`),
      );
      if (!provider || isNamedOtherwise(statement)) continue;
      // Several conditions must all hold: the narrowest counts. Every token has a subject, so IfExists changes nothing.
      const graded = conditionOn(statement, `${issuer}:sub`)
        .filter(({ operator }) => !/ForAllValues|Not|Null/i.test(operator))
        .map(({ operator, values, at }) => ({
          at,
          grade: worst(values.map((value) => grade(value, /Equals/i.test(operator)))),
        }));
      if (graded.some((one) => one.grade === undefined)) continue;
      const { grade: found = everybody, at = provider.at } = narrowest(graded) ?? {};
      const severity = found.severity === 'medium' && isAdministrator(role, graph) ? 'high' : found.severity;
      yield {
        message: `Role ${role.name} can be assumed by ${found.who}`,
        at,
        severity,
        ...(severity === 'critical' || severity === 'high'
          ? { witness: `a workflow with "permissions: id-token: write" and role-to-assume: ${role.arn}` }
          : {}),
        discriminator: statement.sid ?? '',
      };
    }
  },

  bad: [
    one(trust(`{"StringEquals":{"${issuer}:aud":"sts.amazonaws.com"}}`).replace(/"arn:[^"]*"/, '«$&»')),
    one(sub('«"*"»')),
    one(sub('«"repo:*"»')),
    one(sub('«"repo:acme*/shop:*"»')),
    // Who may call a workflow is not who owns it.
    one(sub('«"job_workflow_ref:acme/flows/.github/workflows/deploy.yml@refs/heads/main"»', 'StringEquals')),
    // One good value does not help beside a bad one, and ForAllValues holds for a token without the claim.
    one(sub('«["repo:acme/shop:ref:refs/heads/main","repo:*"]»')),
    one(sub('"repo:acme/shop:*"', 'ForAllValues:StringLike').replace(/"arn:[^"]*"/, '«$&»')),
    one(sub('«"repo:acme/*"»')),
    one(sub('«"repo:acme/shop:*"»')),
    one(sub('«"repo:acme/shop:ref:refs/heads/*"»')),
    one(sub('«"repo:acme/shop:pull_request"»', 'StringEquals')),
    // The role may do everything.
    {
      [detailsFile]: details({
        roles: [
          role('ci', policy(sub('«"repo:acme/*"»'))).replace(
            '"RolePolicyList":[]',
            `"RolePolicyList":[${inline('all', policy(allow('"*"')))}]`,
          ),
        ],
      }),
    },
  ],
  good: [
    one(sub('"repo:acme/shop:ref:refs/heads/main"', 'StringEquals')),
    one(sub('"repo:acme/shop:ref:refs/heads/main"', 'StringEqualsIfExists')),
    one(sub('"repo:acme/shop:environment:prod"')),
    one(sub('"repo:acme/shop:ref:refs/tags/v*"')),
    one(sub('"repository_owner_id:65:repository_id:1234:environment:prod"')),
    // It never matches: broken, and so open to nobody.
    one(sub('"repo:acme/shop:environment:*"', 'StringEquals')),
    one(sub('"repo:*"', 'StringEquals')),
    // Another claim says whose workflow it is.
    one(trust(`{"StringEquals":{"${issuer}:repository_id":"1234"}}`)),
    one('{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}'),
  ],
  unsure: [one('"not a statement"')],
});

const everybody: Grade = { severity: 'critical', who: 'every workflow on GitHub' };
const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function worst(grades: readonly (Grade | undefined)[]): Grade | undefined {
  return grades
    .filter((one) => one !== undefined)
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))[0];
}

interface Graded {
  readonly grade: Grade | undefined;
  readonly at: Location;
}

function narrowest(graded: readonly Graded[]): Graded | undefined {
  const rank = ({ grade: { severity } = everybody }: Graded) => order.indexOf(severity);
  return [...graded].sort((a, b) => rank(b) - rank(a))[0];
}

function isAdministrator({ id, account }: Resource<'iam.role'>, graph: Graph): boolean {
  const principal = graph.get(id.replace(/^iam\.role:(.*)\/([^/]*)$/, 'iam.principal:$1/role/$2'));
  if (principal?.kind !== 'iam.principal') return false;
  const documents = principal.grants.items.flatMap(({ document }) => valueIfKnown(document) ?? []);
  return administers(statementsOf(documents), account).access === 'yes';
}
