import { describe, expect, test } from 'vitest';
import { type AuditRun, audit } from '../../src/audit.ts';
import { memory } from '../../src/collect/memory.ts';
import type { Finding, Problem } from '../../src/finding.ts';
import { type Judged, judge } from '../../src/judge.ts';
import { loaders } from '../../src/load/index.ts';
import type { Pass } from '../../src/pass.ts';
import { permitted } from '../../src/policy/permitted.ts';
import { type Policy, recommended, selects } from '../../src/policy/policy.ts';
import { localParams } from '../../src/policy/scope.ts';
import { waivers } from '../../src/policy/waivers.ts';
import { allChecks } from '../examples.ts';
import { resolved, today } from './files.ts';

const checks = await allChecks();

async function run(files: Readonly<Record<string, string>>, policy: Policy = recommended): Promise<AuditRun> {
  const local = localParams(policy);
  return audit({
    collector: memory(
      'test',
      Object.entries(files).map(([uri, text]) => ({ uri, text })),
    ),
    loaders,
    checks: async () => new Map([...checks].filter(([id, { tier }]) => selects(policy, id, tier))),
    data: { open: () => undefined },
    now: today,
    params: policy.params,
    declared: policy.facts,
    ...(local ? { localParams: local } : {}),
  });
}

const passes: readonly Pass[] = [permitted, waivers(() => true)];

async function judged(files: Readonly<Record<string, string>>, text = ''): Promise<Judged> {
  const { policy } = resolved({ 'hardpan.yaml': `version: 1\n${text}` });
  return judge(await run(files, policy), policy, passes);
}

const marks = ({ run: { audit: found } }: Judged, check: string) =>
  found.findings
    .filter((one) => one.check === check)
    .map(({ severity, suppressed }) => [severity, suppressed?.by]);
const said = ({ run: { audit: found } }: Judged): readonly string[] =>
  found.problems.map(({ subject, message }) => `${subject}: ${message}`);

const leaky = 'FROM debian:12\nUSER app\nRUN chmod 777 /opt/start.sh\n';
const open = { 'a/Dockerfile': leaky, 'b/Dockerfile': leaky };

describe('the gate', () => {
  const finding = (more: Partial<Finding> = {}): Finding => ({
    check: 'x/y',
    state: 'fail',
    severity: 'high',
    baseSeverity: 'high',
    confidence: 'high',
    tier: 'security',
    risk: ['tls'],
    title: '',
    message: '',
    resource: { kind: 'k', id: 'i', name: 'n' },
    at: { source: 'f', start: 0, end: 0 },
    fingerprint: 'v1:0',
    ...more,
  });
  const unknown = (sort: 'unseen' | 'unresolved', more: Partial<Finding> = {}): Finding =>
    finding({
      state: 'unknown',
      blockers: [{ state: 'unknown', sort, reason: '', at: { source: 'f', start: 0, end: 0 } }],
      ...more,
    });
  const problem = (more: Partial<Problem> = {}): Problem => ({
    stage: 'parse',
    subject: 's',
    message: 'm',
    sort: 'unseen',
    expected: false,
    ...more,
  });
  const waived = { by: 'waiver', reason: 'r' };

  test.each<
    [string, Partial<Policy['gate']>, readonly Finding[], readonly Problem[], number, RegExp | undefined]
  >([
    ['failOn holds', {}, [finding()], [], 1, /^1 finding at high or above$/],
    ['below failOn', {}, [finding({ severity: 'medium' })], [], 0, undefined],
    ['failOn none', { failOn: 'none' }, [finding({ severity: 'critical' })], [], 0, undefined],
    ['suppressed', {}, [finding({ suppressed: waived })], [], 0, undefined],
    ['newOnly: old', { newOnly: true }, [finding({ new: false })], [], 0, undefined],
    [
      'newOnly: new',
      { newOnly: true },
      [finding({ new: true }), finding({ new: false })],
      [],
      1,
      /^1 new finding at high/,
    ],
    ['newOnly with nothing to compare with', { newOnly: true }, [finding()], [], 1, /new finding/],
    [
      'max exceeded',
      { failOn: 'none', max: { medium: 1 } },
      [finding({ severity: 'medium' }), finding({ severity: 'medium' })],
      [],
      1,
      /^2 findings at medium, 1 allowed$/,
    ],
    [
      'max kept',
      { failOn: 'none', max: { medium: 1 } },
      [finding({ severity: 'medium' }), finding({ severity: 'medium', suppressed: waived })],
      [],
      0,
      undefined,
    ],
    [
      'max of unknown answers',
      { max: { unknown: 0 } },
      [unknown('unresolved')],
      [],
      1,
      /^1 unknown answer, 0 allowed$/,
    ],
    ['minConfidence', { minConfidence: 'medium' }, [finding({ confidence: 'low' })], [], 0, undefined],
    ['minConfidence reached', { minConfidence: 'medium' }, [finding({ confidence: 'medium' })], [], 1, /./],
    ['unseen warns', {}, [unknown('unseen')], [problem()], 0, undefined],
    [
      'unseen answers fail',
      { onUnseen: 'fail' },
      [unknown('unseen')],
      [],
      3,
      /^1 answer could not be told: something was not seen$/,
    ],
    [
      'unseen answers that could not have failed',
      { onUnseen: 'fail' },
      [unknown('unseen', { severity: 'low' })],
      [],
      0,
      undefined,
    ],
    ['unseen sources fail', { onUnseen: 'fail' }, [], [problem()], 3, /^1 source could not be used$/],
    ['a waived unknown', { onUnseen: 'fail' }, [unknown('unseen', { suppressed: waived })], [], 0, undefined],
    ['unresolved warns', {}, [unknown('unresolved')], [], 0, undefined],
    ['unresolved fails', { onUnresolved: 'fail' }, [unknown('unresolved')], [], 3, /variable or template/],
    ['a file known by name', {}, [], [problem({ expected: true })], 3, /^1 source could not be used$/],
    [
      'a file known by name, only said',
      { onParseError: 'warn' },
      [],
      [problem({ expected: true })],
      0,
      undefined,
    ],
    [
      'failing comes before incomplete',
      {},
      [finding()],
      [problem({ expected: true })],
      1,
      /high.*\|1 source/,
    ],
    ['a defect of ours', { onParseError: 'warn' }, [], [problem({ sort: 'defect' })], 3, /defect of hardpan/],
  ])('%s', async (_, gate, findings, problems, code, reason) => {
    const before = await run(open);
    const policy = { ...recommended, gate: { ...recommended.gate, ...gate } };
    const { exit } = judge({ ...before, audit: { ...before.audit, findings, problems } }, policy);
    expect(exit.code).toBe(code);
    expect(exit.reasons.join('|')).toMatch(reason ?? /^$/);
  });

  test('nothing that is known', async () => {
    expect((await judged({ 'notes.txt': '' })).exit.code).toBe(4);
    expect((await judged({ 'notes.txt': '' }, 'gate: { onNothingScanned: warn }')).exit.code).toBe(0);
  });
});

describe('severities and scopes', () => {
  test('a severity of the policy is final, its note is told', async () => {
    const found = await judged(open, 'checks: { docker/chmod-777: { severity: critical, note: we care } }');
    expect(marks(found, 'docker/chmod-777')).toEqual([
      ['critical', undefined],
      ['critical', undefined],
    ]);
    expect(found.run.audit.findings.find(({ check }) => check === 'docker/chmod-777')?.severityWhy).toBe(
      'set by policy hardpan: we care',
    );
    expect(found.exit.code).toBe(1);
  });

  test('overrides count in their part of the tree, the last above all', async () => {
    const found = await judged(
      open,
      'overrides:\n  - { scope: { paths: ["*/Dockerfile"] }, checks: { docker/chmod-777: low } }\n  - { name: b is old, scope: { paths: [b] }, checks: { docker/*: off } }',
    );
    expect(marks(found, 'docker/chmod-777')).toEqual([
      ['low', undefined],
      ['medium', 'policy'],
    ]);
    expect(found.run.audit.hidden['outOfScope']).toBeGreaterThan(0);
  });

  test('overrides and scope look at the declared environment and at kinds', async () => {
    const override =
      'overrides: [{ scope: { environments: [staging], kinds: ["docker.*"] }, checks: { docker/chmod-777: info } }]';
    expect(marks(await judged(open, override), 'docker/chmod-777')[0]).toEqual(['medium', undefined]);
    expect(
      marks(await judged(open, `${override}\nfacts: { environment: staging }`), 'docker/chmod-777')[0],
    ).toEqual(['info', undefined]);
  });

  test('what is outside of the scope does not count', async () => {
    const found = await judged(
      open,
      'gate: { failOn: medium }\nscope: { paths: ["**"], excludePaths: [a, "b/*"] }',
    );
    expect(found.exit.code).toBe(0);
    expect(marks(found, 'docker/chmod-777')).toEqual([
      ['medium', 'policy'],
      ['medium', 'policy'],
    ]);
  });
});

describe('declared facts change the model', () => {
  const stack = {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:16\n    ports: ["203.0.113.5:5432:5432"]\n    volumes: [data:/var/lib/postgresql/data]\nvolumes: { data: {} }\n',
  };
  const reach = async (facts: string) =>
    (await judged(stack, facts)).run.audit.findings.find(({ check }) => check === 'compose/port-db-public')
      ?.exposure?.level;

  test('who reaches the host, and which networks are trusted', async () => {
    expect(await reach('')).toBe('lan');
    expect(await reach('facts: { hostExposure: internet }')).toBe('internet');
    expect(await reach('facts: { hostExposure: none }')).toBe('none');
    expect(await reach('facts: { trustedNetworks: [203.0.113.0/24] }')).toBe('private');
    expect(await reach('facts: { trustedNetworks: [203.0.114.0/24, "2001:db8::/32"] }')).toBe('lan');
  });

  test('backups', async () => {
    expect(marks(await judged(stack), 'backup/none').length).toBe(1);
    expect(marks(await judged(stack, 'facts: { backups: external }'), 'backup/none')).toEqual([]);
    const expired = await judged(stack, 'facts: { backups: { value: external, expires: 2026-05-31 } }');
    expect(marks(expired, 'backup/none').length).toBe(1);
    expect(said(expired).join()).toContain(
      'hardpan.yaml:2:10: the declared fact backups expired on 2026-05-31',
    );
  });
});

describe('waivers', () => {
  const waiver = (rest: string, expires = '2026-06-01'): string =>
    `waivers:\n  - { check: docker/chmod-777, ${rest}, reason: fine for this demo, owner: ops, expires: ${expires} }`;

  test('by path, by resource, by fingerprint, and by all of them', async () => {
    const before = await judged(open);
    const one = before.run.audit.findings.find(
      ({ check, at }) => check === 'docker/chmod-777' && at.source === 'a/Dockerfile',
    );
    const onlyA = [
      ['medium', 'waiver'],
      ['medium', undefined],
    ];
    for (const target of [
      'paths: ["a/**"]',
      `resource: "${one?.resource.id}"`,
      `fingerprint: "${one?.fingerprint}"`,
      `fingerprint: "${one?.fingerprint}", paths: [a]`,
    ]) {
      const found = await judged(open, waiver(target));
      expect([target, marks(found, 'docker/chmod-777')]).toEqual([target, onlyA]);
      expect(found.run.audit.hidden).toEqual({ waived: 1 });
      expect(said(found)).toEqual([]);
    }
    expect(marks(await judged(open, waiver('resource: "docker.run:*"')), 'docker/chmod-777')).toEqual([
      ['medium', 'waiver'],
      ['medium', 'waiver'],
    ]);
    expect(
      marks(await judged(open, waiver(`fingerprint: "${one?.fingerprint}", paths: [b]`)), 'docker/chmod-777'),
    ).toEqual([
      ['medium', undefined],
      ['medium', undefined],
    ]);
  });

  test('says who, why and until when', async () => {
    const found = await judged(open, waiver('paths: [a]'));
    expect(found.run.audit.findings.find(({ suppressed }) => suppressed)?.suppressed).toEqual({
      by: 'waiver',
      reason: 'fine for this demo',
      owner: 'ops',
      expires: '2026-06-01',
    });
  });

  test.each<[string, string, string]>([
    [
      'expired',
      waiver('paths: [a]', '2026-05-31'),
      'the waiver for docker/chmod-777 expired on 2026-05-31 and does not count',
    ],
    [
      'longer than allowed',
      `${waiver('paths: [a]', '2027-06-01')}\nsuppressions: { maxDays: 90 }`,
      'the policy allows 90 days, so it does not count',
    ],
    ['unused', waiver('paths: [nowhere]'), 'the waiver for docker/chmod-777 fits no finding; take it out'],
  ])('%s: told, not counted, and it may fail the run', async (_, text, message) => {
    const found = await judged(open, text);
    expect(said(found)).toEqual([expect.stringMatching(/^hardpan\.yaml:3:5: /)]);
    expect(said(found).join()).toContain(message);
    expect(marks(found, 'docker/chmod-777')).toEqual([
      ['medium', undefined],
      ['medium', undefined],
    ]);
    expect(found.exit.code).toBe(0);
    const strict = text.includes('suppressions: {')
      ? text.replace('suppressions: {', 'suppressions: { unused: fail,')
      : `${text}\nsuppressions: { unused: fail }`;
    expect((await judged(open, strict)).exit).toEqual({
      code: 1,
      reasons: ['1 of the waivers, ignores and facts does not count'],
    });
  });

  test('one for a check that was not asked may still be needed', async () => {
    const { policy } = resolved({ 'hardpan.yaml': `version: 1\n${waiver('paths: [nowhere]')}` });
    expect(judge(await run(open, policy), policy, [waivers(() => false)]).run.audit.problems).toEqual([]);
  });

  test('of a folded finding it answers for every subject or for none', async () => {
    const files = {
      'compose.yaml': 'services:\n  one: { image: "nginx:1.27" }\n  two: { image: "nginx:1.27" }\n',
    };
    const text = (resource: string): string =>
      `waivers:\n  - { check: compose/limits-missing, resource: "${resource}", reason: fine for this demo, owner: ops, expires: 2026-07-01 }`;
    expect(marks(await judged(files, text('one')), 'compose/limits-missing')).toEqual([['low', undefined]]);
    expect(marks(await judged(files, text('*')), 'compose/limits-missing')).toEqual([['low', 'waiver']]);
  });
});

describe('ignores in the scanned files', () => {
  const ignoring =
    (suppressed: NonNullable<Finding['suppressed']>): Pass =>
    (findings) => ({
      findings: findings.map((finding) =>
        finding.check === 'docker/chmod-777' ? { ...finding, suppressed } : finding,
      ),
    });
  const ours = { by: 'ignore', reason: 'it is fine' };
  const theirs = { by: 'hadolint', reason: '' };

  test.each<[string, NonNullable<Finding['suppressed']>, string | undefined]>([
    ['{ }', ours, undefined],
    ['{ }', theirs, undefined],
    ['{ inline: deny }', ours, 'policy hardpan allows none'],
    ['{ inline: deny }', theirs, undefined],
    ['{ foreign: deny }', theirs, 'policy hardpan allows none of other tools'],
    ['{ inline: allow-with-reason }', { ...ours, reason: ' ' }, 'it gives no reason'],
    ['{ inline: allow }', { ...ours, reason: '' }, undefined],
    ['{ denyFor: ["severity>=medium"] }', ours, 'policy hardpan allows none for it'],
    ['{ denyFor: ["severity>=high"] }', ours, undefined],
    ['{ denyFor: ["family:docker"] }', theirs, 'policy hardpan allows none for it'],
    ['{ requireOwner: true }', ours, 'it names no owner'],
    ['{ requireOwner: true }', { ...ours, owner: 'me' }, undefined],
    ['{ maxDays: 30 }', ours, 'it has no end'],
    ['{ maxDays: 30 }', { ...ours, expires: '2026-09-01' }, 'it lasts longer than 30 days'],
    ['{ maxDays: 30 }', { ...ours, expires: '2026-06-20' }, undefined],
  ])('%s of %j', async (suppressions, mark, refused) => {
    const { policy } = resolved({
      'hardpan.yaml': `version: 1${suppressions === '{ }' ? '' : `\nsuppressions: ${suppressions}`}`,
    });
    const found = judge(await run({ Dockerfile: leaky }, policy), policy, [ignoring(mark), ...passes]);
    expect(marks(found, 'docker/chmod-777')).toEqual([
      ['medium', refused === undefined ? mark.by : undefined],
    ]);
    expect(said(found).join()).toContain(refused ?? '');
    expect(said(found).length).toBe(refused === undefined ? 0 : 1);
  });
});

describe('compliance', () => {
  const standard = 'standard: { id: own, version: "1", title: Own }\ncontrols:\n';
  const control = async (entry: string, more = '', files: Readonly<Record<string, string>> = open) =>
    (await judged(files, `${standard}  - ${entry}\n${more}`)).compliance[0]?.controls[0];

  test.each<[string, string, string, string]>([
    ['a fault', '{ id: a, title: A, checks: [docker/chmod-777], coverage: full }', '', 'fail'],
    [
      'a waived fault is still there',
      '{ id: a, title: A, checks: [docker/chmod-777], coverage: full }',
      'waivers: [{ check: docker/chmod-777, paths: ["**"], reason: fine for this demo, owner: me, expires: 2027-01-01 }]',
      'fail',
    ],
    [
      'a fault outside of the scope is not asked about',
      '{ id: a, title: A, checks: [docker/chmod-777], coverage: full }',
      'scope: { paths: [c] }',
      'not-applicable',
    ],
    ['no fault', '{ id: a, title: A, checks: [docker/user-root], coverage: full }', '', 'pass'],
    [
      'one of several',
      '{ id: a, title: A, checks: [docker/user-root, docker/chmod-777], coverage: full }',
      '',
      'fail',
    ],
    [
      'one is enough',
      '{ id: a, title: A, mode: any, checks: [docker/user-root, docker/chmod-777], coverage: full }',
      '',
      'pass',
    ],
    [
      'nothing to ask about',
      '{ id: a, title: A, checks: ["family:s3"], coverage: full }',
      '',
      'not-applicable',
    ],
    ['left to people', '{ id: a, title: A, coverage: none, manual: look at it }', '', 'manual'],
    [
      'a check that is off might have failed',
      '{ id: a, title: A, checks: [docker/user-root, docker/chmod-777], coverage: full }',
      'checks: { docker/chmod-777: off }',
      'unknown',
    ],
  ])('%s', async (_, entry, more, status) => {
    expect((await control(entry, more))?.status).toBe(status);
  });

  test('an unknown answer does not pass', async () => {
    const files = {
      'compose.yaml':
        'services:\n  a: { image: "nginx:1.27", privileged: "${P}" }\n  b: { image: "nginx:1.27", privileged: false }\n',
    };
    const found = await control(
      '{ id: a, title: A, checks: [compose/privileged], coverage: full }',
      '',
      files,
    );
    expect(found).toMatchObject({ status: 'unknown', findings: { unknown: 1 } });
  });

  test('counts checks and findings', async () => {
    const found = await control(
      '{ id: a, title: A, checks: ["docker/user-*", docker/chmod-777, s3/website], coverage: partial, manual: look }',
      'waivers: [{ check: docker/chmod-777, paths: [a], reason: fine for this demo, owner: me, expires: 2027-01-01 }]',
    );
    expect(found).toEqual({
      id: 'a',
      title: 'A',
      coverage: 'partial',
      manual: 'look',
      status: 'fail',
      checks: { total: 4, pass: 1, fail: 1, unknown: 0, notApplicable: 2, off: 0 },
      findings: { fail: 1, unknown: 0, suppressed: 1 },
    });
  });

  test('of each standard apart, absent without controls', async () => {
    const { policy } = resolved({
      'hardpan.yaml': 'version: 1\nextends: ["builtin:cis-docker", "builtin:gdpr"]',
    });
    const found = judge(await run(open, policy), policy, passes).compliance;
    expect(
      found.map(({ id, controls, byStatus }) => [
        id,
        controls.length,
        Object.values(byStatus).reduce((a, b) => a + b),
      ]),
    ).toEqual([
      ['cis-docker', 44, 44],
      ['gdpr', 12, 12],
    ]);
    expect((await judged(open)).compliance).toEqual([]);
  });
});
