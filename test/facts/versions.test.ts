import { describe, expect, test } from 'vitest';
import { npmSpec, urlHost, urlSecret } from '../../src/facts/npm-spec.ts';
import {
  affectedShare,
  isAffected,
  isOpenEnded,
  lowestSafe,
  rangeAdmits,
  satisfiesRange,
} from '../../src/facts/versions.ts';

describe('isAffected', () => {
  test.each([
    ['4.17.15', ['>=3.7.0 <4.17.19'], true],
    ['4.17.19', ['>=3.7.0 <4.17.19'], false],
    ['3.6.9', ['>=3.7.0 <4.17.19'], false],
    ['1.2.3', ['*'], true],
    ['2.1.1', ['<=2.1.1'], true],
    ['2.1.2', ['<=2.1.1'], false],
    ['1.0.0', ['>1.0.0'], false],
    ['0.2.1', ['<0.2.1', '>=1.0.0 <1.2.3'], false],
    ['1.2.2', ['<0.2.1', '>=1.0.0 <1.2.3'], true],
    // A pre-release comes before its release.
    ['2.0.0-rc.1', ['<2.0.0'], true],
    ['2.0.0-rc.1', ['>=2.0.0'], false],
    // Build metadata says nothing of the order.
    ['1.0.0+build.7', ['<1.0.0'], false],
    ['v1.0.0', ['<=1.0.0'], true],
    ['1.0.0', [], false],
  ] as const)('%s in %j: %s', (version, affected, expected) => {
    expect(isAffected(version, affected)).toBe(expected);
  });

  test.each(['', 'git+https://x', '1.2', 'latest', '1.2.3.4', '99999999999999999999.0.0'])(
    'cannot tell for %j',
    (version) => {
      expect(isAffected(version, ['*'])).toBeUndefined();
    },
  );
});

test.each([
  ['^4.17.0', ['<4.17.21'], 'some'],
  ['4.17.15', ['<4.17.21'], 'all'],
  ['=4.17.15', ['<4.17.21'], 'all'],
  ['~4.17.1', ['>=5.0.0'], 'none'],
  ['2.x', ['<2.0.0'], 'none'],
  ['^1.0.0', ['<2.0.0'], 'all'],
  ['*', ['<2.0.0'], 'some'],
  ['*', ['*'], 'all'],
  ['^1 || ^2', ['<1.5.0', '>=2.0.0'], 'some'],
  ['^1.0.0 || ^3.0.0', ['<2.0.0', '>=3.0.0 <4.0.0'], 'all'],
  ['latest', ['*'], undefined],
] as const)('of %s %j is affected: %s', (range, affected, expected) => {
  expect(affectedShare(range, affected)).toBe(expected);
});

test.each([
  // The fix of one flaw does not count while another holds it.
  ['1.0.0', [['<1.2.0'], ['>=1.1.0 <1.3.0']], '1.3.0'],
  ['1.0.0', [['<1.2.0'], ['<2.0.0']], '2.0.0'],
  // In its own major version rather than above.
  ['1.0.0', [['<1.9.0', '>=2.0.0 <2.0.1']], '1.9.0'],
  ['1.0.0', [['*']], undefined],
  ['1.0.0', [['<=1.5.0']], undefined],
  ['1.0.0', [['<2.0.0-rc.1'], ['<2.0.0']], '2.0.0'],
] as const)('the lowest safe version from %s in %j is %s', (version, lists, expected) => {
  expect(lowestSafe(version, lists)).toBe(expected);
});

test.each([
  ['*', true],
  ['', true],
  ['x', true],
  ['>=1.2.0', true],
  ['>1', true],
  ['^1 || >=3', true],
  ['^1.2.0', false],
  ['1.x', false],
  ['>=1 <2', false],
  ['1.2.3', false],
  ['<=2', false],
  ['latest', false],
])('isOpenEnded(%j) is %s', (range, expected) => {
  expect(isOpenEnded(range)).toBe(expected);
});

test('ranges admit cycles and versions', () => {
  expect(rangeAdmits('>=14', '18')).toBe(true);
  expect(rangeAdmits('^0.12', '0.12')).toBe(true);
  expect(rangeAdmits('<18', '18')).toBe(false);
  expect(rangeAdmits('whatever', '18')).toBeUndefined();
  expect(satisfiesRange('2.1.3', '^2.0.0')).toBe(true);
  expect(satisfiesRange('2.1.3', '^1.0.0')).toBe(false);
  expect(satisfiesRange('git+https://x', '^1.0.0')).toBeUndefined();
  expect(satisfiesRange('2.1.3', 'latest')).toBeUndefined();
});

describe('npmSpec', () => {
  test.each([
    ['<%= version %>', { type: 'unresolved', text: '<%= version %>' }],
    ['npm:b@{{version}}', { type: 'unresolved', text: '{{version}}' }],
    ['two words', { type: 'unresolved', text: 'two words' }],
    ['jsr:@x/b@^1', { type: 'unresolved', text: 'jsr:@x/b@^1' }],
    ['git+file:///srv/b', { type: 'git', url: 'file:///srv/b', commit: null }],
    ['^1.2.3', { type: 'range', name: 'a', range: '^1.2.3' }],
    ['', { type: 'range', name: 'a', range: '*' }],
    ['next', { type: 'tag', name: 'a', tag: 'next' }],
    ['npm:@x/b@~2', { type: 'range', name: '@x/b', range: '~2' }],
    ['npm:b', { type: 'range', name: 'b', range: '*' }],
    ['workspace:^', { type: 'workspace', rest: '^' }],
    ['catalog:', { type: 'catalog', rest: '' }],
    ['file:../a', { type: 'path', path: '../a' }],
    ['link:../a', { type: 'path', path: '../a' }],
    ['./a', { type: 'path', path: './a' }],
    ['../a.tgz', { type: 'path', path: '../a.tgz' }],
    ['a-1.0.0.tgz', { type: 'path', path: 'a-1.0.0.tgz' }],
    ['user/repo', { type: 'git', url: 'github:user/repo', commit: null }],
    ['user/repo#v1', { type: 'git', url: 'github:user/repo', commit: 'v1' }],
    ['github:user/repo#semver:^1', { type: 'git', url: 'github:user/repo', commit: 'semver:^1' }],
    ['git+ssh://git@h/a.git#x', { type: 'git', url: 'ssh://git@h/a.git', commit: 'x' }],
    ['git@github.com:u/r.git', { type: 'git', url: 'git@github.com:u/r.git', commit: null }],
    ['https://github.com/u/r', { type: 'git', url: 'https://github.com/u/r', commit: null }],
    [
      'https://github.com/u/r/archive/v1.tar.gz',
      { type: 'url', url: 'https://github.com/u/r/archive/v1.tar.gz' },
    ],
    ['http://h/a.tgz', { type: 'url', url: 'http://h/a.tgz' }],
  ])('%j', (text, expected) => {
    expect(npmSpec('a', text)).toEqual(expected);
  });
});

test('hosts and secrets of addresses', () => {
  expect(urlHost('https://registry.npmjs.org@evil.example:8080/a')).toBe('evil.example');
  expect(urlHost('HTTPS://Registry.NPMJS.org/')).toBe('registry.npmjs.org');
  expect(urlHost('https://[::1]:4873/a')).toBe('[::1]');
  expect(urlHost('^1.0.0')).toBeUndefined();
  const text = 'https://deploy:s3cret@h/';
  const span = urlSecret(text);
  expect(span && text.slice(span.start, span.end)).toBe('s3cret');
  expect(urlSecret('git+ssh://git@github.com/a/b.git')).toBeUndefined();
  expect(urlSecret('https://${USER}:${PASS}@h/')).toBeUndefined();
  expect(urlSecret('https://ghp_0123456789abcdefghij@github.com/a/b.git')).toBeDefined();
});
