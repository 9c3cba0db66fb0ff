import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataReader } from '../src/collect/data.ts';
import { advisoriesFrom } from '../src/facts/advisories.ts';

const build = (): void => {
  execFileSync(process.execPath, ['scripts/build-data.mjs']);
};
const shard = (name: string): string => readFileSync(`data/shards/${name}.tsv`, 'utf8');
const data = dataReader('data/shards');

beforeAll(build);

test('two builds are equal to the byte', () => {
  const before = ['advisories/npm', 'advisories/nodejs', 'eol'].map(shard);
  build();
  expect(['advisories/npm', 'advisories/nodejs', 'eol'].map(shard)).toEqual(before);
});

test('every source is what its checksum says, and names its licence and commit', () => {
  const sources = JSON.parse(readFileSync('data/sources/SOURCES.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  for (const { file, sha256, licence, commit } of Object.values(sources)) {
    const digest = createHash('sha256')
      .update(readFileSync(`data/sources/${file}`))
      .digest('hex');
    expect([file, digest]).toEqual([file, sha256]);
    expect(licence).toMatch(/\w/);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
  }
});

describe('advisories of npm', () => {
  const of = (name: string) => advisoriesFrom(data.open('advisories/npm')?.content)?.(name) ?? [];

  test('are sorted, dated and found by name', () => {
    const keys = shard('advisories/npm')
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '');
    expect(keys).toEqual([...keys].sort());
    expect(keys.length).toBeGreaterThan(2500);
    expect(data.open('advisories/npm')?.date).toBe('2024-11-27');
    for (const key of [keys[1], keys[2], keys.at(-1), keys.at(-2), keys[777]])
      expect(of(key ?? '').length).toBeGreaterThan(0);
    for (const absent of ['', 'zzzz', '!', 'lodas', 'lodashh', '__proto__', 'toString'])
      expect(of(absent)).toEqual([]);
  });

  test.each([
    ['lodash', 'CVE-2020-8203', '>=3.7.0 <4.17.19', 'high'],
    ['minimist', 'CVE-2021-44906', '>=1.0.0 <1.2.6', 'critical'],
    ['event-stream', 'GHSA-mh6f-8j2x-4483', '>=3.3.6 <4.0.0', 'critical'],
    ['node-serialize', 'CVE-2017-5941', '*', 'critical'],
    ['serialize-javascript', 'CVE-2020-7660', '<3.1.0', 'high'],
    ['request', 'CVE-2023-28155', '*', 'medium'],
    ['react-server-dom-webpack', 'CVE-2025-55182', '>=19.2.0 <19.2.1', 'critical'],
    ['next', 'CVE-2025-66478', '>=15.1.0-canary.0 <15.1.9', 'critical'],
    ['chalk', 'compromised-2025-09-08/chalk', '>=5.6.1 <=5.6.1', 'critical'],
  ])('%s has %s', (name, id, range, severity) => {
    const found = of(name).find(({ ids }) => ids.includes(id));
    expect(found?.affected).toContain(range);
    expect(found?.severity).toBe(severity);
  });

  test('known exploitation is marked', () => {
    expect(of('jquery').find(({ ids }) => ids.includes('CVE-2020-11023'))?.exploited).toBe('2025-01-23');
  });

  test('a record that was withdrawn is gone', () => {
    expect(of('lodash').flatMap(({ ids }) => ids)).not.toContain('CVE-2021-41720');
    expect(of('jsonwebtoken').length).toBeGreaterThan(0);
    expect(of('jsonwebtoken').flatMap(({ ids }) => ids)).not.toContain('CVE-2022-23529');
  });

  test('a record that was withdrawn leaves the others of its package, a disputed one counts little', () => {
    expect(of('effect').flatMap(({ ids }) => ids)).toEqual(['CVE-2026-32887', 'GHSA-38f7-945m-qr2g']);
    expect(of('cacheable-request')).toEqual([]);
    expect(of('minimist').flatMap(({ ids }) => ids)).toEqual(['CVE-2020-7598', 'CVE-2021-44906']);
    expect(of('formidable').find(({ ids }) => ids.includes('CVE-2022-29622'))?.doubt).toBe('disputed');
  });

  test('months with a zero before them are bounds too', () => {
    expect(of('nocodb').flatMap(({ affected }) => affected)).toContain('<2026.5.1');
  });

  test('a flaw is not put on a package that only shares the name of its product', () => {
    expect(of('react').flatMap(({ ids }) => ids)).not.toContain('CVE-2025-55182');
    expect(of('kit')).toEqual([]);
  });

  test('one flaw with several names is one advisory', () => {
    const ids = of('next').flatMap((advisory) => advisory.ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a record whose end was lost counts only up to the newest fix of its package', () => {
    expect(of('tree-kill').map(({ affected }) => affected)).toEqual([['<1.2.2'], ['<1.2.2'], ['<1.2.2']]);
    expect(of('lodash').filter(({ affected }) => affected.some((range) => !range.includes('<')))).toEqual([]);
  });

  test('ids that only one source uses are left out where a better one covers the package', () => {
    expect(
      of('lodash')
        .flatMap(({ ids }) => ids)
        .filter((id) => /^(RETIRE|NSWG)/.test(id)),
    ).toEqual([]);
  });
});

test('end-of-life slices are single products', () => {
  const node = data.open('eol/nodejs')?.content;
  expect(node).toMatchObject({
    n: 'Node.js',
    r: expect.arrayContaining([expect.objectContaining({ c: '18', e: '2025-04-30' })]),
  });
  expect(data.open('eol/nodejs')?.date).toBe('2026-08-22');
  expect(data.open('eol/none-such')).toBeUndefined();
  expect(data.open('eol/#')).toBeUndefined();
  expect(data.open('../package')).toBeUndefined();
  expect(data.open('advisories/none')).toBeUndefined();
});

test('a folder without tables has no data, and says so by giving none', () => {
  expect(dataReader('data/nowhere').open('eol/nodejs')).toBeUndefined();
});
