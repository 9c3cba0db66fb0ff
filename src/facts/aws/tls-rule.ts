import type { Policy, Statement } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { globMatches } from './glob.ts';
import { isForEveryone } from './s3.ts';

export interface TlsRule {
  readonly state: 'enforced' | 'partial' | 'absent';
  /** The condition of a rule that refuses some plain requests. */
  readonly at: Location | undefined;
}

/** Whether the policy denies every request that does not come over TLS, to the bucket and to its objects. */
export function tlsRule(policy: Policy | null, bucket: string): TlsRule {
  const denying = (policy?.statements ?? []).filter(deniesPlainRequests);
  const whole = denying.filter(
    (statement) =>
      isForEveryone(statement) && statement.conditions.every(isPlainRequest) && isForAllActions(statement),
  );
  const both = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/hardpan-any-name`];
  if (both.every((resource) => whole.some((statement) => reaches(statement, resource))))
    return { state: 'enforced', at: undefined };
  const at = denying[0]?.conditions.find(isPlainRequest)?.at;
  return { state: at ? 'partial' : 'absent', at };
}

function reaches({ resources, notResources }: Statement, resource: string): boolean {
  const matches = (pattern: string): boolean =>
    globMatches(pattern.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:'), resource);
  if (resources) return resources.some(matches);
  return notResources !== null && !notResources.some(matches);
}

function deniesPlainRequests({ effect, conditions }: Statement): boolean {
  return effect === 'Deny' && conditions.some(isPlainRequest);
}

function isPlainRequest({ operator, key, values }: Statement['conditions'][number]): boolean {
  if (key.toLowerCase() !== 'aws:securetransport' || values.length !== 1) return false;
  const value = values[0]?.toLowerCase();
  if (/^(Bool|BoolIfExists|StringEquals|StringEqualsIgnoreCase|StringLike)$/i.test(operator))
    return value === 'false';
  return /^(StringNotEquals|StringNotEqualsIgnoreCase|StringNotLike)$/i.test(operator) && value === 'true';
}

function isForAllActions({ actions, notActions }: Statement): boolean {
  if (actions) return actions.some(({ value }) => /^(\*+|s3\*|s3:\*+)$/i.test(value));
  return notActions !== null && notActions.length === 0;
}
