import {
  defineCheck,
  known,
  type Resource,
  type Severity,
  Undetermined,
  type Unknown,
} from '../../src/check.ts';
import { type Access, administers, statementsOf } from '../../src/facts/aws/allows.ts';
import { type Escalation, selfEscalations } from '../../src/facts/aws/escalation.ts';
import { allow, details, detailsFile, inline, managed, policy, role, user } from '../_lib/iam-examples.ts';

const arn = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
const attached = (name: string) =>
  `,"AttachedManagedPolicies":[{"PolicyName":"${name}","PolicyArn":"${arn(`policy/${name}`)}"}]`;
const group = (name: string, document: string) =>
  `{"GroupName":"${name}","Arn":"${arn(`group/${name}`)}","GroupPolicyList":[${inline('g', document)}],"AttachedManagedPolicies":[]}`;
const flagged = (document: string) => ({
  [detailsFile]: details({ users: [user('dev', [inline('own', document)])] }),
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
    checkov: ['CKV_AWS_286'],
  },

  *run(principal) {
    const { grants, name, at: place } = principal;
    const unread = grants.items.flatMap(({ document }) => (document.state === 'unknown' ? [document] : []));
    const documents = grants.items.flatMap(({ document }) =>
      document.state === 'unknown' ? [] : [document.value],
    );
    const statements = statementsOf(documents);
    const isAdministrator = administers(statements, principal.account).access === 'yes';
    const blockers: Unknown[] = [...unread, ...grants.missing];
    for (const { action, on, access, at = place, isStrong, others, blockers: doubts } of escalations(
      principal,
      statements,
    )) {
      // A policy that could not be read may hold the Deny that settles it.
      if (unread.length > 0) break;
      blockers.push(...doubts);
      if (doubts.length > 0) continue;
      const conditional = access === 'conditional' ? ', under a condition' : '';
      const what = isStrong ? 'give itself every right' : 'get the rights of others';
      yield {
        message: `${capital(name)} may do ${action} on ${last(on)}${others > 0 ? ` and ${others} more` : ''} and so ${what}${conditional}`,
        at,
        path: [{ at: place, note: `held by ${name},` }],
        severity: severityOf(isStrong, access),
        witness: `aws iam ${command(action)} … for ${on}`,
        discriminator: action + on,
      };
    }
    // Who is an administrator already is told by other checks.
    if (blockers.length > 0 && !isAdministrator) throw new Undetermined(blockers);
  },

  bad: [
    flagged(policy(allow('«"iam:PutUserPolicy"»'))),
    flagged(policy(allow('«"iam:Attach*"»', `"${arn('user/dev')}"`))),
    // On "itself", as a variable has it.
    flagged(policy(allow('["iam:GetUser",«"iam:PutUserPolicy"»]', `"${arn('user/${aws:username}')}"`))),
    flagged(
      policy(
        allow('«"iam:PutUserPolicy"»', '"arn:aws:iam::*:user/${aws:PrincipalTag/team}-*"').replace(
          '${aws:PrincipalTag/team}-*',
          '${aws:PrincipalTag/name}',
        ),
      ),
    ),
    flagged(policy('{"Effect":"Allow","Action":[«"iam:PutUserPolicy"»],"NotResource":"arn:aws:s3:::x"}')),
    // Into a group that may do everything, and into one that may do something else.
    {
      [detailsFile]: details({
        users: [
          user('dev', [inline('own', policy(allow('«"iam:AddUserToGroup"»', `"${arn('group/admins')}"`)))]),
          user('ops', [inline('own', policy(allow('«"iam:AddUserToGroup"»', `"${arn('group/r*')}"`)))]),
        ],
        groups: [group('admins', policy(allow('"*"'))), group('readers', policy(allow('"s3:Get*"')))],
      }),
    },
    // Back to an earlier version of the policy, which allowed everything.
    {
      [detailsFile]: details({
        users: [user('dev', []).replace(',"AttachedManagedPolicies":[]', attached('team'))],
        policies: [managed('team', policy(allow('«"iam:SetDefaultPolicyVersion"»')))],
      }),
    },
    // A new version of the policy that it holds.
    {
      [detailsFile]: details({
        users: [user('dev', []).replace(',"AttachedManagedPolicies":[]', attached('team'))],
        policies: [managed('team', policy(allow('«"iam:CreatePolicyVersion"»', `"${arn('policy/*')}"`)))],
      }),
    },
    // Through a group.
    {
      [detailsFile]: details({
        users: [user('dev').replace('"GroupList":[]', '"GroupList":["ops"]')],
        groups: [group('ops', policy(allow('«"iam:PutGroupPolicy"»')))],
      }),
    },
    {
      [detailsFile]: details({
        roles: [
          role('ci', policy()).replace(
            '"RolePolicyList":[]',
            `"RolePolicyList":[${inline('r', policy(allow('«"iam:PutRolePolicy"»')))}]`,
          ),
        ],
      }),
    },
  ],
  good: [
    passes(policy(allow('["iam:Get*","iam:List*","s3:*"]'))),
    // Keys and passwords of its own give no more than it has.
    passes(policy(allow('["iam:*AccessKey*","iam:*LoginProfile"]', `"${arn('user/${aws:username}')}"`))),
    // There is no group to join.
    passes(policy(allow('"iam:AddUserToGroup"'))),
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
    // A boundary that was not saved may hold it back.
    {
      [detailsFile]: details({
        users: [
          user(
            'dev',
            [inline('own', policy(allow('"iam:PutUserPolicy"')))],
            `,"PermissionsBoundary":{"PermissionsBoundaryArn":"${arn('policy/limit')}"}`,
          ),
        ],
      }),
    },
    // What the group would give is not in the answer.
    {
      [detailsFile]: details({
        users: [user('dev', [inline('own', policy(allow('"iam:AddUserToGroup"')))])],
        groups: [group('ops', policy()).replace(',"AttachedManagedPolicies":[]', attached('team'))],
      }),
    },
    // Only a part of the account was saved.
    { [detailsFile]: details({ users: [user('dev')] }).replace(/}$/, ',"IsTruncated":true}') },
    // The document of an attached policy is not in the answer.
    {
      [detailsFile]: details({
        users: [user('dev').replace(',"AttachedManagedPolicies":[]', attached('team'))],
      }),
    },
  ],
});

/** None for who is an administrator already, unless a boundary holds that back. */
function escalations(
  principal: Resource<'iam.principal'>,
  statements: Parameters<typeof selfEscalations>[1],
): readonly Escalation[] {
  const { boundary, account } = principal;
  const isAdministrator = administers(statements, account).access === 'yes';
  if (isAdministrator && (boundary.state === 'unknown' || boundary.value === null)) return [];
  const unlimited = selfEscalations(principal, statements, null);
  if (unlimited.length === 0) return [];
  const limit = known(boundary);
  if (limit && isAdministrator && administers(limit.statements, account).access === 'yes') return [];
  return limit ? selfEscalations(principal, statements, limit.statements) : unlimited;
}

function severityOf(isStrong: boolean, access: Access): Severity {
  if (!isStrong) return 'medium';
  return access === 'conditional' ? 'high' : 'critical';
}

/** `iam:PutUserPolicy` → `put-user-policy`. */
function command(action: string): string {
  return action
    .slice('iam:'.length)
    .replace(/(?!^)[A-Z]/g, '-$&')
    .toLowerCase();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function last(arn: string): string {
  const [, , , , , name = arn] = arn.split(':');
  return name;
}
