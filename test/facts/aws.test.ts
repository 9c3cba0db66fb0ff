import { describe, expect, test } from 'vitest';
import { type Access, administers, allows, anyArn } from '../../src/facts/aws/allows.ts';
import { globMatches } from '../../src/facts/aws/glob.ts';
import { isPublicStatement } from '../../src/facts/aws/public-policy.ts';
import { publicStatements, readActions } from '../../src/facts/aws/s3.ts';
import { tlsRule } from '../../src/facts/aws/tls-rule.ts';
import { parseJson } from '../../src/lang/json.ts';
import { policyFrom } from '../../src/load/aws/policy.ts';
import type { Policy, Statement } from '../../src/model/aws.ts';

type Written = Readonly<Record<string, unknown>>;

function policy(...statements: readonly Written[]): Policy {
  return written({ Version: '2012-10-17', Statement: statements });
}

function written(document: unknown): Policy {
  const text = JSON.stringify(document);
  const { root } = parseJson(text, 'x');
  const found = policyFrom(root, { uri: 'x', text }, { source: 'x', start: 0, end: 0 });
  if (found.state === 'unknown') throw new Error(found.reason);
  return found.value;
}

function statement(one: Written): Statement {
  const [found] = policy(one).statements;
  if (!found) throw new Error('no statement');
  return found;
}

const read = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
const when = (operator: string, key: string, value: unknown) => ({
  ...read,
  Condition: { [operator]: { [key]: value } },
});
const to = (principal: unknown) => ({ ...read, Principal: principal });

describe('what AWS calls public', () => {
  test.each<[what: string, statement: Written, isPublic: boolean]>([
    ['a denial', { ...read, Effect: 'Deny' }, false],
    ['an account', to({ AWS: '111122223333' }), false],
    ['the root of an account', to({ AWS: 'arn:aws:iam::111122223333:root' }), false],
    ['a role', to({ AWS: ['arn:aws:iam::111122223333:role/a'] }), false],
    ['an id of a user', to({ AWS: 'AIDAEXAMPLE' }), false],
    ['a canonical user', to({ CanonicalUser: '79a59d' }), false],
    ['a service', to({ Service: 'cloudfront.amazonaws.com' }), false],
    ['an identity provider', to({ Federated: 'graph.facebook.com' }), true],
    ['everybody but', { ...read, Principal: undefined, NotPrincipal: { AWS: '111122223333' } }, true],
    ['a star', read, true],
    ['any account', to({ AWS: '*' }), true],
    ['a list with a star', to({ AWS: ['arn:aws:iam::111122223333:root', '*'] }), true],
    ['the root of any account', to({ AWS: 'arn:aws:iam::*:root' }), true],
    ['an organisation', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2'), false],
    ['an organisation, in other letters', when('StringEquals', 'AWS:principalorgid', ['o-a1b2']), false],
    [
      'an account by condition',
      when('StringEqualsIgnoreCase', 'aws:PrincipalAccount', '111122223333'),
      false,
    ],
    ['a role by condition', when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/a'), false],
    ['an arn', when('ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-west-1:111122223333:t'), false],
    ['an arn with a wildcard', when('ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:*:t'), true],
    ['a network', when('StringLike', 'aws:SourceVpc', 'vpc-1a2b'), false],
    ['any network', when('StringLike', 'aws:SourceVpc', 'vpc-*'), true],
    ['one network or any', when('StringLike', 'aws:SourceVpc', ['vpc-1a2b', 'vpc-*']), true],
    ['a variable', when('StringEquals', 'aws:SourceVpc', '${aws:PrincipalTag/vpc}'), true],
    ['an endpoint', when('StringEquals', 'aws:SourceVpce', 'vpce-1a2b'), false],
    ['any of several', when('ForAnyValue:StringEquals', 'aws:PrincipalOrgID', 'o-a1b2'), false],
    ['not that network', when('StringNotEquals', 'aws:SourceVpc', 'vpc-1a2b'), true],
    ['not that address', when('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24'), true],
    ['if it says so', when('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1a2b'), true],
    ['whether there is one', when('Null', 'aws:SourceVpc', 'false'), true],
    ['all of none', when('ForAllValues:StringEquals', 'aws:PrincipalOrgID', 'o-a1b2'), true],
    ['no value', when('StringEquals', 'aws:SourceVpc', []), true],
    ['a key about nobody', when('StringEquals', 'aws:Referer', 'https://a.example'), true],
    ['TLS', when('Bool', 'aws:SecureTransport', 'true'), true],
    [
      'paths of an organisation',
      when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2/r-x/*'),
      false,
    ],
    ['paths of any', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-*/r-x/*'), true],
    ['a session of a role', when('StringLike', 'aws:userid', 'AROAEXAMPLE:*'), true],
    ['a user by id', when('StringEquals', 'aws:userid', 'AIDAEXAMPLE'), false],
    [
      'access points of an account',
      when('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:eu-west-1:111122223333:accesspoint/*'),
      false,
    ],
    ['access points of any', when('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:*:*:accesspoint/*'), true],
    ['an account of access points', when('StringEquals', 's3:DataAccessPointAccount', '111122223333'), false],
    ['a key', when('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', 'arn:aws:kms:x'), false],
  ])('%s', (_, one, isPublic) => {
    expect(isPublicStatement(statement(one))).toBe(isPublic);
  });

  test.each<[value: string | string[], isPublic: boolean]>([
    ['203.0.113.7', false],
    ['203.0.113.0/24', false],
    ['54.0.0.0/8', false],
    ['54.0.0.0/7', true],
    ['0.0.0.0/0', true],
    [['0.0.0.0/1', '128.0.0.0/1'], true],
    [['203.0.113.0/24', '0.0.0.0/1'], true],
    ['10.0.0.0/8', false],
    ['10.0.0.0/1', true],
    ['172.16.0.0/12', false],
    ['192.168.0.0/16', false],
    ['2001:db8::/32', false],
    ['2000::/3', true],
    ['::/0', true],
    ['54.0.0.0/', true],
    ['${aws:x}', true],
  ])('addresses %s', (value, isPublic) => {
    expect(isPublicStatement(statement(when('IpAddress', 'aws:SourceIp', value)))).toBe(isPublic);
  });

  test('of several keys one is enough', () => {
    const both = { ...read, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1', 'aws:Referer': 'x' } } };
    expect(isPublicStatement(statement(both))).toBe(false);
  });

  test('one public statement makes the policy public', () => {
    const mixed = policy(to({ AWS: '111122223333' }), read);
    expect(publicStatements(mixed, readActions).map(({ allowed }) => allowed)).toEqual([['s3:GetObject']]);
  });
});

const arn = 'arn:aws:iam::111122223333:user/dev';
const put = 'iam:PutUserPolicy';
const allow = (more: Written) => ({ Effect: 'Allow', Action: put, Resource: '*', ...more });
const deny = (more: Written = {}) => ({ Effect: 'Deny', Action: put, Resource: '*', ...more });
const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
const without = (key: string, one: Written) =>
  Object.fromEntries(Object.entries(one).filter(([name]) => name !== key));

describe('whether policies allow', () => {
  test.each<[what: string, statements: readonly Written[], access: Access]>([
    ['nothing', [], 'no'],
    ['the action', [allow({})], 'yes'],
    ['in other letters', [allow({ Action: 'IAM:putuserPOLICY' })], 'yes'],
    ['a wildcard', [allow({ Action: 'iam:*UserP?licy' })], 'yes'],
    ['another action', [allow({ Action: 'iam:PutUserPolic' })], 'no'],
    ['all but others', [without('Action', allow({ NotAction: 's3:*' }))], 'yes'],
    ['all but this', [without('Action', allow({ NotAction: ['s3:*', 'iam:Put*'] }))], 'no'],
    ['all resources but others', [without('Resource', allow({ NotResource: 'arn:aws:s3:::x' }))], 'yes'],
    ['all resources but this', [without('Resource', allow({ NotResource: 'arn:aws:iam::*:user/d*' }))], 'no'],
    ['another resource', [allow({ Resource: 'arn:aws:iam::*:user/DEV' })], 'no'],
    ["another partition's spelling", [allow({ Resource: 'arn:aws-cn:iam::*:user/dev' })], 'yes'],
    ['itself', [allow({ Resource: 'arn:aws:iam::*:user/${aws:username}' })], 'yes'],
    ['by a tag', [allow({ Resource: 'arn:aws:iam::*:user/${aws:PrincipalTag/name}' })], 'conditional'],
    ['under a condition', [allow(mfa)], 'conditional'],
    ['under a condition and without', [allow(mfa), allow({})], 'yes'],
    ['over TLS', [allow({ Condition: { Bool: { 'aws:SecureTransport': true } } })], 'yes'],
    ['for whatever', [allow({ Condition: { StringLike: { 'aws:userid': ['*'] } } })], 'yes'],
    ['denied', [allow({}), deny()], 'no'],
    ['denied before', [deny(), allow({})], 'no'],
    ['denied sometimes', [allow({}), deny(mfa)], 'yes'],
    ['denied elsewhere', [allow({}), deny({ Resource: 'arn:aws:iam::*:user/ops' })], 'yes'],
    ['all but some denied', [allow({}), without('Action', deny({ NotAction: 's3:*' }))], 'no'],
    ['denied by a tag', [allow({}), deny({ Resource: 'arn:aws:iam::*:user/${aws:PrincipalTag/x}' })], 'yes'],
  ])('%s: %s', (_, statements, access) => {
    expect(allows(policy(...statements).statements, put, arn, { username: 'dev' })).toBe(access);
  });

  test('a variable stands for no one where nobody asks', () => {
    const self = policy(allow({ Action: 'iam:*', Resource: 'arn:aws:iam::*:user/${aws:username}' }));
    expect(administers(self.statements, '111122223333').access).toBe('no');
  });
});

/** A small deterministic generator, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state / 2147483648;
  }
}

describe('the form of a policy does not matter', () => {
  const pool = {
    Action: [
      '*',
      'iam:*',
      'iam:PutUserPolicy',
      'iam:Put*',
      's3:GetObject',
      's3:*',
      'iam:Create*',
      'iam:?utUserPolicy',
    ],
    Resource: ['*', arn, 'arn:aws:iam::111122223333:user/*', 'arn:aws:s3:::b/*', 'arn:aws:iam::*:role/x'],
  };
  const random = numbers(7);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor((random.next().value ?? 0) * list.length)];
    if (found === undefined) throw new Error('empty');
    return found;
  };
  const some = (list: readonly string[]) => [pick(list), pick(list)];
  const made = Array.from({ length: 200 }, () =>
    Array.from({ length: 3 }, () => ({
      Effect: pick(['Allow', 'Allow', 'Deny']),
      [pick(['Action', 'Action', 'NotAction'])]: some(pool.Action),
      [pick(['Resource', 'Resource', 'NotResource'])]: some(pool.Resource),
      ...pick([{}, {}, mfa]),
    })),
  );
  const answers = ({ statements }: Policy) => [
    allows(statements, put, arn),
    allows(statements, 's3:GetObject', 'arn:aws:s3:::b/k'),
    allows(statements, 's3:GetObject', anyArn('s3', '', '')),
    administers(statements, '111122223333').access,
    tlsRule({ statements, at: { source: '', start: 0, end: 0 } }, 'b').state,
  ];
  const variants: readonly (readonly [string, (statements: readonly Written[]) => unknown])[] = [
    ['the order of statements', (all) => ({ Statement: all.toReversed() })],
    ['a statement twice', (all) => ({ Statement: [...all, ...all] })],
    [
      'a list of one as a string',
      (all) => ({
        Statement: all.map((one) => map(one, (list) => (new Set(list).size === 1 ? (list[0] ?? '') : list))),
      }),
    ],
    [
      'the order of a list',
      (all) => ({ Statement: all.map((one) => map(one, (list) => list.toReversed())) }),
    ],
    [
      'letters of actions',
      (all) => ({
        Statement: all.map((one) =>
          map(one, (list, key) => (/Action/.test(key) ? list.map((word) => word.toUpperCase()) : list)),
        ),
      }),
    ],
    [
      'the order of members',
      (all) => ({ Statement: all.map((one) => Object.fromEntries(Object.entries(one).reverse())) }),
    ],
    [
      'doubled stars',
      (all) => ({
        Statement: all.map((one) => map(one, (list) => list.map((word) => word.replaceAll('*', '**')))),
      }),
    ],
  ];
  test.each(variants)('%s', (_, change) => {
    for (const statements of made) {
      expect(answers(written(change(statements)))).toEqual(answers(policy(...statements)));
    }
  });

  test('an added Deny never allows more, an added Allow never less', () => {
    const rank = { no: 0, conditional: 1, yes: 2 };
    for (const [index, statements] of made.entries()) {
      const other = made[(index + 1) % made.length]?.[0] ?? {};
      const before = rank[allows(policy(...statements).statements, put, arn)];
      const more = rank[allows(policy(...statements, { ...other, Effect: 'Allow' }).statements, put, arn)];
      const less = rank[allows(policy(...statements, { ...other, Effect: 'Deny' }).statements, put, arn)];
      expect(more).toBeGreaterThanOrEqual(before);
      expect(less).toBeLessThanOrEqual(before);
    }
  });

  function map(one: Written, change: (list: readonly string[], key: string) => unknown): Written {
    return Object.fromEntries(
      Object.entries(one).map(([key, value]) => [key, Array.isArray(value) ? change(value, key) : value]),
    );
  }
});

test('patterns match as regular expressions would', () => {
  const random = numbers(3);
  const letter = () => 'ab*?'[Math.floor((random.next().value ?? 0) * 4)] ?? 'a';
  const word = (length: number) => Array.from({ length }, letter).join('');
  for (let round = 0; round < 3000; round += 1) {
    const pattern = word(round % 7);
    const text = word(round % 9).replace(/[*?]/g, 'a');
    const expected = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
    expect([pattern, text, globMatches(pattern, text)]).toEqual([pattern, text, expected]);
  }
  const hostile = `${'a*'.repeat(2000)}b`;
  expect(globMatches(hostile, 'a'.repeat(20_000))).toBe(false);
});
