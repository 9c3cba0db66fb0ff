import { beforeAll, describe, expect, test } from 'vitest';
import { checksNamed } from '../src/cli/names.ts';
import { allChecks } from './examples.ts';
import { buildProgram, runProgram } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const explain = (name: string) => runProgram(program, ['explain', name]);

describe('explain finds a check by what other tools call it', () => {
  test.each([
    ['CKV_AWS_20', 's3/public-acl-read'],
    ['ckv_aws_20', 's3/public-acl-read'],
    ['DL3002', 'docker/user-root'],
    ['dl3002', 'docker/user-root'],
    ['alias_traversal', 'nginx/alias-traversal'],
    ['alias-traversal', 'nginx/alias-traversal'],
    ['AVD-DS-0010', 'docker/sudo'],
    ['DS-0010', 'docker/sudo'],
    ['DS010', 'docker/sudo'],
    ['AVD-AWS-0090', 's3/versioning'],
    ['NGINX/ALIAS-TRAVERSAL', 'nginx/alias-traversal'],
    ['iam_root_mfa_enabled', 'iam/root-mfa'],
  ])('%s', (name, id) => {
    const { out, code } = explain(name);
    expect(out.split('\n')[0]).toContain(id);
    expect(code).toBe(0);
  });

  test('several are listed, with their titles', () => {
    const { out, code } = explain('weak_ssl_tls');
    expect(out).toMatch(
      /^weak_ssl_tls is asked by 3 checks; explain one of them:\n {2}nginx\/tls-ciphers-weak {3,}Weak/,
    );
    expect(out.trim().split('\n').length).toBe(4);
    expect(code).toBe(0);
  });

  test('none is a usage error that names what is near', () => {
    expect(explain('DL9999')).toMatchObject({ code: 2, out: '' });
    expect(explain('nginx/alias').err).toMatch(
      /there is no check nginx\/alias; did you mean nginx\/alias-traversal\?/,
    );
  });

  test('a former id leads to the present one, before what others call so', () => {
    const record = { title: 'x', risk: [], tier: 'security' };
    const records = new Map([
      ['a/new', { ...record, was: ['a/old'] }],
      ['a/other', { ...record, equivalents: { tool: ['a/old'] } }],
    ]);
    expect(checksNamed('a/old', records)).toEqual(['a/new']);
    expect(checksNamed('A/OLD', records)).toEqual(['a/new']);
    expect(checksNamed('a/older', records)).toEqual([]);
  });

  test('the page has parameters, fixes, compliance and equivalents', () => {
    const page = explain('nginx/tls-protocols').out;
    expect(page).toContain('high · confidence high · security · tls');
    expect(page).toMatch(/\nFixes\n {2}safe: takes SSLv2 and SSLv3 out .*\n {2}unsafe: /);
    expect(page).toMatch(/\nCompliance\n {2}cwe: 326, 327\n/);
    expect(page).toMatch(/\nThe same question in other tools\n {2}gixy: weak_ssl_tls\n/);
    expect(explain('iam/key-age').out).toMatch(/\nParameters\n {2}\w+: \d+\n/);
  });
});

test('there are safe edits for fifteen checks at least', async () => {
  const fixes = [...(await allChecks()).values()].map(({ doc }) => doc?.fixes ?? {});
  expect(fixes.filter(({ safe }) => safe !== undefined).length).toBeGreaterThanOrEqual(15);
});

test('no tool has one id for two names of the same check, and ids look like that tool’s', async () => {
  const looks: Readonly<Record<string, RegExp>> = {
    hadolint: /^(DL|SC)\d{4}$/,
    checkov: /^CKV2?_[A-Z]+_\d+$/,
    trivy: /^(DS|AWS|KSV)-\d{4}$/,
    dockle: /^(CIS|DKL)-[A-Z]{2}-\d{4}$/,
    gixy: /^[a-z_]+$/,
    prowler: /^[a-z0-9_]+$/,
    kics: /^[a-z_]+$/,
  };
  for (const [id, { doc }] of await allChecks()) {
    for (const [tool, names] of Object.entries(doc?.equivalents ?? {})) {
      expect([id, new Set(names).size]).toEqual([id, names.length]);
      for (const name of names)
        expect(`${id} ${name}`).toMatch(new RegExp(` ${(looks[tool] ?? /.+/).source.slice(1)}`));
    }
  }
});
