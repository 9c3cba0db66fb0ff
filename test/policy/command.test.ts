import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, findingsIn, type Outcome, runProgram, tree } from '../program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const leaky = 'FROM debian:12\nUSER app\nRUN chmod 777 /opt/start.sh\n';
const day = { HARDPAN_NOW: '2026-06-01' };

function repository(files: Readonly<Record<string, string>>): string {
  const folder = tree({ Dockerfile: leaky, ...files });
  spawnSync('git', ['init', '-q', folder]);
  return folder;
}

function run(cwd: string, ...words: readonly string[]): Outcome {
  return runProgram(program, words, { cwd, env: day });
}

interface Report {
  readonly run: { readonly policy: { name: string; hash: string }; readonly declared: readonly string[] };
  readonly exit: { readonly code: number };
  readonly summary: { readonly hidden: Readonly<Record<string, number>> };
  readonly compliance?: readonly { readonly id: string }[];
  readonly findings: readonly {
    check: string;
    severity: string;
    fingerprint: string;
    suppressed?: { by: string };
  }[];
}

function report(cwd: string, ...words: readonly string[]): Report {
  return JSON.parse(run(cwd, '-o', 'json', ...words).out);
}

function fingerprint(cwd: string, check = 'docker/chmod-777'): string {
  return report(cwd).findings.find((one) => one.check === check)?.fingerprint ?? '';
}

const waiver = 'check: docker/chmod-777, paths: ["**"], owner: me';

describe('broken policies: exit code 2, the place, and what to do', () => {
  test.each<[string, string, RegExp, Readonly<Record<string, string>>?]>([
    ['no YAML', 'gate: {', /^hardpan\.yaml:\d+:\d+: is not YAML: /],
    ['an unknown key', 'chekcs: {}', /:2:1: there is no key chekcs here; did you mean checks\?/],
    [
      'an unknown key of the gate',
      'gate: { failon: high }',
      /:2:9: there is no key failon here; did you mean failOn\?/,
    ],
    ['a key given twice', 'gate: {}\ngate: {}', /:3:1: the key gate is given twice/],
    [
      'a misspelt severity',
      'checks: { nginx/autoindex: hgih }',
      /:2:28: .* cannot be hgih; did you mean high\?/,
    ],
    [
      'a severity of the gate that is none',
      'gate: { failOn: severe }',
      /:2:17: gate\.failOn cannot be severe; it is critical, high, .* or none/,
    ],
    ['another type', 'gate: { newOnly: sometimes }', /:2:18: gate\.newOnly must be true or false/],
    [
      'an unknown check',
      'checks: { nginx/alias-travresal: off }',
      /:2:11: there is no check nginx\/alias-travresal; did you mean nginx\/alias-traversal\?/,
    ],
    [
      'a pattern that fits none',
      'checks: { ngnix/*: off }',
      /:2:11: no check fits ngnix\/\*; did you mean nginx\/\*\?/,
    ],
    [
      'an unknown parameter',
      'checks: { iam/key-age: { params: { dyas: 3 } } }',
      /:2:36: iam\/key-age has no parameter dyas; did you mean days\?/,
    ],
    [
      'a parameter of another type',
      'checks: { iam/key-age: { params: { days: long } } }',
      /:2:42: days must be a number, as the default 90/,
    ],
    [
      'a parameter where there is none',
      'checks: { iam/root-mfa: { params: { days: 3 } } }',
      /:2:37: iam\/root-mfa has no parameter days; it has none/,
    ],
    [
      'an unknown risk',
      'select: { include: ["risk:tsl"] }',
      /:2:21: there is no risk tsl; did you mean tls\?/,
    ],
    [
      'a selector of another kind',
      'select: { exclude: ["sevrity>=high"] }',
      /:2:21: sevrity>=high selects nothing; did you mean severity\?/,
    ],
    [
      'a family as a check',
      'select: { exclude: [nginx] }',
      /:2:21: there is no check nginx; did you mean family:nginx\?/,
    ],
    [
      'an unknown standard',
      'select: { include: ["control:cis-dokcer/4.1"] }',
      /:2:21: there is no standard cis-dokcer; did you mean cis-docker\?/,
    ],
    [
      'an unknown control',
      'select: { include: ["control:cis-docker/4.99"] }',
      /:2:21: cis-docker has no control 4\.99 here; did you mean 4\.9\?/,
    ],
    [
      'a selector among checks',
      'checks: { "risk:tls": off }',
      /:2:11: risk:tls is a selector; here stand ids/,
    ],
    [
      'a waiver without end',
      `waivers: [{ ${waiver}, reason: it is good enough }]`,
      /:2:11: waivers\[0\] lacks expires; add the last day/,
    ],
    [
      'a waiver without owner',
      'waivers: [{ check: image/eol, paths: [x], reason: it is good enough, expires: 2026-12-31 }]',
      /:2:11: waivers\[0\] lacks owner; add who answers for it/,
    ],
    [
      'a waiver with a short reason',
      `waivers: [{ ${waiver}, reason: fine, expires: 2026-12-31 }]`,
      /:2:72: waivers\[0\]\.reason must have 10 characters or more/,
    ],
    [
      'a waiver without target',
      'waivers: [{ check: image/eol, reason: it is good enough, owner: me, expires: 2026-12-31 }]',
      /:2:11: a waiver needs a target; add resource, paths or fingerprint/,
    ],
    [
      'a waiver for a pattern',
      'waivers: [{ check: "image/*", paths: [x], reason: it is good enough, owner: me, expires: 2026-12-31 }]',
      /:2:20: a waiver is for one check/,
    ],
    [
      'a day that is none',
      `waivers: [{ ${waiver}, reason: it is good enough, expires: 2026-02-30 }]`,
      /:2:\d+: there is no day 2026-02-30; give one as/,
    ],
    [
      'a date in words',
      `waivers: [{ ${waiver}, reason: it is good enough, expires: tomorrow }]`,
      /:2:\d+: .*cannot be tomorrow; it is something such as 2026-12-31/,
    ],
    ['an empty scope', 'scope: {}', /:2:8: scope must not be empty/],
    [
      'an override without scope',
      'overrides: [{ checks: { image/eol: low } }]',
      /:2:13: overrides\[0\] lacks scope; add a scope/,
    ],
    ['another version', 'version: 2', /:1:10: version must be 1/],
    ['no version', 'name: own', /:1:1: the policy lacks version; add version: 1/],
    ['a second document', 'name: own\n---\nversion: 1', /:4:1: a policy is one document/],
    [
      'extends a file that is not there',
      'extends: ["./nowhere.yaml"]',
      /:2:11: nowhere\.yaml: no such policy file/,
    ],
    [
      'extends an unknown policy',
      'extends: ["builtin:strickt"]',
      /:2:11: no policy strickt comes with hardpan; did you mean strict\?/,
    ],
    [
      'extends an address',
      'extends: ["https://example.org/p.yaml"]',
      /:2:11: .*cannot be https:.*; it is something such as builtin:strict or/,
    ],
    [
      'goes in a circle',
      'extends: ["./b.yaml"]',
      /b\.yaml:2:11: extends goes in a circle: hardpan\.yaml → b\.yaml → hardpan\.yaml/,
      { 'b.yaml': 'version: 1\nextends: ["./hardpan.yaml"]\n' },
    ],
    [
      'loosens what is locked',
      'extends: ["./b.yaml"]\ngate: { failOn: none }',
      /:3:9: gate\.failOn would loosen gate\.failOn, which b\.yaml locks/,
      { 'b.yaml': 'version: 1\nlocked: [gate.failOn]\n' },
    ],
    [
      'locks an unknown setting',
      'locked: [gate.fialOn]',
      /:2:10: there is no setting gate\.fialOn to lock; did you mean gate\.failOn\?/,
    ],
    [
      'a fact of another kind',
      'facts: { hostExposure: privat }',
      /:2:24: hostExposure cannot be privat; did you mean private\?/,
    ],
    [
      'an address range that is none',
      'facts: { trustedNetworks: [10.0.0.0/40] }',
      /:2:27: 10\.0\.0\.0\/40 is no address range; give one as/,
    ],
    [
      'controls without standard',
      'controls: [{ id: a, title: A, coverage: none, manual: look }]',
      /:2:12: controls need a standard/,
    ],
    [
      'a control without checks that claims coverage',
      'standard: { id: own, version: "1", title: Own }\ncontrols: [{ id: a, title: A, coverage: full }]',
      /:3:12: control a has no checks, so its coverage is none/,
    ],
    [
      'flags in a policy that is extended',
      'extends: ["./b.yaml"]',
      /b\.yaml:2:1: show belongs to hardpan\.yaml itself/,
      { 'b.yaml': 'version: 1\nshow: low\n' },
    ],
    [
      'a report outside of the folder',
      'output: ["json=../../etc/x.json"]',
      /:2:9: .*is outside of the folder of this file/,
    ],
  ])('%s', (_, text, message, more = {}) => {
    const whole = /^version: 2|^name: own$/.test(text) ? text : `version: 1\n${text}`;
    const { code, out, err } = run(repository({ 'hardpan.yaml': `${whole}\n`, ...more }));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replace(/^hardpan: /, '')).toMatch(message);
    expect(err).toMatch(/^(hardpan: )?[\w./-]+\.yaml:\d+:\d+: /);
    expect(err).not.toContain('    at ');
  });

  test('all faults of a file are told at once, in their order', () => {
    const { err } = run(
      repository({ 'hardpan.yaml': 'version: 1\nchekcs: {}\ngate: { failOn: hgh }\nshow: lots\n' }),
    );
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => /:(\d+):\d+: /.exec(line)?.[1]),
    ).toEqual(['2', '3', '4']);
  });

  test('a hostile policy reaches the terminal without control characters', () => {
    const { err, code } = run(
      repository({
        'hardpan.yaml':
          'version: 1\n"a\\e[31mred": 1\nchecks: { "x\\u202e/y": low }\n__proto__: { polluted: 1 }\n',
      }),
    );
    expect(code).toBe(2);
    expect(err).toContain('there is no key __proto__');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('which policy counts', () => {
  const strictish = 'version: 1\nname: own\ngate: { failOn: medium }\n';

  test('the config is looked up to where git works, never from the scanned path', () => {
    const folder = repository({ 'hardpan.yaml': strictish, 'deep/er/README': '' });
    expect(run(folder).code).toBe(1);
    expect(run(join(folder, 'deep/er'), folder).code).toBe(1);
    expect(run(tree(), folder).code).toBe(0);
    const inner = repository({});
    expect(run(inner, folder).code).toBe(0);
  });

  test('one above the repository does not count; without git only the one here does', () => {
    const folder = tree({ 'hardpan.yaml': strictish, 'repo/Dockerfile': leaky, 'plain/Dockerfile': leaky });
    spawnSync('git', ['init', '-q', join(folder, 'repo')]);
    expect(run(join(folder, 'repo')).code).toBe(0);
    expect(run(join(folder, 'plain')).code).toBe(0);
    expect(run(folder, 'plain').code).toBe(1);
  });

  test('flag before environment before config before policy before default', () => {
    const folder = repository({
      'hardpan.yaml': 'version: 1\nextends: ["./base.yaml"]\nshow: low\n',
      'base.yaml': strictish,
    });
    const code = (env: Record<string, string>, ...words: readonly string[]): number | null =>
      runProgram(program, words, { cwd: folder, env: { ...day, ...env } }).code;
    expect(code({})).toBe(1);
    expect(code({ HARDPAN_FAIL_ON: 'high' })).toBe(0);
    expect(code({ HARDPAN_FAIL_ON: 'high' }, '--fail-on', 'low')).toBe(1);
    writeFileSync(
      join(folder, 'hardpan.yaml'),
      'version: 1\nextends: ["./base.yaml"]\ngate: { failOn: high }\n',
    );
    expect(code({})).toBe(0);
    const shown = (env: Record<string, string>, ...words: readonly string[]): boolean =>
      runProgram(program, ['--fail-on', 'none', ...words], {
        cwd: folder,
        env: { ...day, ...env },
      }).out.includes('mode 777');
    writeFileSync(join(folder, 'hardpan.yaml'), 'version: 1\nshow: high\n');
    expect([shown({}), shown({ HARDPAN_SHOW: 'low' }), shown({}, '--show', 'medium')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('-p takes the place of the config, and may be several', () => {
    const folder = repository({
      'hardpan.yaml': strictish,
      'ci/a.yaml': 'version: 1\nname: a\nchecks: { docker/chmod-777: critical }\n',
      'ci/b.yaml': 'version: 1\nname: b\ngate: { failOn: none }\n',
    });
    expect(run(folder, '-p', 'recommended').code).toBe(0);
    expect(run(folder, '-p', 'builtin:strict').code).toBe(1);
    expect(run(folder, '-p', 'ci/a.yaml').code).toBe(1);
    expect(report(folder, '-p', 'ci/a.yaml', '-p', 'ci/b.yaml')).toMatchObject({
      exit: { code: 0 },
      run: { policy: { name: 'b' } },
    });
    expect(
      runProgram(program, [], { cwd: folder, env: { ...day, HARDPAN_POLICY: 'recommended' } }).code,
    ).toBe(0);
    expect(run(folder, '-p', 'recomended')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/did you mean recommended\?/),
    });
  });

  test('keys for flags: outputs and root are given from the folder of the config', () => {
    const folder = repository({
      'hardpan.yaml':
        'version: 1\noutput: [json=out/run.json, sarif=out/run.sarif, text]\nsarifIncludeSuppressed: true\nquiet: true\nvar: { TAG: 1.10 }\nmaxFileSize: 1MiB\ntreeConfig: false\nall: true\ncolor: never\n',
      'out/keep': '',
      'sub/keep': '',
    });
    const { out, code } = run(join(folder, 'sub'), '..');
    expect(code).toBe(0);
    expect(out).not.toContain('remedy');
    const { findings } = JSON.parse(readFileSync(join(folder, 'out/run.json'), 'utf8')) as {
      findings: { state: string }[];
    };
    expect(findings.some(({ state }) => state === 'pass')).toBe(true);
    expect(readFileSync(join(folder, 'out/run.sarif'), 'utf8')).toContain('"suppressions":[]');
  });

  test('selectors and parameters on the command line', () => {
    const folder = repository({});
    const checks = (...words: readonly string[]): readonly string[] =>
      findingsIn(run(folder, '-o', 'json', ...words).out);
    expect(checks('--select', 'risk:access-control').join()).toContain('docker/chmod-777');
    expect(checks('--ignore', 'risk:access-control').join()).not.toContain('docker/chmod-777');
    expect(checks('--select', 'control:cis-docker/4.*').join()).not.toContain('docker/chmod-777');
    for (const [words, message] of [
      [['--select', 'risk:tsl'], /did you mean tls\?/],
      [['--ignore', 'docker/chmod-77'], /did you mean docker\/chmod-777\?/],
      [['--param', 'iam/key-age.dyas=3'], /iam\/key-age has no parameter dyas; there are days/],
      [['--param', 'iam/key-age.days=many'], /must be a number/],
    ] as const)
      expect(run(folder, ...words)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });

  test('flags do not loosen what is locked', () => {
    const folder = repository({ 'hardpan.yaml': 'version: 1\nlocked: [gate.failOn, checks.docker/*]\n' });
    expect(run(folder, '--fail-on', 'none')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/would loosen gate\.failOn, which hardpan\.yaml locks/),
    });
    expect(run(folder, '--ignore', 'docker/chmod-777').code).toBe(2);
    expect(run(folder, '--fail-on', 'low').code).toBe(1);
  });
});

describe('what the report says of the policy', () => {
  test('name, hash, declared facts, waived findings and compliance, as its schema wants them', () => {
    const folder = repository({
      'hardpan.yaml': `version: 1\nname: own\nextends: ["builtin:cis-docker"]\nfacts: { backups: { value: external, owner: ops, expires: 2026-12-31 }, nginxVersion: 1.30 }\nwaivers: [{ ${waiver}, reason: it is good enough, expires: 2026-12-31 }, { check: image/eol, paths: [x], reason: it is good enough, owner: me, expires: 2026-05-31 }]\n`,
    });
    const { out } = run(folder, '-o', 'json');
    const found = JSON.parse(out) as Report;
    expect(found.run.policy).toMatchObject({
      name: 'own',
      gate: { failOn: 'high' },
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(found.run.declared).toEqual(['backups: external (ops, until 2026-12-31)', 'nginxVersion: 1.30']);
    expect(found.summary.hidden).toEqual({ waived: 1 });
    expect(found.compliance?.map(({ id }) => id)).toEqual(['cis-docker']);
    expect(out).toContain('the waiver for image/eol expired on 2026-05-31');
    const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const schema = JSON.parse(readFileSync('src/report/report.schema.json', 'utf8'));
    const part = ajv.compile({
      ...schema,
      required: ['compliance', 'problems'],
      additionalProperties: true,
      properties: {
        compliance: schema.properties.compliance,
        problems: schema.properties.problems,
        run: schema.properties.run,
      },
    });
    expect(part(found) ? [] : part.errors).toEqual([]);
  });

  test('the hash tells policies apart, and flags count too', () => {
    const folder = repository({});
    const hash = (...words: readonly string[]): string => report(folder, ...words).run.policy.hash;
    expect(hash()).toBe(hash());
    expect(new Set([hash(), hash('--fail-on', 'low'), hash('-p', 'strict')]).size).toBe(3);
    expect(report(folder).compliance).toBeUndefined();
  });
});

describe('hardpan waive', () => {
  const words = ['--reason', 'fine: it is a "demo"', '--owner', '@ops', '--expires', '2026-12-31'] as const;

  test('writes a waiver that counts, beside the config or where git works', () => {
    const folder = repository({ 'sub/keep': '' });
    const { code, out } = run(join(folder, 'sub'), 'waive', fingerprint(folder), '..', ...words);
    expect({ code, out }).toEqual({
      code: 0,
      out: '../hardpan.waivers.yaml: docker/chmod-777 is waived until 2026-12-31\n',
    });
    const found = report(folder);
    expect(found.findings.find(({ check }) => check === 'docker/chmod-777')?.suppressed).toEqual({
      by: 'waiver',
      reason: 'fine: it is a "demo"',
      owner: '@ops',
      expires: '2026-12-31',
    });
    expect(found.run.policy.name).toBe('recommended');
    expect(run(folder, '--fail-on', 'medium').code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['.git', 'Dockerfile', 'hardpan.waivers.yaml', 'sub']);
  });

  test('counts under -p too, unless that policy forbids waivers', () => {
    const folder = repository({ 'org.yaml': 'version: 1\nlocked: [waivers]\ngate: { failOn: medium }\n' });
    run(folder, 'waive', fingerprint(folder), ...words);
    expect(run(folder, '-p', 'strict', '--select', 'docker/chmod-777').code).toBe(1);
    expect(report(folder, '-p', 'pre-deploy').summary.hidden).toEqual({ waived: 1 });
    expect(run(folder, '-p', 'org.yaml')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /hardpan\.waivers\.yaml:\d+:\d+: waivers would loosen waivers, which org\.yaml locks/,
      ),
    });
  });

  test.each<[string, string]>([
    [
      'with entries',
      'version: 1\n# ours\nwaivers:\n- check: image/eol   # odd but ours\n  paths: [old]\n  reason: gone by autumn\n  owner: me\n  expires: 2026-09-30\n',
    ],
    [
      'without a line break at the end',
      'version: 1\nwaivers:\n    - { check: image/eol, paths: [old], reason: gone by autumn, owner: me, expires: 2026-09-30 }',
    ],
    ['with an empty list', 'version: 1\nwaivers: []\n# the end\n'],
    ['with nothing below', 'version: 1\nwaivers:\n# the end\n'],
    ['without the key', '# only a head\nversion: 1\n'],
    [
      'with a comment behind',
      'waivers:\n  - check: image/eol\n    paths: [old]\n    reason: gone by autumn\n    owner: me\n    expires: 2026-09-30\n# then the version\nversion: 1\n',
    ],
    [
      'of Windows',
      'version: 1\r\nwaivers:\r\n  - check: image/eol\r\n    paths: [old]\r\n    reason: gone by autumn\r\n    owner: me\r\n    expires: 2026-09-30\r\n',
    ],
  ])('a file %s keeps what is there', (_, before) => {
    const folder = repository({ 'hardpan.waivers.yaml': before });
    const file = join(folder, 'hardpan.waivers.yaml');
    chmodSync(file, 0o640);
    expect(run(folder, 'waive', fingerprint(folder), ...words)).toMatchObject({ code: 0, err: '' });
    const after = readFileSync(file, 'utf8');
    for (const line of before.split(/\r?\n/).filter((one) => one !== '' && one !== 'waivers: []'))
      expect(after.split(/\r?\n/)).toContain(line);
    expect(after.includes('\r\n') && /[^\r]\n/.test(after)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(report(folder).summary.hidden).toEqual({ waived: 1 });
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      'an unknown fingerprint',
      ['v1:0000000000000000', ...words],
      /no finding of \. has the fingerprint.*--force/,
    ],
    ['force without a check', ['v1:0000000000000000', ...words, '--force'], /--force needs --check/],
    [
      'force with an unknown check',
      ['v1:0000000000000000', ...words, '--force', '--check', 'docker/nothing'],
      /hardpan\.waivers\.yaml:\d+:\d+: there is no check docker\/nothing/,
    ],
    [
      'a short reason',
      ['FP', '--reason', 'ok', '--owner', 'me', '--expires', '2026-12-31'],
      /--reason must have 10/,
    ],
    [
      'no owner',
      ['FP', '--reason', 'good enough it is', '--expires', '2026-12-31'],
      /required option '--owner/,
    ],
    [
      'a day that is over',
      ['FP', '--reason', 'good enough it is', '--owner', 'me', '--expires', '2026-05-31'],
      /that day is over/,
    ],
    [
      'a day that is none',
      ['FP', '--reason', 'good enough it is', '--owner', 'me', '--expires', 'soon'],
      /there is no day soon/,
    ],
    [
      'a day too far',
      ['FP', '--reason', 'good enough it is', '--owner', 'me', '--expires', '2027-12-31'],
      /the policy allows 90 days at most/,
    ],
  ])('%s is refused and nothing is written', (_, given, message) => {
    const folder = repository({ 'hardpan.yaml': 'version: 1\nsuppressions: { maxDays: 90 }\n' });
    const at = given.map((word) =>
      word === 'FP' ? fingerprint(folder) : word === '2026-12-31' ? '2026-07-31' : word,
    );
    expect(run(folder, 'waive', ...at)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
    expect(existsSync(join(folder, 'hardpan.waivers.yaml'))).toBe(false);
  });

  test('twice is refused; a broken file is not touched', () => {
    const folder = repository({});
    run(folder, 'waive', fingerprint(folder), ...words);
    expect(run(folder, 'waive', fingerprint(folder), ...words)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is waived already, by @ops until 2026-12-31/),
    });
    const broken = repository({});
    const known = fingerprint(broken);
    writeFileSync(join(broken, 'hardpan.waivers.yaml'), 'version: 1\nwaivers: [{\n');
    expect(run(broken, 'waive', known, ...words).code).toBe(2);
    expect(readFileSync(join(broken, 'hardpan.waivers.yaml'), 'utf8')).toBe('version: 1\nwaivers: [{\n');
  });

  test('a folder that cannot be written to: said, nothing left behind', () => {
    const folder = repository({});
    const known = fingerprint(folder);
    symlinkSync('/nonexistent/waivers.yaml', join(folder, 'hardpan.waivers.yaml'));
    mkdirSync(join(folder, `.hardpan.waivers.yaml.x`));
    const { code, err } = run(folder, 'waive', known, ...words);
    expect(code === 0 || /cannot be written/.test(err)).toBe(true);
    expect(readdirSync(folder).filter((name) => /^\.hardpan\.waivers\.yaml\.\d+$/.test(name))).toEqual([]);
  });
});

describe('hardpan policy', () => {
  test('init writes a file that can be used, once', () => {
    const folder = repository({ 'sub/keep': '' });
    expect(run(join(folder, 'sub'), 'policy', 'init', '--extends', 'pre-deploy').code).toBe(0);
    expect(readFileSync(join(folder, 'hardpan.yaml'), 'utf8')).toContain('builtin:pre-deploy');
    expect(run(folder, 'policy', 'lint')).toMatchObject({ code: 0, out: 'hardpan.yaml: fine\n' });
    // What it offers in comments can be used too.
    const text = readFileSync(join(folder, 'hardpan.yaml'), 'utf8');
    writeFileSync(join(folder, 'hardpan.yaml'), text.replace(/^# (?=[a-z]+:$| )/gm, ''));
    expect(run(folder, 'policy', 'lint')).toMatchObject({ code: 0, err: '' });
    expect(run(folder, 'policy', 'init')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/exists already; nothing was written/),
    });
    expect(run(folder, 'policy', 'init', 'x.yaml', '--extends', 'strickt')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/did you mean strict\?/),
    });
  });

  test('lint tells of what ends soon', () => {
    const folder = repository({
      'p.yaml': `version: 1\nfacts: { backups: { value: x, expires: 2026-01-01 } }\nwaivers: [{ ${waiver}, reason: it is good enough, expires: 2026-06-10 }]\n`,
    });
    expect(run(folder, 'policy', 'lint', 'p.yaml').out).toBe(
      'p.yaml: fine\n  p.yaml:2:10: the declared fact backups expired on 2026-01-01 and does not count\n  p.yaml:3:11: the waiver for docker/chmod-777 ends on 2026-06-10\n',
    );
  });

  test('show prints what is written, or what it comes to and from where', () => {
    const folder = repository({ 'hardpan.yaml': 'version: 1 # mine\nextends: ["builtin:strict"]\n' });
    expect(run(folder, 'policy', 'show').out).toBe('version: 1 # mine\nextends: ["builtin:strict"]\n');
    const { out } = run(folder, 'policy', 'show', '--resolved');
    expect(out).toContain('# resolved from builtin:recommended, builtin:strict, hardpan.yaml');
    expect(out).toMatch(/failOn: medium {2}# builtin:strict\n/);
    writeFileSync(join(folder, 'again.yaml'), out);
    expect(run(folder, 'policy', 'diff', 'hardpan.yaml', 'again.yaml')).toMatchObject({
      code: 0,
      out: 'They come to the same\n',
    });
    const shipped = run(folder, 'policy', 'show', 'cis-docker').out;
    writeFileSync(join(folder, 'cis.yaml'), shipped);
    expect(run(folder, 'policy', 'diff', 'cis-docker', 'cis.yaml').out).toBe('They come to the same\n');
  });

  test('diff tells checks added and removed, what is looser and what is stricter; looser is exit code 1', () => {
    const folder = repository({
      'a.yaml':
        'version: 1\nchecks: { nginx/autoindex: off, iam/key-age: { params: { days: 60 } } }\nsuppressions: { inline: deny }\n',
      'b.yaml': `version: 1\nchecks: { docker/chmod-777: off, image/eol: low, iam/root-mfa: high, nginx/hsts-missing: high, iam/key-age: { params: { days: 90 } } }\ngate: { failOn: critical, max: { low: 3 } }\nfacts: { backups: external }\nwaivers: [{ ${waiver}, reason: it is good enough, expires: 2026-06-10 }]\n`,
    });
    const { code, out } = run(folder, 'policy', 'diff', 'a.yaml', 'b.yaml');
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      'removed    check docker/chmod-777',
      'loosened   check iam/key-age: parameters {"days":60} → {"days":90}',
      'loosened   check iam/root-mfa: critical → high',
      'loosened   check image/eol: high → low',
      'loosened   gate.failOn: high → critical',
      'loosened   suppressions.inline: deny → allow-with-reason',
      'loosened   waiver of docker/chmod-777 for ** until 2026-06-10',
      'loosened   declared backups: external',
      'added      check nginx/autoindex',
      'tightened  check nginx/hsts-missing: medium → high',
      'tightened  gate.max: {} → {"low":3}',
    ]);
    expect(run(folder, 'policy', 'diff', 'recommended', 'strict').code).toBe(0);
  });
});
