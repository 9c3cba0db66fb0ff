import type { Condition, Principal, Statement } from '../../model/aws.ts';
import { isFixed, isPositive } from './conditions.ts';

/**
 * AWS's own definition of a public bucket policy: an Allow whose principal is not fixed and that no condition
 * with fixed values narrows to known callers. Deny statements do not count.
 * Source: Amazon S3 User Guide, "The meaning of public".
 */
export function isPublicStatement(statement: Statement): boolean {
  const { effect, principals, notPrincipals, conditions } = statement;
  if (effect !== 'Allow') return false;
  if (!notPrincipals && !principals?.some(isOpen)) return false;
  return !conditions.some(isNarrowing);
}

/** Anyone, any account, or anyone whom an outside identity provider vouches for. */
function isOpen({ type, value }: Principal): boolean {
  if (type === '*') return true;
  if (type === 'AWS' || type === 'Service') return value.includes('*');
  return type === 'Federated';
}

const narrowingKeys = new Set(
  (
    'aws:principalorgid aws:principalarn aws:principalaccount aws:principalorgpaths aws:sourceip aws:sourcearn ' +
    'aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount aws:userid aws:sourceorgid aws:sourceorgpaths ' +
    'aws:vpceaccount aws:vpceorgid aws:vpceorgpaths ' +
    's3:x-amz-server-side-encryption-aws-kms-key-id s3:dataaccesspointarn s3:dataaccesspointaccount'
  ).split(' '),
);

/** Whether a condition can only hold for callers that are known by name or address. */
function isNarrowing(condition: Condition): boolean {
  const name = condition.key.toLowerCase();
  const { values } = condition;
  if (!narrowingKeys.has(name) || !isPositive(condition) || values.length === 0) return false;
  if (name === 'aws:sourceip') return values.every(isNarrowRange);
  if (name === 's3:dataaccesspointarn')
    return values.every((value) => /^arn:[^:*?]*:s3:[^:]*:\d{12}:/.test(value));
  if (/orgpaths$/.test(name)) return values.every((value) => /^o-\w+\//.test(value));
  return values.every(isFixed);
}

/** RFC 1918: requests from there never come over the internet. */
const privateRanges: readonly (readonly [pattern: RegExp, least: number])[] = [
  [/^10\./, 8],
  [/^172\.(1[6-9]|2\d|3[01])\./, 12],
  [/^192\.168\./, 16],
];

/** No broader than /8 (IPv4) or /32 (IPv6). */
function isNarrowRange(range: string): boolean {
  if (!isFixed(range)) return false;
  const [address = '', length] = range.split('/');
  if (length === undefined) return true;
  const bits = length === '' ? 0 : Number(length);
  if (privateRanges.some(([pattern, least]) => pattern.test(address) && bits >= least)) return true;
  return bits >= (address.includes(':') ? 32 : 8);
}
