import { defineCheck, known, Undetermined } from '../../src/check.ts';
import { administers, allows, statementsOf } from '../../src/facts/aws/allows.ts';
import { selfEscalations } from '../../src/facts/aws/escalation.ts';
import { allow, details, detailsFile, inline, managed, policy, role, user } from '../_lib/iam-examples.ts';

const arn = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
const attached = (name: string) =>
  `,"AttachedManagedPolicies":[{"PolicyName":"${name}","PolicyArn":"${arn(`policy/${name}`)}"}]`;
const flagged = (document: string) => ({
  [detailsFile]: details({ users: [`«${user('dev', [inline('own', document)])}»`] }),
});
const passes = (document: string) => ({
  [detailsFile]: details({ users: [user('dev', [inline('own', document)])] }),
});

export default defineCheck({
  on: 'iam.principal',
  title: 'A user or role can make itself an administrator',
  severity: 'critical',
  risk: 'access-control',
  why: 'It looks limited and is not: one call gives it every right in the account.',
  remedy:
    'Take the action away, narrow its resource so that it does not reach the principal itself, or set a permissions boundary.',
  references: ['https://pathfinding.cloud/'],
  compliance: { cwe: ['269'], 'owasp-2021': ['A01'] },
  equivalents: {
    prowler: ['iam_policy_allows_privilege_escalation', 'iam_inline_policy_allows_privilege_escalation'],
  },

  *run(principal) {
    const { grants, name, at, boundary } = principal;
    const unread = grants.items.flatMap(({ document }) => (document.state === 'unknown' ? [document] : []));
    const documents = grants.items.flatMap(({ document }) =>
      document.state === 'unknown' ? [] : [document.value],
    );
    const statements = statementsOf(documents);
    // Who is an administrator already is told by other checks.
    if (administers(statements, principal.account) === 'yes') return;
    for (const { action, on, access } of selfEscalations(principal, statements)) {
      const limit = known(boundary);
      if (limit && allows(limit.statements, action, on) === 'no') continue;
      // A policy that could not be read may hold the Deny that settles it.
      if (unread.length > 0) throw new Undetermined(unread);
      const conditional = access === 'conditional' ? ', under a condition' : '';
      yield {
        message: `${capital(name)} may do ${action} on ${last(on)} and so give itself every right${conditional}`,
        at,
        severity: access === 'conditional' ? 'high' : 'critical',
        witness: `${action} on ${on}`,
        discriminator: action + on,
      };
    }
    if (unread.length > 0 || grants.missing.length > 0)
      throw new Undetermined([...unread, ...grants.missing]);
  },

  bad: [
    flagged(policy(allow('"iam:PutUserPolicy"'))),
    flagged(policy(allow('"iam:Attach*"', `"${arn('user/dev')}"`))),
    flagged(policy(allow('"iam:AddUserToGroup"', `"${arn('group/*')}"`))),
    // A new version of the policy that it holds.
    {
      [detailsFile]: details({
        users: [`«${user('dev', []).replace(',"AttachedManagedPolicies":[]', attached('team'))}»`],
        policies: [managed('team', policy(allow('"iam:CreatePolicyVersion"', `"${arn('policy/*')}"`)))],
      }),
    },
    // Through a group.
    {
      [detailsFile]: details({
        users: [`«${user('dev').replace('"GroupList":[]', '"GroupList":["ops"]')}»`],
        groups: [
          `{"GroupName":"ops","Arn":"${arn('group/ops')}","GroupPolicyList":[${inline('g', policy(allow('"iam:PutGroupPolicy"')))}],"AttachedManagedPolicies":[]}`,
        ],
      }),
    },
    {
      [detailsFile]: details({
        roles: [
          `«${role('ci', policy()).replace('"RolePolicyList":[]', `"RolePolicyList":[${inline('r', policy(allow('"iam:PutRolePolicy"')))}]`)}»`,
        ],
      }),
    },
  ],
  good: [
    passes(policy(allow('["iam:Get*","iam:List*","s3:*"]'))),
    // Only on others.
    passes(policy(allow('"iam:PutUserPolicy"', `"${arn('user/bots/*')}"`))),
    // A role cannot use what only users have.
    {
      [detailsFile]: details({
        roles: [
          role('ci', policy()).replace(
            '"RolePolicyList":[]',
            `"RolePolicyList":[${inline('r', policy(allow('"iam:PutUserPolicy"')))}]`,
          ),
        ],
      }),
    },
    passes(
      policy(
        allow('"iam:*"'),
        '{"Effect":"Deny","Action":["iam:Put*","iam:Attach*","iam:Add*","iam:CreatePolicyVersion"],"Resource":"*"}',
      ),
    ),
    // The boundary does not let it.
    {
      [detailsFile]: details({
        users: [
          user(
            'dev',
            [inline('own', policy(allow('"iam:PutUserPolicy"')))],
            `,"PermissionsBoundary":{"PermissionsBoundaryArn":"${arn('policy/limit')}"}`,
          ),
        ],
        policies: [managed('limit', policy(allow('"s3:*"')))],
      }),
    },
  ],
  unsure: [
    // The document of an attached policy is not in the answer.
    {
      [detailsFile]: details({
        users: [user('dev').replace(',"AttachedManagedPolicies":[]', attached('team'))],
      }),
    },
  ],
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function last(arn: string): string {
  const [, , , , , name = arn] = arn.split(':');
  return name.endsWith('hardpan-any-name') ? 'every group' : name;
}
