import { describe, expect, test } from 'vitest';
import { judgedWith } from './judged.ts';

const marks = async (files: Readonly<Record<string, string>>, check: string) =>
  (await judgedWith(files)).ofCheck(check).map((mark) => mark && { by: mark.by, reason: mark.reason });

const root = 'FROM debian:12\n# above\nUSER root\nCMD ["a"]\n';
const rootUser = (comment: string) => root.replace('# above', comment);
const privileged = (comment: string, end = '') =>
  `services:\n  a:\n    image: a:1\n${comment}    privileged: true${end}\n  b:\n    image: b:1\n    privileged: true\n`;

describe('comments of other tools', () => {
  test.each<[string, string, string, string | undefined, string]>([
    [
      '# hadolint ignore=DL3002 # needed',
      'docker/user-root',
      'hadolint',
      rootUser('# hadolint ignore=DL3002 # needed'),
      'needed',
    ],
    ['of several', 'docker/user-root', 'hadolint', rootUser('# hadolint ignore=DL3008, dl3002'), ''],
    ['global', 'docker/user-root', 'hadolint', `${root}# hadolint global ignore=DL3002\n`, ''],
    ['trivy', 'docker/user-root', 'trivy', rootUser('#trivy:ignore:AVD-DS-0002'), ''],
    ['trivy, an older spelling', 'docker/user-root', 'trivy', rootUser('# trivy:ignore:DS002'), ''],
    ['trivy until a day', 'docker/user-root', 'trivy', rootUser('# trivy:ignore:DS-0002:exp:2026-12-31'), ''],
    [
      'checkov, for the whole file',
      'docker/user-root',
      'checkov',
      `# checkov:skip=CKV_DOCKER_8:old image\n${root}`,
      'old image',
    ],
  ])('%s', async (_, check, by, text, reason) => {
    expect(await marks({ Dockerfile: text ?? '' }, check)).toEqual([{ by, reason }]);
  });

  test.each([
    ['another rule', rootUser('# hadolint ignore=DL3008')],
    ['above another instruction', `# hadolint ignore=DL3002\n${root}`],
    ['a rule that no check of ours knows', rootUser('# trivy:ignore:AVD-XX-9999')],
    ['expired', rootUser('# trivy:ignore:DS-0002:exp:2026-06-01')],
    ['nothing of the kind', rootUser('# hadolint shell=/bin/bash')],
  ])('%s hides nothing', async (_, text) => {
    expect(await marks({ Dockerfile: text }, 'docker/user-root')).toEqual([undefined]);
  });

  test.each([
    ['kics', privileged('    # kics-scan ignore-line\n')],
    ['kics', privileged('').replace('  a:', '  # kics-scan ignore-block\n  a:')],
    ['semgrep', privileged('', ' # nosemgrep')],
    [
      'semgrep',
      privileged('', ' # nosemgrep: yaml.docker-compose.security.privileged-service.privileged-service'),
    ],
  ])('%s of one place and not the other', async (by, text) => {
    expect(await marks({ 'compose.yaml': text }, 'compose/privileged')).toEqual([
      { by, reason: '' },
      undefined,
    ]);
  });

  test('kics for the whole file', async () => {
    const text = `# kics-scan disable=privileged_containers_enabled\n${privileged('')}`;
    const mark = { by: 'kics', reason: '' };
    expect(await marks({ 'compose.yaml': text }, 'compose/privileged')).toEqual([mark, mark]);
  });

  test('they are not called unused or unknown, only expired', async () => {
    const text =
      'FROM debian:12\n# hadolint ignore=DL3008,DL3059\n# trivy:ignore:DS-0002:exp:2020-01-01\nUSER app\n';
    const { notices } = await judgedWith({ Dockerfile: text });
    expect(notices).toEqual(['Dockerfile:3: this ignore does not count: it expired on 2019-12-31']);
  });

  test('a policy can forbid them', async () => {
    const { ofCheck, notices } = await judgedWith(
      { Dockerfile: rootUser('# hadolint ignore=DL3002') },
      { foreign: 'deny' },
    );
    expect(ofCheck('docker/user-root')).toEqual([undefined]);
    expect(notices).toEqual([
      'Dockerfile:2: this ignore does not count: the policy allows none of other tools',
    ]);
  });
});

describe('ignore files of other tools', () => {
  test.each<[string, string, string, string]>([
    ['.trivyignore', '# base images need it\nAVD-DS-0002 exp:2027-01-01\n', 'trivy', 'base images need it'],
    [
      '.trivyignore.yaml',
      'misconfigurations:\n  - id: AVD-DS-0002\n    paths: ["api/**"]\n    statement: known\n',
      'trivy',
      'known',
    ],
    ['.hadolint.yaml', 'ignored:\n  - DL3002\n', 'hadolint', ''],
    ['.checkov.yaml', 'skip-check: CKV_AWS_1,CKV_DOCKER_8\n', 'checkov', ''],
    ['api/.checkov.yaml', 'skip-check:\n  - CKV_DOCKER_8\n', 'checkov', ''],
  ])('%s', async (name, text, by, reason) => {
    expect(await marks({ [name]: text, 'api/Dockerfile': root }, 'docker/user-root')).toEqual([
      { by, reason },
    ]);
  });

  test.each([
    ['.trivyignore.yaml', 'misconfigurations:\n  - id: AVD-DS-0002\n    paths: ["web/*", "*.tf", "a"]\n'],
    ['.trivyignore.yaml', 'misconfigurations:\n  - id: AVD-DS-0002\n    expired_at: 2026-06-01\n'],
    ['web/.hadolint.yaml', 'ignored: [DL3002]\n'],
    ['.checkov.yaml', 'check: CKV_DOCKER_8\n'],
  ])('%s hides nothing: %j', async (name, text) => {
    expect(await marks({ [name]: text, 'api/Dockerfile': root }, 'docker/user-root')).toEqual([undefined]);
  });

  test.each([
    ['.hadolint.yaml', 'ignored: [\n'],
    ['osv-scanner.toml', '[[IgnoredVulns\nid = 1'],
  ])('%s that is broken is told of and loses nothing', async (name, text) => {
    const { ofCheck, notices } = await judgedWith({ [name]: text, Dockerfile: root });
    expect(ofCheck('docker/user-root')).toEqual([undefined]);
    if (name.endsWith('.toml'))
      expect(notices.join()).toMatch(
        /osv-scanner\.toml:1: what it ignores does not count: it cannot be read/,
      );
  });
});

const lock = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': { dependencies: { lodash: '4' } }, 'node_modules/lodash': { version: '4.17.15' } },
});
const advisories = {
  lodash: [
    { ids: ['CVE-2020-8203', 'GHSA-p6mc-m468-83gw'], affected: ['<4.17.19'], severity: 'high' },
    { ids: ['CVE-2020-28500'], affected: ['<4.17.21'], severity: 'medium' },
  ],
};
const flawed = (files: Readonly<Record<string, string>>) =>
  judgedWith({ 'package-lock.json': lock, ...files }, {}, { 'advisories/npm': advisories });

describe('known flaws of packages', () => {
  const both = (write: (id: string) => string) => `${write('GHSA-p6mc-m468-83gw')}${write('CVE-2020-28500')}`;
  const forms: readonly (readonly [string, string, (id: string) => string, string])[] = [
    ['.trivyignore', '', (id) => `${id}\n`, 'trivy'],
    ['.trivyignore.yaml', 'vulnerabilities:\n', (id) => `  - id: ${id}\n`, 'trivy'],
    [
      '.snyk',
      'ignore:\n',
      (id) =>
        `  ${id}:\n    - '*':\n        reason: not reached\n        expires: 2027-01-01T00:00:00.000Z\n`,
      'snyk',
    ],
    [
      'osv-scanner.toml',
      '',
      (id) => `[[IgnoredVulns]]\nid = "${id}"\nignoreUntil = 2027-01-01\nreason = "not reached"\n`,
      'osv-scanner',
    ],
  ];

  test.each(forms)('%s: a package whose flaws are all ignored is', async (name, head, write, by) => {
    const { ofCheck, notices } = await flawed({ [name]: head + both(write) });
    expect(ofCheck('packages/vulnerable')).toMatchObject([{ by }]);
    expect(notices).toEqual([]);
  });

  test.each(forms)('%s: one flaw of two is not enough', async (name, head, write) => {
    const { ofCheck } = await flawed({ [name]: head + write('CVE-2020-8203') });
    expect(ofCheck('packages/vulnerable')).toEqual([undefined]);
  });

  test('the files of several tools count together', async () => {
    const toml = '[[IgnoredVulns]]\nid = "CVE-2020-28500"\n';
    const { ofCheck, notices } = await flawed({
      '.trivyignore': 'CVE-2020-8203\n',
      'osv-scanner.toml': toml,
    });
    expect(ofCheck('packages/vulnerable')).toMatchObject([{ by: 'trivy' }]);
    expect(notices).toEqual([]);
  });

  test('an end in the past, another folder', async () => {
    const old = both((id) => `[[IgnoredVulns]]\nid = "${id}"\nignoreUntil = 2026-05-01\n`);
    const { ofCheck, notices } = await flawed({ 'osv-scanner.toml': old });
    expect(ofCheck('packages/vulnerable')).toEqual([undefined]);
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/^osv-scanner\.toml:2: this ignore does not count: it expired on 2026-04-30/);
    const elsewhere = await flawed({
      'web/osv-scanner.toml': both((id) => `[[IgnoredVulns]]\nid = "${id}"\n`),
    });
    expect(elsewhere.ofCheck('packages/vulnerable')).toEqual([undefined]);
  });
});
