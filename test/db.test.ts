import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, runProgram } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

test('info names every table and every source with date, origin, licence and checksum', () => {
  const { out, code } = runProgram(program, ['db', 'info']);
  const sources = JSON.parse(readFileSync('data/sources/SOURCES.json', 'utf8')) as Record<
    string,
    { commit: string; licence: string; commitDate: string }
  >;
  for (const [name, { commit, licence, commitDate }] of Object.entries(sources)) {
    const line = out
      .slice(out.indexOf('Made from'))
      .split('\n')
      .find((one) => one.trim().startsWith(`${name} `));
    expect(line).toContain(commit.slice(0, 12));
    expect(line).toContain(licence);
    expect(line).toContain(commitDate);
  }
  expect(out.match(/sha256 [0-9a-f]{64}/g)?.length).toBe(3);
  expect(code).toBe(0);
});

test('verify tells a table that was changed or is gone', () => {
  expect(runProgram(program, ['db', 'verify'])).toMatchObject({ code: 0, err: '' });
  const data = join(dirname(program), 'data');
  appendFileSync(join(data, 'eol.tsv'), 'x\t{}\n');
  rmSync(join(data, 'advisories/nodejs.tsv'));
  const { out, err, code } = runProgram(program, ['db', 'verify']);
  expect(out).toContain('eol: was changed\n');
  expect(out).toContain('advisories/nodejs: is missing\n');
  expect(out).toContain('advisories/npm: is as it was built\n');
  expect(err).toContain('the reference data is damaged');
  expect(code).toBe(3);
});
