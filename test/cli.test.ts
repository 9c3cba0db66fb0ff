import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, findingsIn, type Outcome, runProgram, slowSite, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const leaky = 'FROM debian:12\nUSER app\nRUN chmod -R 777 /srv\n';
const leakyFinding = 'docker/chmod-777@';

function scan(folder: string, ...words: readonly string[]): Outcome {
  return runProgram(program, ['--now', '2026-06-01', ...words, folder]);
}

function json(
  folder: string,
  ...words: readonly string[]
): { findings: readonly string[]; code: number | null; problems: string } {
  const { out, code } = scan(folder, '-o', 'json', ...words);
  const { problems } = JSON.parse(out) as { problems: { subject: string; message: string }[] };
  return {
    findings: findingsIn(out),
    code,
    problems: problems.map(({ subject, message }) => `${subject}: ${message}`).join('\n'),
  };
}

describe('what the command line is asked', () => {
  test.each([
    [['--bogus'], /unknown option '--bogus'/],
    [['/no/such/path'], /no such file or directory/],
    [['--fail-on', 'dire', '.'], /Allowed choices are/],
    [['--now', 'soon', '.'], /not a date/],
    [['--select', 'nginx/alias-travresal', '.'], /there is no check nginx\/alias-travresal/],
    [['-o', 'pdf', '.'], /unknown format pdf; there are text, json, ndjson, sarif/],
    [['-o', 'json', '-o', 'text', '.'], /only one report can go to standard output/],
    [['-'], /needs --stdin-filename/],
    [['explain', 'nginx/nothing'], /there is no check nginx\/nothing/],
  ])('%j is a usage error with one clear line', (words, message) => {
    const { code, err, out } = runProgram(program, words, { cwd: tree() });
    expect(err).toMatch(message);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('version and help go to standard output', () => {
    expect(runProgram(program, ['--version'])).toMatchObject({ code: 0, err: '' });
    expect(runProgram(program, ['--version']).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(runProgram(program, ['--help']).out).toContain('Exit codes');
  });

  test('a folder without anything known is exit code 4, an empty one too', () => {
    expect(scan(tree({ 'notes.txt': 'hello' })).code).toBe(4);
    expect(scan(tree()).code).toBe(4);
  });

  test('standard input is read under a name', () => {
    const { out, code } = runProgram(program, ['-o', 'json', '--stdin-filename', 'Dockerfile', '-'], {
      input: leaky,
    });
    expect(findingsIn(out).join()).toContain(`${leakyFinding}Dockerfile:3`);
    expect(code).not.toBe(2);
  });

  test('several reports of one run agree', () => {
    const folder = tree({ Dockerfile: leaky });
    const { out } = scan(
      folder,
      '-o',
      `sarif=${folder}/out.sarif`,
      '-o',
      `json=${folder}/out.json`,
      '-o',
      'text',
    );
    expect(out).toContain('docker/chmod-777');
  });

  test('explain and checks print what the checks say of themselves', () => {
    expect(runProgram(program, ['explain', 's3/public-acl-read']).out).toContain('Remedy:');
    expect(runProgram(program, ['checks', 's3']).out.trim().split('\n').length).toBeGreaterThan(9);
    expect(runProgram(program, ['doctor']).out).toMatch(/npm advisories of: +\d{4}-/);
  });
});

describe('where paths are counted from', () => {
  test('the folder that git works in, so that two ways to scan agree', () => {
    const folder = tree({ 'deploy/Dockerfile': leaky });
    spawnSync('git', ['init', '-q', folder]);
    const whole = json(folder).findings;
    expect(whole.join()).toContain(`${leakyFinding}deploy/Dockerfile:3`);
    expect(json(join(folder, 'deploy')).findings).toEqual(whole);
  });

  test('a broken sample counts for the gate only when the sample is what was asked for', () => {
    const folder = tree({ Dockerfile: leaky, 'samples/shop/package.json': Buffer.from([0, 1, 2]) });
    expect(json(folder, '--fail-on', 'none').code).toBe(0);
    expect(json(join(folder, 'samples/shop'), '--fail-on', 'none').code).toBe(3);
  });
});

describe('input that cannot be used loses nothing else', () => {
  const beside = { 'good/Dockerfile': leaky };

  test.each<[string, Record<string, string | Buffer>, RegExp]>([
    ['binary', { 'nginx.conf': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]) }, /nginx\.conf: is binary/],
    [
      'nested 100,000 deep',
      { 'package.json': '['.repeat(100_000) },
      /package\.json: .*(1,?000 levels|nested)/,
    ],
    ['an alias bomb', { 'compose.yaml': bomb() }, /compose\/syntax@compose\.yaml/],
    ['YAML that is none', { 'compose.yaml': '\t{ [ ' }, /compose\/syntax@compose\.yaml|compose\.yaml: /],
  ])('%s', (_, files, message) => {
    const { findings, code, problems } = json(tree({ ...beside, ...files }));
    expect(findings.join()).toContain(`${leakyFinding}good/Dockerfile:3`);
    expect(`${problems}\n${findings.join('\n')}`).toMatch(message);
    expect([1, 3]).toContain(code);
  });

  test('a file of 100 MB is not read', () => {
    const folder = tree(beside);
    ftruncateSync(openSync(join(folder, 'Dockerfile'), 'w'), 100 * 1024 * 1024);
    const { findings, problems, code } = json(folder, '--fail-on', 'none');
    expect(findings.join()).toContain(`${leakyFinding}good/Dockerfile:3`);
    expect(problems).toContain('Dockerfile: is 100 MiB, more than the 16 MiB that are read');
    expect(code).toBe(3);
  });

  test('byte-order mark, CRLF and UTF-16 change nothing', () => {
    const plain = json(tree({ Dockerfile: leaky })).findings;
    expect(json(tree({ Dockerfile: `\ufeff${leaky}` })).findings).toEqual(plain);
    expect(json(tree({ Dockerfile: leaky.replaceAll('\n', '\r\n') })).findings).toEqual(plain);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(leaky, 'utf16le')]);
    expect(json(tree({ Dockerfile: wide })).findings).toEqual(plain);
  });

  test('invalid UTF-8 is read as Latin-1, and said', () => {
    const { findings, problems } = json(
      tree({
        Dockerfile: Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9, 10]), Buffer.from(leaky)]),
      }),
    );
    expect(findings.join()).toContain(`${leakyFinding}Dockerfile:4`);
    expect(problems).toContain('Dockerfile: is not valid UTF-8 and was read as Latin-1');
  });

  test('links that dangle, loop or leave the tree are told where they matter', () => {
    const folder = tree(beside);
    const outside = tree({ Dockerfile: leaky });
    symlinkSync('nowhere', join(folder, 'Dockerfile'));
    symlinkSync('Dockerfile.loop', join(folder, 'Dockerfile.loop'));
    symlinkSync(join(outside, 'Dockerfile'), join(folder, 'Dockerfile.out'));
    symlinkSync('nowhere', join(folder, 'README'));
    symlinkSync('good', join(folder, 'same'));
    const { findings, problems, code } = json(folder, '--fail-on', 'none');
    expect(findings.filter((one) => one.startsWith(leakyFinding))).toEqual([
      `${leakyFinding}good/Dockerfile:3`,
    ]);
    expect(problems.split('\n').sort()).toEqual([
      `Dockerfile.loop: symbolic link to Dockerfile.loop goes round in a circle`,
      `Dockerfile.out: symbolic link to ${outside}/Dockerfile leaves the scanned tree`,
      `Dockerfile: symbolic link to nowhere leads nowhere`,
    ]);
    expect(code).toBe(3);
  });

  test('a folder without permission', () => {
    const folder = tree({ ...beside, 'locked/compose.yaml': 'services: {}\n' });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'locked'), 0);
    // Root may read everything, so the question is asked as somebody else.
    const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const { out, code, err } = runProgram(
      program,
      ['-o', 'json', '--fail-on', 'none', '--root', folder, folder],
      { ...uid, cwd: '/' },
    );
    chmodSync(join(folder, 'locked'), 0o755);
    expect(err).toBe('');
    expect(out).toContain('folder could not be listed: permission denied');
    expect(code).toBe(3);
  });

  test('an archive and a snapshot are audited like the folder', () => {
    const folder = tree();
    writeFileSync(
      join(folder, 'tree.ndjson'),
      `{"hardpan":"snapshot","version":1}\n${JSON.stringify({ uri: 'Dockerfile', text: leaky })}\n`,
    );
    expect(json(join(folder, 'tree.ndjson')).findings.join()).toContain(`${leakyFinding}Dockerfile:3`);
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in/Dockerfile'), leaky);
    spawnSync('tar', ['-C', join(folder, 'in'), '-czf', join(folder, 'tree.tgz'), '.']);
    expect(json(join(folder, 'tree.tgz')).findings.join()).toContain(`${leakyFinding}Dockerfile:3`);
    writeFileSync(join(folder, 'bomb.tgz'), gzipSync(Buffer.alloc(400 * 1024 * 1024)));
    const { code, err } = scan(join(folder, 'bomb.tgz'));
    expect({ code, err: /unpacks to more than 200 times its size/.test(err) }).toEqual({
      code: 2,
      err: true,
    });
  });
});

describe('the world outside', () => {
  test('a full standard output is an error, a closed one is not', () => {
    const folder = tree({ Dockerfile: leaky });
    const full = spawnSync('sh', ['-c', `node ${program} --fail-on none ${folder} > /dev/full`], {
      encoding: 'utf8',
    });
    expect(full.stderr).toContain('cannot write to standard output');
    expect(full.status).toBe(3);
    const closed = spawnSync(
      'sh',
      ['-c', `node ${program} checks | head -1; node ${program} ${folder} | head -1`],
      { encoding: 'utf8' },
    );
    expect(closed.stderr).toBe('');
  });

  test.each([
    ['reading', ['--stdin-filename', 'Dockerfile', '-'], 1000],
    ['analysing', [], 400],
  ])('an interrupt while %s ends the run with exit code 130', async (_, words, after) => {
    const folder = tree(words.length > 0 ? {} : { 'nginx.conf': slowSite() });
    const child = spawn('node', [program, ...words, ...(words.length > 0 ? [] : [folder])]);
    const end = new Promise((resolve) => child.on('exit', resolve));
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    await new Promise((resolve) => setTimeout(resolve, after));
    child.kill('SIGINT');
    expect({ code: await end, err }).toEqual({ code: 130, err: expect.stringContaining('interrupted') });
  });

  test('colour only where it is wanted', () => {
    const folder = tree({ Dockerfile: leaky });
    const sequence = '\u001b[';
    expect(scan(folder).out).not.toContain(sequence);
    expect(scan(folder, '--color', 'always').out).toContain(sequence);
    expect(runProgram(program, [folder], { env: { FORCE_COLOR: '1' } }).out).toContain(sequence);
    const both = { FORCE_COLOR: '1', NO_COLOR: '1' };
    expect(runProgram(program, [folder], { env: both }).out).not.toContain(sequence);
  });

  test('two runs are equal but for the time', () => {
    const folder = tree({ Dockerfile: leaky, 'compose.yaml': 'services: { a: { image: "redis:7" } }\n' });
    const timeless = () => scan(folder, '-o', 'json').out.replace(/"(started|finished)At": "[^"]*"/g, '');
    expect(timeless()).toBe(timeless());
  });
});

/** Nine levels of nine aliases each: 387 million nodes when it is written out. */
function bomb(): string {
  const levels = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map((pair) => [...pair])) {
    levels.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
  }
  return `${levels.map((line) => `x-${line}`).join('\n')}\nservices: { web: { image: nginx, command: *i } }\n`;
}
