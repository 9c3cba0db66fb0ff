import { defineCheck, wholeOf } from '../../src/check.ts';

/** Lockfiles by the program that keeps them; npm prefers a shrinkwrap and Bun its text form, so those are one. */
const keepers: readonly (readonly [string, readonly string[]])[] = [
  ['npm', ['npm-shrinkwrap.json', 'package-lock.json']],
  ['Yarn', ['yarn.lock']],
  ['pnpm', ['pnpm-lock.yaml']],
  ['Bun', ['bun.lock', 'bun.lockb']],
];

export default defineCheck({
  on: 'package.manifest',
  title: 'Lockfiles of several package managers',
  severity: 'low',
  risk: ['misconfiguration', 'supply-chain'],
  why: 'Each holds versions of its own and only one is kept up to date. Which of them a deployment gets depends on what program it happens to run, so what was tested or audited may not be what is installed.',
  remedy:
    'Keep the lockfile of the package manager that deployments use, name it under `packageManager`, and remove the others.',
  references: ['https://nodejs.org/api/packages.html#packagemanager'],
  compliance: { cwe: ['1357'], 'owasp-2021': ['A08'] },
  applies: ({ scope }) => scope !== 'example',

  *run({ at }, graph) {
    const folder = at.source.slice(0, at.source.lastIndexOf('/') + 1);
    const found = keepers.flatMap(([keeper, names]) => {
      const path = names.map((name) => folder + name).find((one) => graph.listing.get(one) !== undefined);
      return path === undefined ? [] : [{ keeper, path }];
    });
    const [first, ...others] = found;
    if (!first || others.length === 0) return;
    yield {
      message: `${found.map(({ keeper }) => keeper).join(' and ')} each have a lockfile here, so the versions depend on which of them installs`,
      at: wholeOf(first.path),
      path: others.map(({ keeper, path }) => ({ at: wholeOf(path), note: `the lockfile of ${keeper}` })),
    };
  },

  bad: [
    {
      'package.json': '{"private":true}',
      'package-lock.json': '«»{"lockfileVersion":3,"packages":{}}',
      'yarn.lock': '# yarn lockfile v1\n',
    },
    { 'api/package.json': '{}', 'api/yarn.lock': '«»', 'api/pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
  ],
  good: [
    { 'package.json': '{}', 'package-lock.json': '{"lockfileVersion":3,"packages":{}}' },
    // One program, two files; another project.
    {
      'package.json': '{}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
      'npm-shrinkwrap.json': '{"lockfileVersion":3,"packages":{}}',
      'web/package.json': '{}',
      'web/yarn.lock': '',
    },
  ],
});
