import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Outcome, runProgram, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

interface Report {
  readonly exit: { readonly code: number; readonly reasons: readonly string[] };
  readonly findings: readonly {
    readonly check: string;
    readonly state: string;
    readonly new?: boolean;
    readonly severity: string;
    readonly fingerprint: string;
    readonly location: { readonly file: string; readonly line: number };
    readonly suppressed?: { readonly by: string; readonly reason: string };
  }[];
  readonly problems: readonly {
    readonly stage: string;
    readonly subject: string;
    readonly message: string;
  }[];
  readonly summary: { readonly hidden: Record<string, number> };
}

const hardpan = (cwd: string, ...words: readonly string[]): Outcome => runProgram(program, words, { cwd });
const scanned = (cwd: string, ...words: readonly string[]): Report =>
  JSON.parse(hardpan(cwd, '--now', '2026-06-01', '-o', 'json', ...words).out) as Report;
const fresh = ({ findings }: Report): readonly string[] =>
  findings
    .filter((one) => one.state === 'fail' && one.new === true && !one.suppressed)
    .map(({ check, location }) => `${check}@${location.file}:${location.line}`);
const notices = ({ problems }: Report): string =>
  problems
    .filter(({ stage }) => stage === 'policy')
    .map(({ subject, message }) => `${subject}: ${message}`)
    .join('\n');

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function git(folder: string, ...words: readonly string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function committed(folder: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'x', '--allow-empty');
}

/** A repository with these files in its first commit. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = tree(files);
  git(folder, 'init', '-q');
  committed(folder);
  return folder;
}

const location = (name: string) => `  location /${name} {\n    alias /srv/${name}/;\n  }\n`;
const server = (name: string, count: number) =>
  `server {\n  listen 80;\n  server_name ${name}.example;\n${Array.from({ length: count }, (_, at) => location(`${name}${at}`)).join('')}}\n`;

/** 200 places where a path traverses, in ten files. */
const old = Object.fromEntries(
  Array.from({ length: 10 }, (_, at) => [`nginx/conf.d/site${at}.conf`, server(`s${at}`, 20)]),
);

const shaken = (text: string): string =>
  `# a new head\n\n${text.replaceAll('  location', '\n  # media\n  location')}`;

describe('a repository with 200 old findings', () => {
  test('adopts a baseline; then a change that adds one finding fails with exactly that one', () => {
    const folder = repository(old);
    expect(
      scanned(folder).findings.filter(({ severity }) => severity === 'high').length,
    ).toBeGreaterThanOrEqual(200);
    const made = hardpan(folder, 'baseline', 'create', '--now', '2026-06-01');
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(Number(/(\d+) findings taken/.exec(made.out)?.[1])).toBeGreaterThanOrEqual(200);
    expect(scanned(folder, '--baseline', 'hardpan-baseline.json').exit.code).toBe(1);
    expect(scanned(folder, '--baseline', 'hardpan-baseline.json', '--new-only').exit).toEqual({
      code: 0,
      reasons: [],
    });

    for (const [name, text] of Object.entries(old)) write(folder, name, shaken(text));
    renameSync(join(folder, 'nginx/conf.d/site3.conf'), join(folder, 'nginx/conf.d/renamed.conf'));
    expect(scanned(folder, '--new-only').exit).toEqual({ code: 0, reasons: [] });

    const grown = shaken(server('s5', 20)).replace(
      'server_name',
      `${location('added').trim()}\n  server_name`,
    );
    write(folder, 'nginx/conf.d/site5.conf', grown);
    const after = scanned(folder, '--new-only');
    expect(fresh(after)).toEqual(['nginx/alias-traversal@nginx/conf.d/site5.conf:6']);
    expect(after.exit).toEqual({ code: 1, reasons: ['1 new finding at high or above'] });

    const { out, code } = hardpan(folder, '--new-only', '--now', '2026-06-01');
    expect(code).toBe(1);
    expect(out.match(/alias-traversal/g)).toHaveLength(1);
  });

  test('--since needs no file: the same change against the commit before it', () => {
    const folder = repository(old);
    for (const [name, text] of Object.entries(old)) write(folder, name, shaken(text));
    git(folder, 'mv', '-f', 'nginx/conf.d/site3.conf', 'nginx/conf.d/renamed.conf');
    expect(scanned(folder, '--since', 'HEAD').exit).toEqual({ code: 0, reasons: [] });
    write(folder, 'nginx/conf.d/site5.conf', shaken(server('s5', 20)) + server('other', 1));
    committed(folder);
    const after = scanned(folder, '--since', 'HEAD~1');
    expect(after.exit).toEqual({ code: 1, reasons: ['1 new finding at high or above'] });
    expect(fresh(after)).toHaveLength(1);
    expect(fresh(scanned(join(folder, 'nginx'), '--since', 'HEAD~1'))).toEqual(fresh(after));
  });
});

const site = 'nginx/conf.d/site.conf';
const ignored = (id: string, form = '') => `  # hardpan-ignore${form} ${id} -- looked at\n`;
const alias = 'nginx/alias-traversal';

describe('a change does not excuse itself', () => {
  test.each<[string, (text: string) => string]>([
    [
      'a comment above it',
      () => `${server('a', 1)}${server('b', 1).replace('  location', `${ignored(alias)}  location`)}`,
    ],
    ['an ignore for the file', () => `${ignored(alias, '-file').trim()}\n${server('a', 1)}${server('b', 1)}`],
    [
      'an ignore that was moved here',
      () =>
        `${server('a', 1).replace(ignored(alias), '')}${server('b', 1).replace('  location', `${ignored(alias)}  location`)}`,
    ],
  ])('by %s', (_, changed) => {
    const before = server('a', 1).replace('  location', `${ignored(alias)}  location`);
    const moved = _.includes('moved');
    const folder = repository({ [site]: moved ? before : server('a', 1) });
    write(folder, site, changed(before));
    const alone = scanned(folder);
    expect(alone.findings.some(({ suppressed }) => suppressed?.by === 'ignore')).toBe(true);
    const after = scanned(folder, '--since', 'HEAD');
    expect(after.exit.code).toBe(1);
    expect(fresh(after)).toHaveLength(1);
    if (!moved)
      expect(notices(after)).toMatch(
        /site\.conf:\d+: this ignore is not in HEAD: a change does not excuse itself/,
      );
  });

  test('by the ignore file, and what an old one leaves out stays left out', () => {
    const folder = repository({
      [site]: server('a', 1),
      'old/nginx.conf': server('o', 1),
      '.hardpanignore': 'old/\n',
    });
    write(folder, 'new/nginx.conf', server('b', 1));
    write(folder, 'old/nginx.conf', server('p', 1));
    write(folder, '.hardpanignore', 'old/\nnew/\n');
    expect(scanned(folder).findings.some(({ location: { file } }) => file.startsWith('new/'))).toBe(false);
    const after = scanned(folder, '--since', 'HEAD');
    expect(fresh(after).map((one) => one.replace(/:\d+$/, ''))).toEqual([`${alias}@new/nginx.conf`]);
    expect(notices(after)).toMatch(/\.hardpanignore: is not what it is in HEAD/);
  });

  test('by a waiver, or a policy that lets more through', () => {
    const waiver = `waivers:\n  - check: ${alias}\n    paths: ["**"]\n    reason: mended in the next release\n    owner: me@example.org\n    expires: 2026-12-31\n`;
    const folder = repository({ [site]: server('a', 1), 'hardpan.yaml': 'version: 1\n' });
    write(folder, site, server('a', 1) + server('b', 1));
    write(folder, 'hardpan.waivers.yaml', `version: 1\n${waiver}`);
    expect(scanned(folder).exit.code).toBe(0);
    const waived = scanned(folder, '--since', 'HEAD');
    expect(waived.exit).toEqual({ code: 1, reasons: ['1 new finding at high or above'] });
    expect(notices(waived)).toMatch(/hardpan\.waivers\.yaml: is not what it is in HEAD/);

    rmSync(join(folder, 'hardpan.waivers.yaml'));
    write(folder, 'hardpan.yaml', 'version: 1\ngate: { failOn: none }\n');
    expect(scanned(folder).exit.code).toBe(0);
    expect(scanned(folder, '--since', 'HEAD').exit.code).toBe(1);
    rmSync(join(folder, 'hardpan.yaml'));
    expect(scanned(folder, '--since', 'HEAD').exit.code).toBe(1);

    write(folder, 'hardpan.yaml', `version: 1\n${waiver}`);
    committed(folder);
    write(folder, site, server('a', 1) + server('b', 1) + server('c', 1));
    const after = scanned(folder, '--since', 'HEAD');
    expect(fresh(after)).toEqual([]);
    expect(after.exit.code).toBe(0);
  });

  test('by the baseline', () => {
    const folder = repository({ [site]: server('a', 1) });
    hardpan(folder, 'baseline', 'create', '--now', '2026-06-01');
    committed(folder);
    write(folder, site, server('a', 1) + server('b', 1));
    hardpan(folder, 'baseline', 'update', '--now', '2026-06-01');
    expect(scanned(folder, '--baseline', 'hardpan-baseline.json', '--new-only').exit.code).toBe(0);
    expect(scanned(folder, '--baseline', 'hardpan-baseline.json', '--since', 'HEAD').exit.code).toBe(1);
    committed(folder);
    write(folder, site, server('a', 1) + server('b', 1) + server('c', 1));
    expect(fresh(scanned(folder, '--baseline', 'hardpan-baseline.json', '--since', 'HEAD'))).toHaveLength(1);
  });

  test.each([
    ['.trivyignore', 'AVD-DS-0002\n'],
    ['.hadolint.yaml', 'ignored: [DL3002]\n'],
  ])("by another tool's %s, which counts once it is in", (name, text) => {
    const docker = 'FROM debian:12\nUSER root\nCMD ["a"]\n';
    const folder = repository({ [site]: server('a', 1) });
    write(folder, name, text);
    write(folder, 'api/Dockerfile', docker);
    const before = scanned(folder, '--since', 'HEAD', '--fail-on', 'low');
    expect(fresh(before).join()).toContain('docker/user-root@api/Dockerfile:2');
    expect(notices(before)).toMatch(/:1: this ignore is not in HEAD/);
    rmSync(join(folder, 'api'), { recursive: true });
    committed(folder);
    write(folder, 'api/Dockerfile', docker);
    const after = scanned(folder, '--since', 'HEAD', '--fail-on', 'low');
    expect(fresh(after).join()).not.toContain('docker/user-root');
    expect(after.findings.find(({ check }) => check === 'docker/user-root')?.suppressed?.by).toMatch(
      /trivy|hadolint/,
    );
    expect(scanned(folder, '--no-tree-config').findings.some(({ suppressed }) => suppressed)).toBe(false);
  });

  test('ignores that were there before count on', () => {
    const with_ = server('a', 2).replace('  location', `${ignored(alias)}  location`);
    const wide = `# hardpan-ignore-file ${alias} -- internal\n${server('w', 1)}`;
    const folder = repository({ [site]: with_, 'nginx/conf.d/wide.conf': wide });
    write(folder, site, shaken(with_));
    write(folder, 'nginx/conf.d/wide.conf', wide + server('v', 1));
    const after = scanned(folder, '--since', 'HEAD');
    expect(fresh(after)).toEqual([]);
    expect(after.summary.hidden).toEqual({ ignored: 3 });
    expect(after.exit.code).toBe(0);
    expect(notices(after)).toBe('');
  });

  test('an ignore that the change adds to an old finding leaves it old', () => {
    const compose = (above: string) => `services:\n  a:\n    image: a:1\n${above}  b:\n    image: b:1\n`;
    const folder = repository({ 'compose.yaml': compose(''), [site]: server('a', 1) });
    write(folder, 'compose.yaml', compose('  # hardpan-ignore compose/* -- batch\n'));
    write(folder, site, server('a', 1).replace('  location', `${ignored(alias)}  location`));
    const after = scanned(folder, '--since', 'HEAD');
    expect(fresh(after)).toEqual([]);
    expect(after.findings.filter(({ suppressed }) => suppressed)).toEqual([]);
    expect(after.exit.code).toBe(0);
  });
});

describe('what --since reads', () => {
  test('a copy of a file is new, a file that git ignores is not', () => {
    const folder = repository({ [site]: server('a', 1), '.gitignore': 'local/\n' });
    write(folder, 'local/nginx.conf', server('l', 1));
    expect(fresh(scanned(folder, '--since', 'HEAD'))).toEqual([]);
    write(folder, 'copy/nginx.conf', server('a', 1));
    expect(fresh(scanned(folder, '--since', 'HEAD'))).toHaveLength(1);
  });

  test('links, other encodings and vendored folders are read as they are on disk', () => {
    const folder = tree({ [site]: server('a', 1), 'node_modules/x/Dockerfile': 'FROM a\nRUN chmod 777 /\n' });
    writeFileSync(
      join(folder, 'Dockerfile'),
      Buffer.from('FROM debian:12\n# caf\xe9\nRUN chmod 777 /srv\n', 'latin1'),
    );
    symlinkSync('site.conf', join(folder, 'nginx/conf.d/link.conf'));
    symlinkSync('nowhere', join(folder, 'nginx/conf.d/broken.conf'));
    git(folder, 'init', '-q');
    git(folder, 'add', '-A', '-f');
    committed(folder);
    const after = scanned(folder, '--since', 'HEAD');
    expect(after.findings.some(({ check }) => check === 'docker/chmod-777')).toBe(true);
    expect(fresh(after)).toEqual([]);
  });

  test('of a folded finding only what joined it is new', () => {
    const compose = (names: readonly string[]) =>
      `services:\n${names.map((name) => `  ${name}:\n    image: ${name}:1\n`).join('')}`;
    const folder = repository({ 'compose.yaml': compose(['a', 'b']) });
    write(folder, 'compose.yaml', compose(['new', 'a', 'b']));
    const after = scanned(folder, '--since', 'HEAD', '--fail-on', 'info');
    expect(fresh(after)).toContain('compose/limits-missing@compose.yaml:2');
    expect(
      after.findings.filter(({ check }) => check === 'compose/limits-missing').map((one) => one.new),
    ).toEqual([true, false]);
    write(folder, 'compose.yaml', `# moved down\n${compose(['a', 'b'])}`);
    expect(fresh(scanned(folder, '--since', 'HEAD', '--fail-on', 'info'))).toEqual([]);
    git(folder, 'rm', '-q', '-f', 'compose.yaml');
    write(folder, 'deploy/compose.yaml', compose(['a', 'b']));
    const moved = scanned(folder, '--since', 'HEAD', '--fail-on', 'info');
    expect(moved.findings.some(({ check }) => check === 'compose/limits-missing')).toBe(true);
    expect(fresh(moved)).toEqual([]);
  });

  test('another repository in a folder is new only when the change moves it', () => {
    const inner = repository({ 'nginx.conf': server('i', 1) });
    const folder = repository({ [site]: server('a', 1) });
    git(folder, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', `file://${inner}`, 'inner');
    committed(folder);
    expect(fresh(scanned(folder, '--since', 'HEAD'))).toEqual([]);
    expect(fresh(scanned(folder, '--since', 'HEAD~1')).map((one) => one.replace(/:.*/, ''))).toEqual([
      `${alias}@inner/nginx.conf`,
    ]);
  });

  test('nothing of the repository is run', () => {
    const folder = repository({ [site]: server('a', 1), '.gitattributes': '*.conf filter=evil diff=evil\n' });
    const mark = join(folder, 'ran');
    for (const [key, value] of [
      ['filter.evil.smudge', `touch ${mark}; cat`],
      ['filter.evil.clean', `touch ${mark}; cat`],
      ['diff.evil.textconv', `touch ${mark}; cat`],
      ['core.fsmonitor', `touch ${mark}`],
      ['core.pager', `touch ${mark}`],
    ] as const)
      git(folder, 'config', key, value);
    expect(fresh(scanned(folder, '--since', 'HEAD'))).toEqual([]);
    expect(() => readFileSync(mark)).toThrow(/ENOENT/);
  });

  test.each<[string, (folder: string) => readonly string[], RegExp]>([
    [
      'an unknown ref',
      () => ['--since', 'origin/main'],
      /--since origin\/main: there is no such commit here; fetch it first: git fetch origin main/,
    ],
    ['a ref like an option', () => ['--since', '--help=x'], /--since --help=x: there is no such commit/],
    [
      'no repository',
      (folder) => {
        rmSync(join(folder, '.git'), { recursive: true });
        return ['--since', 'HEAD'];
      },
      /lies in no git repository/,
    ],
    ['standard input', () => ['--since', 'HEAD', '-'], /compares folders and files of a repository/],
    [
      '--new-only with nothing to compare with',
      () => ['--new-only'],
      /--new-only needs something to compare with/,
    ],
    [
      'no such baseline',
      () => ['--baseline', 'none.json'],
      /none\.json: there is no such baseline; hardpan baseline create/,
    ],
  ])('%s is exit code 2 and one line', (_, words, message) => {
    const folder = repository({ [site]: server('a', 1) });
    const { code, err, out } = hardpan(folder, ...words(folder));
    expect(err).toMatch(message);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  });

  test('a shallow clone without the ref says what to fetch', () => {
    const origin = repository({ [site]: server('a', 1) });
    committed(origin);
    const clone = tree();
    git(clone, 'clone', '-q', '--depth', '1', `file://${origin}`, 'it');
    const { code, err } = hardpan(join(clone, 'it'), '--since', 'HEAD~1');
    expect(err.trim()).toBe(
      'hardpan: --since HEAD~1: this clone is shallow and lacks it; fetch it first: git fetch --unshallow',
    );
    expect(code).toBe(2);
    expect(hardpan(join(clone, 'it'), '--since', 'v1.0').err).toMatch(
      /shallow and lacks it; fetch it first: git fetch origin v1\.0/,
    );
  });
});

describe('the baseline file', () => {
  test('is sorted, a finding a line, and the same however often it is made', () => {
    const folder = tree({ [site]: server('b', 3), Dockerfile: 'FROM debian:12\nRUN chmod 777 /a\n' });
    hardpan(folder, 'baseline', 'create', '--now', '2026-06-01');
    const text = readFileSync(join(folder, 'hardpan-baseline.json'), 'utf8');
    const { version, findings } = JSON.parse(text) as {
      version: number;
      findings: { file: string; check: string }[];
    };
    expect(version).toBe(1);
    expect(text.trim().split('\n').length).toBe(findings.length + 5);
    const keys = findings.map(({ file, check }) => `${file} ${check}`);
    expect(keys).toEqual([...keys].sort());
    expect(hardpan(folder, 'baseline', 'create').err).toMatch(/exists; hardpan baseline update adds to it/);
    hardpan(folder, 'baseline', 'update', '--now', '2026-07-01');
    expect(readFileSync(join(folder, 'hardpan-baseline.json'), 'utf8')).toBe(text);
    expect(hardpan(folder, 'baseline', 'show').out).toMatch(
      new RegExp(`^v1:.*2026-06-01[^]*${findings.length} known findings\n$`),
    );
  });

  test('stale entries are a notice and no failure, kept by update and taken out by --prune', () => {
    const folder = tree({ [site]: server('a', 3) });
    hardpan(folder, 'baseline', 'create', '--now', '2026-06-01');
    write(folder, site, server('a', 1) + server('z', 1));
    const before = scanned(folder, '--new-only', '--fail-on', 'none');
    expect(notices(before)).toMatch(
      /hardpan-baseline\.json: 2 entries fit no finding any more; hardpan baseline update --prune takes them out/,
    );
    expect(before.exit.code).toBe(0);
    expect(hardpan(folder, 'baseline', 'update', '--now', '2026-06-02').out).toMatch(
      /1 added, 0 moved, 2 stale kept/,
    );
    expect(hardpan(folder, 'baseline', 'update', '--prune').out).toMatch(
      /0 added, 0 moved, 2 stale taken out/,
    );
    expect(notices(scanned(folder, '--new-only'))).toBe('');
    expect(scanned(folder, '--new-only').exit.code).toBe(0);
  });

  test('each entry is used once: a copy of a known file is new, a moved one is known', () => {
    const folder = tree({ 'a/nginx.conf': server('a', 2) });
    hardpan(folder, 'baseline', 'create', '--now', '2026-06-01');
    write(folder, 'b/nginx.conf', server('a', 2));
    expect(fresh(scanned(folder, '--new-only')).map((one) => one.replace(/:.*/, ''))).toEqual([
      `${alias}@b/nginx.conf`,
      `${alias}@b/nginx.conf`,
    ]);
    rmSync(join(folder, 'a'), { recursive: true });
    expect(scanned(folder, '--new-only').exit.code).toBe(0);
    expect(hardpan(folder, 'baseline', 'update').out).toMatch(/0 added, [1-9]\d* moved, 0 stale/);
  });

  test('holds no secret', () => {
    const secret = 'hunter2-hunter2-hunter2';
    const folder = tree({
      Dockerfile: `FROM debian:12\nADD https://me:${secret}@example.com/a.tgz /a.tgz\nENV API_TOKEN=${secret}\n`,
    });
    expect(hardpan(folder, 'baseline', 'create').out).toMatch(/[1-9]\d* findings? taken/);
    expect(readFileSync(join(folder, 'hardpan-baseline.json'), 'utf8')).not.toContain(secret);
  });

  test('what somebody ignores is not taken in', () => {
    const folder = tree({ [site]: server('a', 1).replace('  location', `${ignored(alias)}  location`) });
    hardpan(folder, 'baseline', 'create');
    expect(readFileSync(join(folder, 'hardpan-baseline.json'), 'utf8')).not.toContain(alias);
  });

  test.each([
    ['{"version": 2, "findings": []}', /is a baseline of version 2; this hardpan reads version 1/],
    ['{"findings": []}', /is not a baseline: it has no version/],
    ['{\n"version": 1,\n"findings": [\n{,\n]}', /b\.json:4: is not JSON/],
    ['{\n"version": 1,\n<<<<<<< ours\n"findings": []}', /b\.json:3: a merge left its marks/],
    ['{"version": 1}', /has no list of findings/],
    ['{"version": 1, "findings": [{}]}', /entry 1 has no fingerprint/],
    ['[', /b\.json:1: is not JSON/],
  ])('%j is exit code 2 and one line', (text, message) => {
    const folder = tree({ [site]: server('a', 1), 'b.json': text });
    for (const words of [
      ['--baseline', 'b.json'],
      ['baseline', 'update', '--baseline', 'b.json'],
      ['baseline', 'show', '--baseline', 'b.json'],
    ]) {
      const { code, err, out } = hardpan(folder, ...words);
      expect(err).toMatch(message);
      expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    }
  });

  test('a folder that cannot be written is exit code 2 and leaves nothing behind', () => {
    const folder = tree({ [site]: server('a', 1) });
    const { code, err } = hardpan(folder, 'baseline', 'create', '--baseline', 'no/such/b.json');
    expect(err).toMatch(/cannot write no\/such\/b\.json/);
    expect(code).toBe(2);
  });
});

describe('ignores on the command line', () => {
  test('the policy says which count', () => {
    const text = server('a', 1).replace('  location', `${ignored(alias)}  location`);
    const folder = tree({ [site]: text, 'hardpan.yaml': 'version: 1\nsuppressions: { inline: deny }\n' });
    expect(scanned(folder).exit.code).toBe(1);
    expect(notices(scanned(folder))).toMatch(
      /site\.conf:4: this ignore does not count: the policy allows none/,
    );
    write(folder, 'hardpan.yaml', 'version: 1\nsuppressions: { denyFor: ["severity>=high"] }\n');
    expect(scanned(folder).exit.code).toBe(1);
    write(folder, 'hardpan.yaml', 'version: 1\nbaseline: b.json\ngate: { newOnly: true }\n');
    write(folder, site, server('a', 1));
    expect(hardpan(folder, 'baseline', 'create').out).toMatch(/^b\.json: /);
    expect(scanned(folder).exit.code).toBe(0);
  });

  test('--no-tree-config turns them off, and the summary counts what they hid', () => {
    const folder = tree({ [site]: server('a', 1).replace('  location', `${ignored(alias)}  location`) });
    expect(scanned(folder)).toMatchObject({ exit: { code: 0 }, summary: { hidden: { ignored: 1 } } });
    expect(scanned(folder, '--no-tree-config')).toMatchObject({ exit: { code: 1 }, summary: { hidden: {} } });
    expect(hardpan(folder).out).not.toContain(alias);
  });

  test('what is not asked is not called unused', () => {
    const folder = tree({ [site]: `${ignored('nginx/autoindex', '-file').trim()}\n${server('a', 1)}` });
    expect(notices(scanned(folder))).toMatch(/hides nothing: nginx\/autoindex/);
    expect(notices(scanned(folder, '--select', alias))).toBe('');
  });
});

describe('diff', () => {
  const saved = (folder: string, name: string): void => {
    hardpan(folder, '--now', '2026-06-01', '-o', `json=${name}`, 'tree');
  };

  test('tells what is new, fixed, moved and of another severity', () => {
    const folder = tree({ 'tree/a/nginx.conf': server('a', 2), 'tree/b/nginx.conf': server('b', 1) });
    saved(folder, 'old.json');
    write(folder, 'tree/a/nginx.conf', server('a', 1) + server('n', 1));
    renameSync(join(folder, 'tree/b'), join(folder, 'tree/c'));
    saved(folder, 'new.json');
    const report = JSON.parse(readFileSync(join(folder, 'new.json'), 'utf8')) as {
      findings: { check: string; severity: string; location: { file: string } }[];
    };
    for (const one of report.findings)
      if (one.check === alias && one.location.file.includes('/c/')) one.severity = 'critical';
    write(folder, 'new.json', JSON.stringify(report));
    const { out, code } = hardpan(folder, 'diff', 'old.json', 'new.json');
    expect(out).toMatch(/^\+ tree\/a\/nginx\.conf:\d+ {2}high {2}nginx\/alias-traversal/m);
    expect(out).toMatch(/^- tree\/a\/nginx\.conf:\d+ {2}high {2}nginx\/alias-traversal/m);
    expect(out).toMatch(/^~ tree\/c\/nginx\.conf.*\(was high\)$/m);
    expect(out).toMatch(/^> tree\/c\/nginx\.conf.*\(was in tree\/b\/nginx\.conf\)$/m);
    expect(out).toMatch(/^1 new, 1 fixed, 1 of another severity, [1-9]\d* moved, \d+ unchanged$/m);
    expect(code).toBe(0);
    expect(hardpan(folder, 'diff', 'old.json', 'new.json', '--fail-on', 'high').code).toBe(1);
    expect(hardpan(folder, 'diff', 'new.json', 'new.json', '--fail-on', 'info').code).toBe(0);
    const data = JSON.parse(hardpan(folder, 'diff', '-o', 'json', 'old.json', 'new.json').out) as Record<
      string,
      unknown[]
    >;
    expect([data['added']?.length, data['fixed']?.length, data['severityChanged']?.length]).toEqual([
      1, 1, 1,
    ]);
  });

  test.each([
    ['nothing', /bad\.json: no such file/],
    ['{', /bad\.json: is not JSON/],
    ['{}', /is no report of hardpan/],
    ['{"schemaVersion":"2.0","findings":[]}', /report of version 2\.0; this hardpan reads 1/],
    ['{"schemaVersion":"1.0","findings":[{"state":"fail"}]}', /finding 1 has no/],
  ])('%j is exit code 2 and one line', (text, message) => {
    const folder = tree(text === 'nothing' ? {} : { 'bad.json': text });
    const { code, err, out } = hardpan(folder, 'diff', 'bad.json', 'bad.json');
    expect(err).toMatch(message);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  });
});
