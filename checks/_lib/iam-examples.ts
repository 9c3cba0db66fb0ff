const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], string>>>;

export const reportFile = 'aws/iam/get-credential-report.csv';

/** A credential report with these rows; marks may be put around a row by `marked`. */
export function report(...rows: readonly string[]): string {
  return `${[columns.join(','), ...rows].join('\n')}\n`;
}

/** One row of the report: what is not given is switched off or never happened. */
export function row(user: string, cells: Row = {}): string {
  const plain: Row = {
    user,
    arn: `arn:aws:iam::111122223333:user/${user}`,
    user_creation_time: '2024-01-10T08:00:00+00:00',
    password_enabled: 'false',
    mfa_active: 'false',
    access_key_1_active: 'false',
    access_key_2_active: 'false',
  };
  return columns.map((name) => cells[name] ?? plain[name] ?? 'N/A').join(',');
}

export const root = '<root_account>';

/** Statements as a policy document. */
export function policy(...statements: readonly string[]): string {
  return `{"Version":"2012-10-17","Statement":[${statements.join(',')}]}`;
}

export function allow(action: string, resource = '"*"', more = ''): string {
  return `{"Effect":"Allow","Action":${action},"Resource":${resource}${more}}`;
}

export const detailsFile = 'aws/iam/get-account-authorization-details.json';

/** Authorization details with these members; lists that are not given are empty. */
export function details(lists: {
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly policies?: readonly string[];
}): string {
  const { users = [], groups = [], roles = [], policies = [] } = lists;
  return `{"UserDetailList":[${users}],"GroupDetailList":[${groups}],"RoleDetailList":[${roles}],"Policies":[${policies}]}`;
}

export function managed(name: string, document: string, attachments = 1): string {
  return `{"PolicyName":"${name}","Arn":"arn:aws:iam::111122223333:policy/${name}","AttachmentCount":${attachments},"PolicyVersionList":[{"Document":${document},"VersionId":"v2","IsDefaultVersion":true},{"Document":${policy(allow('"*"'))},"VersionId":"v1","IsDefaultVersion":false}]}`;
}

export function user(name: string, inline: readonly string[] = [], more = ''): string {
  return `{"UserName":"${name}","Arn":"arn:aws:iam::111122223333:user/${name}","UserPolicyList":[${inline}],"GroupList":[],"AttachedManagedPolicies":[]${more}}`;
}

export function inline(name: string, document: string): string {
  return `{"PolicyName":"${name}","PolicyDocument":${document}}`;
}

export function role(name: string, trust: string, more = ''): string {
  return `{"RoleName":"${name}","Arn":"arn:aws:iam::111122223333:role/${name}","AssumeRolePolicyDocument":${trust},"RolePolicyList":[],"AttachedManagedPolicies":[]${more}}`;
}
