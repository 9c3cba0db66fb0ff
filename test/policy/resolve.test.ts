import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fitsPath, fitsText } from '../../src/policy/glob.ts';
import { nearest } from '../../src/policy/nearest.ts';
import { recommended, selects } from '../../src/policy/policy.ts';
import { localParams } from '../../src/policy/scope.ts';
import { resolvedText } from '../../src/policy/show.ts';
import { catalogue, faultsOf, resolved, shipped } from './files.ts';

const policy = (text: string, more: Readonly<Record<string, string>> = {}) =>
  resolved({ 'hardpan.yaml': `version: 1\n${text}`, ...more }).policy;
const asked = (text: string): readonly string[] => {
  const found = policy(text);
  return [...catalogue].filter(([id, { tier }]) => selects(found, id, tier)).map(([id]) => id);
};

describe('shipped policies', () => {
  test('recommended says in YAML what the program does by itself', () => {
    expect(resolved('recommended').policy).toEqual(recommended);
  });

  test('there are those that are promised, and each can be used', () => {
    expect(shipped.toSorted()).toEqual([
      'cis-aws',
      'cis-docker',
      'cis-nginx',
      'essential-eight',
      'gdpr',
      'hipaa',
      'iso27001',
      'owasp-top10',
      'pre-deploy',
      'recommended',
      'strict',
    ]);
    for (const name of shipped) expect(resolved(name).policy.name).toBe(name);
  });

  test('every control states its coverage; those without checks are left to people, and none has no check by mistake', () => {
    for (const name of shipped) {
      for (const { id, checks, coverage, manual, standard } of resolved(name).policy.controls) {
        const where = `${standard.id} ${id}`;
        expect([where, coverage === 'none']).toEqual([where, checks.length === 0]);
        if (coverage === 'none') expect([where, manual]).toEqual([where, expect.stringMatching(/\S{3}/)]);
      }
    }
  });
});

describe('which checks are asked', () => {
  test('without include all but style; exclude takes out; settings of a check come last', () => {
    expect(asked('')).toEqual([...catalogue].filter(([, { tier }]) => tier !== 'style').map(([id]) => id));
    expect(asked('select: { include: ["family:iam"], exclude: ["iam/key-*"] }')).toEqual(
      [...catalogue.keys()].filter((id) => id.startsWith('iam/') && !id.startsWith('iam/key-')),
    );
    expect(
      asked(
        'select: { include: ["family:iam"] }\nchecks: { iam/*: off, iam/root-mfa: critical, nginx/syntax: high }',
      ),
    ).toEqual(['iam/root-mfa', 'nginx/syntax']);
  });

  test.each<[string, (id: string) => boolean]>([
    ['risk:missing-backup', (id) => catalogue.get(id)?.risk.includes('missing-backup') ?? false],
    ['tier:hardening', (id) => catalogue.get(id)?.tier === 'hardening'],
    ['family:s3', (id) => id.startsWith('s3/')],
    ['severity>=critical', (id) => catalogue.get(id)?.severity === 'critical'],
    ['severity=low', (id) => catalogue.get(id)?.severity === 'low'],
    ['confidence>=high', (id) => catalogue.get(id)?.confidence === 'high'],
    ['s3/public-*', (id) => id.startsWith('s3/public-')],
    ['control:cis-nginx/4.1.4', (id) => /^nginx\/tls-protocols(-default)?$/.test(id)],
    ['control:essential-eight/E7', (id) => /^iam\/.*-mfa$/.test(id)],
    [
      'control:cis-docker/5.*',
      (id) => (catalogue.get(id)?.compliance['cis-docker'] ?? []).some((one) => one.startsWith('5.')),
    ],
  ])('%s', (selector, fits) => {
    const found = asked(`select: { include: [${JSON.stringify(selector)}] }`);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((id) => !fits(id) && !selector.startsWith('control:cis-docker'))).toEqual([]);
    expect([...catalogue.keys()].filter((id) => fits(id) && !found.includes(id))).toEqual([]);
  });

  test('a policy that asks nothing is refused', () => {
    expect(faultsOf({ 'hardpan.yaml': 'version: 1\nselect: { exclude: ["*"] }' })).toMatch(
      /asks no check at all/,
    );
  });
});

describe('inheritance', () => {
  const base = {
    'base.yaml':
      'version: 1\nname: base\ngate: { failOn: medium, max: { low: 3 } }\nchecks:\n  iam/key-age: { severity: high, params: { days: 30 } }\n  nginx/*: low\nfacts: { backups: external }\nselect: { exclude: ["iam/root-mfa"] }',
  };

  test('maps are merged by key, lists are joined, the last wins', () => {
    const found = policy(
      'extends: ["./base.yaml"]\nname: own\ngate: { onUnseen: fail }\nchecks:\n  iam/key-age: { params: { days: 60 } }\n  nginx/tls-protocols: critical\nselect: { exclude: ["iam/user-mfa"] }',
      base,
    );
    expect(found.name).toBe('own');
    expect(found.gate).toEqual({ ...recommended.gate, failOn: 'medium', max: { low: 3 }, onUnseen: 'fail' });
    expect(found.severity['iam/key-age']).toBe('high');
    expect(found.params['iam/key-age']).toEqual({ days: 60 });
    expect([found.severity['nginx/tls-protocols'], found.severity['nginx/autoindex']]).toEqual([
      'critical',
      'low',
    ]);
    expect(found.facts).toEqual({ backups: 'external' });
    expect(found.select).not.toContain('iam/root-mfa');
    expect(found.select).not.toContain('iam/user-mfa');
  });

  test('a check that a parent switches off is on again when a child gives it a severity', () => {
    expect(
      policy('extends: ["./p.yaml"]\nchecks: { nginx/autoindex: low }', {
        'p.yaml': 'version: 1\nchecks: { nginx/autoindex: off, iam/key-age: off }',
      }).select,
    ).toContain('nginx/autoindex');
  });

  test('a circle is told with its chain', () => {
    const files = {
      'a.yaml': 'version: 1\nextends: ["./b.yaml"]',
      'b.yaml': 'version: 1\nextends: ["./c.yaml"]',
      'c.yaml': 'version: 1\nextends: ["./a.yaml"]',
    };
    expect(faultsOf(files)).toBe('c.yaml:2:11: extends goes in a circle: a.yaml → b.yaml → c.yaml → a.yaml');
  });

  test('the same parent by two ways counts once', () => {
    const found = policy('extends: ["./one.yaml", "./two.yaml"]', {
      'one.yaml': 'version: 1\nextends: ["./base.yaml"]',
      'two.yaml': 'version: 1\nextends: ["./base.yaml"]\ngate: { failOn: low }',
      'base.yaml':
        'version: 1\nwaivers:\n  - { check: image/eol, paths: ["**"], reason: until the move in autumn, owner: me, expires: 2026-12-31 }',
    });
    expect(found.waivers.length).toBe(1);
    expect(found.gate.failOn).toBe('low');
  });

  test('what a resolved policy prints is a policy that means the same', () => {
    const { merged, ...one } = resolved({
      'hardpan.yaml':
        'version: 1\nname: own\nextends: ["./base.yaml"]\nscope: { paths: ["deploy/**"] }\noverrides:\n  - { name: old, scope: { paths: ["legacy"] }, checks: { nginx/tls-protocols: low, iam/key-age: { params: { days: 9 } }, image/eol: off } }\nsuppressions: { denyFor: ["severity>=high", "family:s3"] }\nfacts: { nginxVersion: 1.30, trustedNetworks: [10.0.0.0/8] }\nwaivers:\n  - { check: image/eol, resource: "a: \'b\' #c", reason: "until: the \\"move\\" #1", owner: "@me", expires: 2026-12-31 }',
      ...base,
    });
    const text = [...resolvedText({ merged, ...one }, [], catalogue)].join('\n');
    const again = resolved({ 'hardpan.yaml': text }).policy;
    const meaning = ({ waivers, notes: _, ...rest }: typeof again) => ({
      ...rest,
      waivers: waivers.map(({ at: __, ...waiver }) => waiver),
    });
    expect(meaning(again)).toEqual(meaning(one.policy));
    expect(text).toContain('failOn: medium  # base.yaml:3:9');
    expect(again.facts['nginxVersion']).toBe('1.30');
  });
});

describe('locks', () => {
  const locked = (what: string, rest = ''): Record<string, string> => ({
    'base.yaml': `version: 1\nlocked: [${what}]\n${rest}`,
  });
  const child = (text: string, base: Record<string, string>): string =>
    faultsOf({ 'hardpan.yaml': `version: 1\nextends: ["./base.yaml"]\n${text}`, ...base });

  test.each<[string, string, string, string]>([
    ['gate.failOn', 'gate: { failOn: high }', 'gate: { failOn: critical }', 'gate: { failOn: low }'],
    ['gate', '', 'gate: { onParseError: warn }', 'gate: { onUnseen: fail }'],
    [
      'gate.max',
      'gate: { max: { low: 5 } }',
      'gate: { max: { low: 6 } }',
      'gate: { max: { low: 4, medium: 2 } }',
    ],
    ['gate.newOnly', '', 'gate: { newOnly: true }', 'gate: { newOnly: false }'],
    [
      'suppressions.inline',
      'suppressions: { inline: deny }',
      'suppressions: { inline: allow }',
      'suppressions: { inline: deny }',
    ],
    [
      'suppressions.maxDays',
      'suppressions: { maxDays: 90 }',
      'suppressions: { maxDays: 91 }',
      'suppressions: { maxDays: 30 }',
    ],
    [
      'suppressions.denyFor',
      'suppressions: { denyFor: ["severity>=high"] }',
      'suppressions: { denyFor: [] }',
      'suppressions: { denyFor: ["severity>=high", "family:s3"] }',
    ],
    ['facts.backups', '', 'facts: { backups: external }', 'facts: { environment: test }'],
    [
      'checks.nginx/tls-protocols',
      '',
      'checks: { nginx/tls-protocols: low }',
      'checks: { nginx/tls-protocols: critical, nginx/autoindex: off }',
    ],
    ['checks.nginx/*', '', 'checks: { nginx/*: off }', 'checks: { s3/*: off }'],
    [
      'checks.iam/key-age',
      '',
      'checks: { iam/key-age: { params: { days: 400 } } }',
      'checks: { iam/key-unused: { params: { days: 400 } } }',
    ],
    [
      'checks.nginx/autoindex',
      '',
      'select: { exclude: ["family:nginx"] }',
      'select: { exclude: ["family:s3"] }',
    ],
    ['checks.nginx/autoindex', '', 'select: { include: ["family:s3"] }', 'select: { include: ["*"] }'],
    [
      'checks.nginx/autoindex',
      '',
      'overrides: [{ scope: { paths: ["x"] }, checks: { nginx/*: off } }]',
      'overrides: [{ scope: { paths: ["x"] }, checks: { s3/*: off } }]',
    ],
    ['checks', '', 'scope: { paths: ["x/**"] }', 'gate: { failOn: none }'],
    [
      'waivers',
      '',
      'waivers: [{ check: image/eol, paths: [x], reason: long enough it is, owner: me, expires: 2026-12-31 }]',
      'gate: { failOn: none }',
    ],
  ])('%s may be made stricter, never looser (%#)', (what, rest, looser, stricter) => {
    expect(child(looser, locked(what, rest))).toMatch(
      new RegExp(
        `^hardpan\\.yaml:\\d+:\\d+: .* would loosen ${what.replace(/[.*]/g, '\\$&')}, which base\\.yaml locks`,
      ),
    );
    expect(child(stricter, locked(what, rest))).toBe('');
  });
});

describe('facts and overrides', () => {
  test('facts hold until their day, and are shown with owner and end', () => {
    const found = policy(
      'facts:\n  backups: { value: external, owner: ops, expires: 2026-06-01 }\n  tlsTerminatedBy: { value: proxy, expires: 2026-05-31 }\n  environment: false\n  trustedNetworks: [10.0.0.0/8, "fd00::/8"]',
    );
    expect(found.facts).toEqual({ backups: 'external', trustedNetworks: ['10.0.0.0/8', 'fd00::/8'] });
    expect(found.declared).toEqual([
      'backups: external (ops, until 2026-06-01)',
      'trustedNetworks: 10.0.0.0/8,fd00::/8',
    ]);
    expect(found.notices).toEqual([
      {
        subject: 'hardpan.yaml:4:3',
        message: 'the declared fact tlsTerminatedBy expired on 2026-05-31 and does not count',
      },
    ]);
  });

  test('parameters take the type of the default, as they are written', () => {
    const found = policy(
      'checks: { iam/trust-cross-account: { params: { trustedAccounts: [012345678901, "210987654321"] } } }',
    );
    expect(found.params['iam/trust-cross-account']).toEqual({
      trustedAccounts: ['012345678901', '210987654321'],
    });
  });

  test('parameters of a part of the tree count there, the last above all', () => {
    const found = policy(
      'overrides:\n  - { scope: { paths: ["aws/**"] }, checks: { iam/key-age: { params: { days: 10 } } } }\n  - { scope: { paths: ["aws/old"] }, checks: { iam/key-*: { params: { days: 20 } } } }',
    );
    const at = (source: string) =>
      localParams(found)?.('iam/key-age', { kind: 'iam.user', at: { source, start: 0, end: 0 } } as never);
    expect([at('aws/a.json'), at('aws/old/b.json'), at('c.json')]).toEqual([
      { days: 10 },
      { days: 20 },
      undefined,
    ]);
  });
});

describe('patterns and names', () => {
  test.each<[string, string, boolean]>([
    ['legacy/**', 'legacy/a/b.conf', true],
    ['legacy', 'legacy/a/b.conf', true],
    ['legacy', 'legacy2/a', false],
    ['**/*.conf', 'a.conf', true],
    ['**/*.conf', 'x/y/a.conf', true],
    ['*/a.conf', 'x/y/a.conf', false],
    ['x/**/z/?.conf', 'x/y/y/z/a.conf', true],
    ['./x/', 'x/a', true],
    ['*.conf', 'x/a.conf', false],
  ])('%s on %s: %s', (pattern, path, fits) => {
    expect(fitsPath(pattern, path)).toBe(fits);
  });

  test('a pattern that is built to explode takes no time', () => {
    const before = process.cpuUsage().user;
    expect(fitsText(`${'*a'.repeat(2000)}!`, 'a'.repeat(4000))).toBe(false);
    expect(fitsPath(`${'**/a/'.repeat(500)}b`, 'a/'.repeat(2000))).toBe(false);
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(1500);
  });

  test('the nearest name', () => {
    expect(nearest('hgh', ['low', 'high'])).toBe('high');
    expect(nearest('faliOn', ['failOn', 'newOnly'])).toBe('failOn');
    expect(nearest('alias-traversal', ['nginx/autoindex', 'nginx/alias-traversal'])).toBe(
      'nginx/alias-traversal',
    );
    expect(nearest('zzzzzz', ['low', 'high'])).toBeUndefined();
  });
});

test('the policy in docs/policies.md can be used', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/policies.md', 'utf8')) ?? [];
  expect(faultsOf({ 'hardpan.yaml': text, 'ci/team.yaml': 'version: 1\n' })).toBe('');
});
