import type { Graph } from '../../graph.ts';
import type { BlockPublic, Grant, Policy, Statement } from '../../model/aws.ts';
import type { Resource } from '../../model/resource.ts';
import { known, some, Undetermined, type Value } from '../../model/value.ts';
import { coversAction } from './allows.ts';
import { globMatches } from './glob.ts';
import { isPublicStatement } from './public-policy.ts';

/**
 * One flag of Block Public Access as it takes effect: the bucket's or the account's, whichever is on. An unread
 * level matters only when the other one is off.
 */
export function blocks(bucket: Resource<'s3.bucket'>, graph: Graph, flag: keyof BlockPublic): boolean {
  const levels: Value<BlockPublic>[] = [bucket.blockPublic];
  const accounts = graph.all('s3.account', bucket.at);
  const own = accounts.items.filter(({ account }) => account === bucket.account);
  levels.push(...own.map(({ blockPublic }) => blockPublic));
  if (levels.some((level) => level.state !== 'unknown' && level.value[flag])) return true;
  const unknown = levels.filter((level) => level.state === 'unknown');
  if (unknown.length > 0) throw new Undetermined(unknown);
  if (own.length === 0 && accounts.missing.length > 0) throw new Undetermined(accounts.missing);
  return false;
}

const everyone = new Set([
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
]);

/** ACL grants to everybody, with or without an AWS account of their own. */
export function publicGrants(grants: readonly Grant[], permissions: readonly string[]): readonly Grant[] {
  return grants.filter(
    ({ grantee, permission }) => everyone.has(grantee) && permissions.includes(permission),
  );
}

/** Actions that let an outsider see what a bucket holds. */
export const readActions = [
  's3:GetObject',
  's3:ListBucket',
  's3:GetObjectVersion',
  's3:ListBucketVersions',
] as const;
/** Actions that let an outsider change or destroy it. */
export const writeActions = [
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectAcl',
  's3:PutBucketPolicy',
  's3:PutBucketAcl',
  's3:DeleteBucket',
  's3:AbortMultipartUpload',
  's3:RestoreObject',
  's3:ReplicateObject',
  's3:BypassGovernanceRetention',
] as const;

/** Statements that make a policy public and allow one of these actions, with what they allow. */
export function publicStatements(
  policy: Policy,
  actions: readonly string[],
): readonly { readonly statement: Statement; readonly allowed: readonly string[] }[] {
  return policy.statements
    .filter(isPublicStatement)
    .map((statement) => ({ statement, allowed: actions.filter((action) => coversAction(statement, action)) }))
    .filter(({ allowed }) => allowed.length > 0);
}

export type TlsRule = 'enforced' | 'partial' | 'absent';

/** Whether the policy denies every request that does not come over TLS, to the bucket and to its objects. */
export function tlsRule(policy: Policy | null, bucket: string): TlsRule {
  const denying = (policy?.statements ?? []).filter(deniesPlainRequests);
  const whole = denying.filter(
    (statement) => forEveryone(statement) && isOnlyTlsCondition(statement) && allActions(statement),
  );
  const covered = (resource: string): boolean =>
    whole.some(({ resources }) =>
      resources?.some((pattern) => globMatches(pattern.replace(/^arn:[^:]*:/, 'arn:aws:'), resource)),
    );
  const both = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/hardpan-any-name`].map(covered);
  if (both.every(Boolean)) return 'enforced';
  return denying.length > 0 ? 'partial' : 'absent';
}

function deniesPlainRequests({ effect, conditions }: Statement): boolean {
  return effect === 'Deny' && conditions.some(isPlainRequest);
}

function isOnlyTlsCondition({ conditions }: Statement): boolean {
  return conditions.every(isPlainRequest);
}

function isPlainRequest({ operator, key, values }: Statement['conditions'][number]): boolean {
  if (key.toLowerCase() !== 'aws:securetransport' || values.length !== 1) return false;
  const value = values[0]?.toLowerCase();
  if (/^(Bool|BoolIfExists|StringEquals|StringEqualsIgnoreCase|StringLike)$/i.test(operator))
    return value === 'false';
  return /^(StringNotEquals|StringNotLike)$/i.test(operator) && value === 'true';
}

function forEveryone({ principals }: Statement): boolean {
  return principals?.some(({ type, value }) => type === '*' || (type === 'AWS' && value === '*')) ?? false;
}

function allActions({ actions, notActions }: Statement): boolean {
  if (actions) return actions.some((pattern) => /^(\*|s3\*|s3:\*+)$/i.test(pattern));
  return notActions !== null && notActions.length === 0;
}

/** Whether ACLs count at all for this bucket. */
export function aclsApply(bucket: Resource<'s3.bucket'>): boolean {
  return known(bucket.ownership) !== 'BucketOwnerEnforced';
}

/** Whether another bucket of the account sends its access logs here: such a bucket is exempt from some duties. */
export function takesLogs(bucket: Resource<'s3.bucket'>, graph: Graph): boolean {
  const { items, missing } = graph.all('s3.bucket', bucket.at);
  const others = items.filter(({ account, id }) => account === bucket.account && id !== bucket.id);
  return some({ items: others, missing }, ({ logTarget }) => known(logTarget) === bucket.name);
}
