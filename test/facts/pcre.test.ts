import { expect, test } from 'vitest';
import { parseRegex } from '../../src/facts/pcre.ts';
import { canBeginWith, canHold, isFoundIn, mustBeginWith } from '../../src/facts/pcre-questions.ts';

const patterns = [
  '^/a',
  '\\.git',
  '/\\.(?!well-known).*',
  '/\\.',
  '\\.(git|svn)(/|$)',
  '^/(.*)$',
  '(a+)+$',
  '[^/]+',
  '^/x{2,3}$',
  '\\bfoo',
  '(?:a|b)c',
  '[a-z.]*$',
  '\\d+[^\\d]?',
  'a{0,0}b',
  '(a|)*c',
  '~$',
  '^$',
  '[^a]',
  '\\x2e',
  'a?',
  '/.*/$',
  '(?=.*c)a',
  '[\\]a-]',
  'a{2}',
  '\\w\\W',
  'x{,2}',
  '(?<n>a)b',
  '[a\\-z]',
];
const texts = [
  '/.git/config',
  '/.env',
  '/.well-known/x',
  '/a',
  '/aa',
  'foo',
  'aaaaab',
  '/xx',
  '/xxx',
  'ac',
  'cc',
  '',
  'a\nb',
  '.',
  'b1',
  'aaac',
  '/x/y/',
  ']',
  '-',
  'x{,2}',
  'ab',
];

test.each(patterns)('%s is found where JavaScript finds it', (pattern) => {
  const regex = parseRegex(pattern);
  const expected = new RegExp(pattern);
  expect(texts.map((text) => regex && isFoundIn(regex, text))).toEqual(
    texts.map((text) => expected.test(text)),
  );
});

test('case is ignored where the pattern or its user says so', () => {
  expect(found('(?i)GIT', '/.git')).toBe(true);
  expect(found('GIT', '/.git')).toBe(false);
  expect(isFoundIn(parseRegex('[A-F]IT', true) ?? none, '/fit')).toBe(true);
});

test.each<[string, number, number, boolean | 'unknown']>([
  ['^/(.*)$', 0, 10, false],
  ['^/(.*)$', 0, 13, true],
  ['^/([^/]*)', 0, 10, true],
  ['(a|b)', 0, 46, false],
  ['(\\W+)', 0, 10, true],
  ['(?<x>\\s)', 0, 10, true],
  ['(\\p{L}+)', 0, 10, 'unknown'],
  ['(x{0})(y)', 0, 120, false],
])('group %2$i of %1$s', (pattern, index, code, expected) => {
  const group = parseRegex(pattern)?.groups[index];
  expect(group && canHold(group.item, code)).toBe(expected);
});

test('how a group begins', () => {
  const group = (pattern: string) => parseRegex(pattern)?.groups[0]?.item ?? none.pattern;
  expect(mustBeginWith(group('(/.*)'), 47)).toBe(true);
  expect(mustBeginWith(group('(/?.*)'), 47)).toBe(false);
  expect(mustBeginWith(group('(/a|/b)'), 47)).toBe(true);
  expect(canBeginWith(group('(.*)'), 46)).toBe(true);
  expect(canBeginWith(group('([a-z].*)'), 46)).toBe(false);
});

test('what is broken or not understood is no pattern', () => {
  expect(['(', ')', '[a', '*a', '(?s).', 'a)'].map((pattern) => parseRegex(pattern))).toEqual(
    Array(6).fill(null),
  );
  expect(found('(a)\\1', 'aa')).toBeUndefined();
});

test('no pattern is slow', () => {
  for (const pattern of [
    '('.repeat(100_000),
    '(a*)*'.repeat(5000),
    `${'('.repeat(150)}a*${')*'.repeat(150)}b`,
    'a{99999}'.repeat(1000),
  ]) {
    const regex = parseRegex(pattern);
    expect(regex && isFoundIn(regex, '/.git/config/aaaaaaaa')).not.toBe(true);
  }
});

const none = { pattern: { type: 'sequence', items: [] }, groups: [] } as const;

function found(pattern: string, text: string): boolean | undefined {
  const regex = parseRegex(pattern);
  return regex ? isFoundIn(regex, text) : undefined;
}
