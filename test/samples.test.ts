import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { audit } from '../src/audit.ts';
import { dataReader } from '../src/collect/data.ts';
import { directory } from '../src/collect/directory.ts';
import { loaders } from '../src/load/index.ts';
import { exitOf } from '../src/policy/gate.ts';
import { recommended, selects } from '../src/policy/policy.ts';
import { excerpts } from '../src/report/excerpt.ts';
import { allChecks } from './examples.ts';

/** What hardpan says of each sample on its day. To change it on purpose: HARDPAN_UPDATE_SAMPLES=1, and read the difference. */
const samples = { 'web-shop': '2026-06-01', 'web-shop-hardened': '2026-06-01', 'dev-stack': '2026-06-01' };

const checks = await allChecks();

test.each(Object.entries(samples))('%s says what it is expected to', async (name, day) => {
  const {
    audit: found,
    sources,
    secrets,
  } = await audit({
    collector: directory(`samples/${name}`, { workingDirectory: '.', treeConfig: true }),
    loaders,
    checks: async () => new Map([...checks].filter(([id, { tier }]) => selects(recommended, id, tier))),
    data: dataReader('data/shards'),
    now: Date.parse(day),
  });
  const { place } = excerpts(sources, secrets);
  const actual = {
    day,
    exit: exitOf(found, recommended),
    findings: found.findings.map(
      ({ check, state, severity, message, at, resource, exposure, fingerprint }) => {
        const { file, line, column } = place(at);
        const reach = exposure ? { reach: exposure.level } : {};
        return {
          at: `${file.slice(`samples/${name}/`.length)}:${line}:${column}`,
          check,
          state,
          severity,
          ...reach,
          message,
          resource: resource.name,
          fingerprint,
        };
      },
    ),
    problems: found.problems.map(({ subject, message }) => `${subject}: ${message}`),
    unsupported: found.unsupported,
  };
  const file = `samples/${name}/expected.json`;
  if (process.env['HARDPAN_UPDATE_SAMPLES']) writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  expect(actual).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test('the hardened sample has nothing at low or above', () => {
  const { findings, exit } = JSON.parse(readFileSync('samples/web-shop-hardened/expected.json', 'utf8')) as {
    findings: { severity: string; state: string; check: string }[];
    exit: { code: number };
  };
  expect(findings.filter(({ severity, state }) => state === 'fail' && severity !== 'info')).toEqual([]);
  expect(exit.code).toBe(0);
});

test('a development stack of nginx, application and database passes with recommended', () => {
  const { findings, exit } = JSON.parse(readFileSync('samples/dev-stack/expected.json', 'utf8')) as {
    findings: { severity: string; state: string }[];
    exit: { code: number };
  };
  expect(
    findings.filter(({ severity, state }) => state === 'fail' && /high|critical/.test(severity)),
  ).toEqual([]);
  expect(exit.code).toBe(0);
});
