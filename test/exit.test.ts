import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatNames } from '../src/cli/output.ts';
import { buildProgram, type Outcome, runProgram, slowSite, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const good = 'FROM debian:13.1-slim\nUSER app\n';
const leaky = 'FROM debian:13\nUSER app\nRUN chmod -R 777 /srv\n';
const at = ['--now', '2026-06-01'];

interface Trigger {
  readonly what: string;
  readonly code: number;
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly words?: readonly string[];
  /** What a report for people says. */
  readonly says: RegExp;
}

const triggers: readonly Trigger[] = [
  { what: 'nothing found', code: 0, files: { Dockerfile: good }, says: /PASSED/ },
  {
    what: 'found below the gate',
    code: 0,
    files: { Dockerfile: leaky },
    words: ['--fail-on', 'none'],
    says: /PASSED/,
  },
  {
    what: 'found at the gate',
    code: 1,
    files: { Dockerfile: leaky },
    words: ['--fail-on', 'low'],
    says: /FAILED: \d+ findings? at low or above/,
  },
  {
    what: 'a check that does not exist',
    code: 2,
    files: { Dockerfile: good },
    words: ['--select', 'a/b'],
    says: /./,
  },
  { what: 'an unknown option', code: 2, files: { Dockerfile: good }, words: ['--nonsense'], says: /./ },
  {
    what: 'a file that cannot be used',
    code: 3,
    files: { Dockerfile: good, 'nginx.conf': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]) },
    says: /INCOMPLETE: 1 source could not be used/,
  },
  {
    what: 'such a file among the tests',
    code: 0,
    files: { Dockerfile: good, 'test/nginx.conf': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]) },
    says: /PASSED, but not all could be seen/,
  },
  {
    what: 'such a file and findings at the gate',
    code: 1,
    files: { Dockerfile: leaky, 'nginx.conf': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]) },
    words: ['--fail-on', 'low'],
    says: /FAILED: .*1 source could not be used/,
  },
  { what: 'nothing of a known format', code: 4, files: { 'notes.txt': 'x' }, says: /STOPPED: nothing here/ },
  { what: 'an empty folder', code: 4, files: {}, says: /STOPPED: nothing here/ },
];

/** What a report says of the end of its run. */
const told: Readonly<Record<string, (said: string) => unknown>> = {
  json: (said) => JSON.parse(said).exit.code,
  ndjson: (said) => JSON.parse(said.split('\n')[0] ?? '').exit.code,
  sarif: (said) => JSON.parse(said).runs[0].invocations[0].exitCode,
  junit: (said) => Number(/<property name="exit" value="(\d+)"/.exec(said)?.[1]),
};
const forPeople = /^(text|github|markdown)$/;

describe.each(triggers)('$what ends with $code', ({ code, files, words = [], says }) => {
  const folder = () => tree(files);

  test.each(formatNames)('%s', (format) => {
    const { code: ended, out, err } = runProgram(program, [...at, '-o', format, ...words, folder()]);
    expect(ended).toBe(code);
    if (code === 2) {
      expect(out).toBe('');
      expect(err.trim()).not.toBe('');
      return;
    }
    expect(err).toBe('');
    if (forPeople.test(format)) expect(out.replaceAll(/\s+/g, ' ')).toMatch(says);
    else if (told[format]) expect(told[format](out)).toBe(code);
    else expect(Array.isArray(JSON.parse(out))).toBe(true);
    // A pipeline that reads JUnit alone comes to the same end.
    if (format === 'junit') expect(/<(failure|error)\b/.test(out)).toBe(code !== 0);
  });

  test('into files, all at once', () => {
    const place = folder();
    const outputs = formatNames.map((format) => `${format}=${join(place, `out.${format}`)}`);
    const { code: ended, out } = runProgram(program, [
      ...at,
      ...outputs.flatMap((one) => ['-o', one]),
      ...words,
      place,
    ]);
    expect({ ended, out }).toEqual({ ended: code, out: '' });
    expect(formatNames.filter((format) => existsSync(join(place, `out.${format}`)))).toEqual(
      code === 2 ? [] : formatNames,
    );
  });
});

describe('an interrupt', () => {
  test('ends with 130, and every report says so', async () => {
    const place = tree({ 'nginx.conf': slowSite() });
    const outputs = formatNames.flatMap((format) => ['-o', `${format}=${join(place, `out.${format}`)}`]);
    const child = spawn('node', [program, ...at, ...outputs, join(place, 'nginx.conf')]);
    const end = new Promise((resolve) => child.on('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 600));
    child.kill('SIGINT');
    expect(await end).toBe(130);
    for (const format of formatNames) {
      const said = readFileSync(join(place, `out.${format}`), 'utf8');
      if (forPeople.test(format)) expect(said).toContain('STOPPED: interrupted');
      else if (told[format]) expect([format, told[format](said)]).toEqual([format, 130]);
      else expect(Array.isArray(JSON.parse(said))).toBe(true);
    }
  });
});

describe('a report that cannot be written', () => {
  test.each(formatNames)('%s ends with 2 and one line', (format) => {
    const place = tree({ Dockerfile: good });
    const { code, out, err } = runProgram(program, [...at, '-o', `${format}=${place}/no/such/folder`, place]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^hardpan: cannot write .*\n$/);
  });
});

describe('a runner that obeys lines of the log', () => {
  const files = {
    '::stop-commands::x/Dockerfile': 'FROM debian:13\nUSER app\nRUN chmod 777 "/##vso[task.setvariable]y"\n',
  };
  const orders = /^\s*::|##(vso|teamcity)?\[/m;

  test.each(['GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'])(
    '%s gets no orders from what was scanned',
    (name) => {
      const place = tree(files);
      const words = [...at, '--root', place, place];
      expect(runProgram(program, words).out).toMatch(orders);
      const { out } = runProgram(program, words, { env: { [name]: 'true' } });
      expect(out).toContain('stop-commands');
      expect(out).toContain('task.setvariable');
      expect(out).not.toMatch(orders);
    },
  );
});

describe('a job summary', () => {
  test('is added to what other steps wrote, with -o github only', () => {
    const place = tree({ Dockerfile: leaky, 'summary.md': '# Before\n' });
    const file = join(place, 'summary.md');
    const env = { GITHUB_STEP_SUMMARY: file };
    runProgram(program, [...at, '-o', 'text', place], { env });
    expect(readFileSync(file, 'utf8')).toBe('# Before\n');
    const { out } = runProgram(program, [...at, '-o', 'github', '--fail-on', 'low', place], { env });
    expect(out).toContain('::error file=Dockerfile,line=3,endLine=3,title=docker/chmod-777::');
    expect(readFileSync(file, 'utf8')).toMatch(/^# Before\n<!-- hardpan:report -->\n### hardpan: FAILED/);
  });
});

describe('saved runs', () => {
  const save = (name: string, content: string, ...words: readonly string[]): string => {
    const place = tree({ [`${name}/Dockerfile`]: content });
    const file = join(place, 'run.json');
    runProgram(program, [...at, '-o', `json=${file}`, ...words, '--root', place, place]);
    return file;
  };
  const report = (...words: readonly string[]): Outcome => runProgram(program, ['report', ...words]);

  test.each(formatNames)('%s of a saved run is that of the run itself', (format) => {
    const place = tree({ Dockerfile: leaky, 'web/compose.yaml': 'services: { a: { image: "redis:7" } }\n' });
    const file = join(place, 'run.json');
    const run = runProgram(program, [...at, '-o', `json=${file}`, '-o', format, '--fail-on', 'low', place]);
    const again = report('-o', format, file);
    expect(again.code).toBe(run.code);
    const untimed = (out: string) =>
      out.replace(/"(startedAt|finishedAt|startTimeUtc|endTimeUtc)": ?"[^"]*"|time(stamp)?="[^"]*"/g, '');
    expect(untimed(again.out)).toBe(untimed(run.out));
  });

  test('several are one, with the worst exit code', () => {
    const one = save('one', good);
    const two = save('two', leaky, '--fail-on', 'low');
    const merged = report('-o', 'json', one, two);
    expect(merged.code).toBe(1);
    const { findings, exit, summary } = JSON.parse(merged.out);
    expect(exit.reasons[0]).toMatch(/^.*run\.json: \d+ findings? at low or above$/);
    expect(summary.sources).toBe(2);
    const checks = findings.map(({ check }: { check: string }) => check);
    expect(checks).toContain('docker/chmod-777');
    expect(JSON.parse(report('-o', 'json', two, two).out).findings).toHaveLength(
      JSON.parse(readFileSync(two, 'utf8')).findings.length,
    );
  });

  test('standard input, and the end that the run had', () => {
    const file = save('one', good);
    const { code, out } = runProgram(program, ['report', '-'], { input: readFileSync(file) });
    expect(code).toBe(0);
    expect(out).toContain('PASSED');
  });

  test.each<[string, string | undefined, RegExp]>([
    ['missing', undefined, /cannot read .*run\.json/],
    ['empty', '', /is not JSON/],
    ['cut short', '{"schemaVersion": "1.0", "tool"', /is not JSON/],
    ['something else', '{"name": "x", "version": "1"}', /is not a report of hardpan/],
    ['of another version', '{"schemaVersion": "9.9"}', /schema version "9\.9"; this hardpan reads 1\.0/],
    ['a shell of one', '{"schemaVersion": "1.0"}', /is no whole report: .*tool/],
  ])('a file that is %s ends with 2 and one line', (_, content, message) => {
    const file = join(tree(), 'run.json');
    if (content !== undefined) writeFileSync(file, content);
    const { code, out, err } = report('-o', 'sarif', file);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a finding that breaks the schema is told by its place', () => {
    const file = save('one', leaky);
    const whole = JSON.parse(readFileSync(file, 'utf8'));
    whole.findings[0].location.line = 'three';
    writeFileSync(file, JSON.stringify(whole));
    const { code, err } = report(file);
    expect(code).toBe(2);
    expect(err).toMatch(/is no whole report: \/findings\/0\/location\/line must be integer/);
  });
});
