import type { Condition, Principal, Statement } from '../../model/aws.ts';

/**
 * AWS's own definition of a public bucket policy: an Allow whose principal is not fixed and that no condition
 * with fixed values narrows to known callers. Deny statements do not count.
 * Source: Amazon S3 User Guide, "The meaning of public".
 */
export function isPublicStatement(statement: Statement): boolean {
  const { effect, principals, notPrincipals, conditions } = statement;
  if (effect !== 'Allow') return false;
  if (notPrincipals) return true;
  if (!principals?.some(isOpen)) return false;
  return !conditions.some(isNarrowing);
}

/** Anyone, any account, or anyone whom an outside identity provider vouches for. */
function isOpen({ type, value }: Principal): boolean {
  if (type === '*') return true;
  if (type === 'AWS') return value.includes('*');
  return type === 'Federated';
}

const narrowingKeys = new Set(
  (
    'aws:principalorgid aws:principalarn aws:principalaccount aws:principalorgpaths aws:sourceip aws:sourcearn ' +
    'aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount aws:userid aws:sourceorgid aws:sourceorgpaths ' +
    's3:x-amz-server-side-encryption-aws-kms-key-id s3:dataaccesspointarn s3:dataaccesspointaccount'
  ).split(' '),
);

const positive =
  /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/i;

/** Whether a condition can only hold for callers that are known by name or address. */
function isNarrowing({ operator, key, values }: Condition): boolean {
  const name = key.toLowerCase();
  if (!narrowingKeys.has(name) || !positive.test(operator) || values.length === 0) return false;
  if (name === 'aws:sourceip') return values.every(isNarrowRange);
  if (name === 's3:dataaccesspointarn')
    return values.every((value) => /^arn:[^:*?]*:s3:[^:*?]*:\d{12}:/.test(value));
  if (name === 'aws:principalorgpaths') return values.every((value) => /^o-\w+\//.test(value));
  return values.every((value) => !/[*?]|\$\{/.test(value));
}

/** No broader than /8 (IPv4) or /32 (IPv6); private ranges never meet the internet. */
function isNarrowRange(range: string): boolean {
  const [address = '', length] = range.split('/');
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)) return true;
  if (/[*?$]/.test(range)) return false;
  if (length === undefined) return true;
  return Number(length) >= (address.includes(':') ? 32 : 8);
}
