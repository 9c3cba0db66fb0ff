import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Outcome, runProgram, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
const good = { Dockerfile: 'FROM debian:13.1-slim\nUSER app\n' };
const bad = { Dockerfile: `FROM debian:13\nENV STRIPE_API_KEY=whsec_k2Vd8GQm41xTz7NpLr0yB3Wc\nUSER app\n` };

const yamlFiles = [
  'action.yml',
  '.pre-commit-hooks.yaml',
  ...readdirSync('ci', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `ci/${name}`),
];

/** What a YAML file holds is known by the file only. */
type Yaml = ReturnType<typeof JSON.parse>;

function yaml(file: string): Yaml {
  return loadAll(readFileSync(file, 'utf8'))[0];
}

/** A folder with an `npx` that runs the program of these tests when it is asked for this version of it. */
function fakeNpx(): string {
  const folder = tree({
    npx: `#!/bin/sh\n[ "$1 $2" = "--yes hardpan@${version}" ] || { echo "npx $*" >&2; exit 99; }\nshift 2\nexec node '${program}' "$@"\n`,
  });
  chmodSync(join(folder, 'npx'), 0o755);
  return folder;
}

function shell(script: string, cwd: string, env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: `${fakeNpx()}:${process.env['PATH']}`, HOME: tree(), ...env },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

describe('files for pipelines', () => {
  test.each(yamlFiles)('%s is YAML, with no key twice', (file) => {
    expect(loadAll(readFileSync(file, 'utf8')).every((one) => typeof one === 'object' && one !== null)).toBe(
      true,
    );
  });

  test('name this version, and one image of Node.js', () => {
    const texts = readdirSync('ci', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    const said = texts.flatMap((text) => [...text.matchAll(/hardpan@([\w.]+)/g)].map(([, name]) => name));
    expect(said.length).toBeGreaterThan(5);
    expect(new Set(said)).toEqual(new Set([version]));
    const images = texts.flatMap((text) => [...text.matchAll(/\bnode:(\d[\w.]*)/g)].map(([, tag]) => tag));
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^24\.\d+\.\d+$/);
  });

  test.each(['action.yml', 'ci/github/hardpan.yml'])(
    '%s names other actions by commit, or those of GitHub',
    (file) => {
      const used = [...readFileSync(file, 'utf8').matchAll(/uses: (\S+)/g)].map(([, name = '']) => name);
      expect(used.length).toBeGreaterThan(0);
      for (const name of used)
        expect(name).toMatch(/@[0-9a-f]{40}$|^github\/codeql-action\/upload-sarif@v\d+$/);
    },
  );
});

/** The commands of each file, and the reports that its system takes up afterwards. */
const pipelines: Readonly<
  Record<string, () => { readonly script: string; readonly takes: readonly string[] }>
> = {
  github: () => {
    const { steps } = yaml('ci/github/hardpan.yml').jobs.audit;
    return { script: steps.find(({ run }: Yaml) => run).run, takes: [steps.at(-1).with.sarif_file] };
  },
  gitlab: () => {
    const { script, artifacts } = yaml('ci/gitlab/gitlab-ci.yml').hardpan;
    return {
      script: script.join('\n'),
      takes: [...Object.values<string>(artifacts.reports), ...artifacts.paths],
    };
  },
  'gitlab component': () => {
    const [, body = ''] = readFileSync('ci/gitlab/template.yml', 'utf8').split('\n---\n');
    const { inputs } = yaml('ci/gitlab/template.yml').spec;
    const filled = body.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => {
      expect(Object.keys(inputs)).toContain(name);
      return String(inputs[name].default);
    });
    const [{ hardpan }] = loadAll(filled) as [Yaml];
    const variables = Object.entries(hardpan.variables).map(([name, value]) => `${name}='${value ?? ''}'`);
    return {
      script: [...variables, ...hardpan.script].join('\n'),
      takes: [...Object.values<string>(hardpan.artifacts.reports), ...hardpan.artifacts.paths],
    };
  },
  azure: () => {
    const { steps } = yaml('ci/azure/azure-pipelines.yml');
    return {
      script: steps.find(({ script }: Yaml) => script).script,
      takes: steps.flatMap(({ inputs }: Yaml) => inputs?.testResultsFiles ?? inputs?.pathToPublish ?? []),
    };
  },
  circleci: () => {
    const { run } = yaml('ci/circleci/config.yml').jobs.hardpan.steps.find((step: Yaml) => step.run);
    return { script: run.command, takes: ['reports/hardpan/junit.xml', 'reports/hardpan.json'] };
  },
  jenkins: () => {
    const text = readFileSync('ci/jenkins/Jenkinsfile', 'utf8');
    const found = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
    return {
      script: found(/sh '([^']+)'/),
      takes: [found(/junit '([^']+)'/), found(/artifacts: '([^']+)'/)],
    };
  },
  bitbucket: () => {
    const [{ step }] = yaml('ci/bitbucket/bitbucket-pipelines.yml').definitions.steps;
    return { script: step.script.join('\n'), takes: [...step.artifacts, 'test-results/hardpan.xml'] };
  },
};

describe.each(Object.keys(pipelines))('the commands for %s', (name) => {
  test.each([
    ['pass', good, 0],
    ['fail', bad, 1],
  ] as const)('%s as the tree deserves, and leave the reports behind', (_, files, code) => {
    const { script, takes } = pipelines[name]?.() ?? { script: '', takes: [] };
    const folder = tree(files);
    const { code: ended, err } = shell(script, folder);
    expect({ ended, err }).toEqual({ ended: code, err: '' });
    expect(takes.length).toBeGreaterThan(0);
    for (const file of takes) expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
  });
});

describe('the GitHub action', () => {
  const { inputs, outputs, runs } = yaml('action.yml');
  const audit = runs.steps.find(({ id }: Yaml) => id === 'audit');

  function act(files: Readonly<Record<string, string>>, given: Readonly<Record<string, string>> = {}) {
    const folder = tree(files);
    const temporary = tree({ output: '' });
    mkdirSync(join(temporary, 'action'));
    symlinkSync(dirname(program), join(temporary, 'action/dist'));
    const filled = Object.entries<string>(audit.env).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1];
      if (input === undefined) return [name, join(temporary, 'action')];
      expect(Object.keys(inputs)).toContain(input);
      return [name, given[input] ?? inputs[input].default];
    });
    const env = {
      ...Object.fromEntries(filled),
      RUNNER_TEMP: temporary,
      GITHUB_OUTPUT: join(temporary, 'output'),
      GITHUB_STEP_SUMMARY: join(temporary, 'summary.md'),
    };
    const outcome = shell(audit.run, folder, env);
    const set = Object.fromEntries(
      readFileSync(join(temporary, 'output'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    return { ...outcome, set, temporary };
  }

  test('annotates, sums up, saves its reports and ends as the run did', () => {
    const { code, out, set, temporary } = act(bad);
    expect(code).toBe(1);
    expect(out).toMatch(/^::error file=Dockerfile,line=2,/m);
    expect(set).toMatchObject({ 'exit-code': '1', findings: expect.stringMatching(/^[1-9]\d*$/) });
    expect(Object.keys(set).sort()).toEqual(Object.keys(outputs).sort());
    for (const { value } of Object.values<Yaml>(outputs))
      expect(Object.keys(set)).toContain(/steps\.audit\.outputs\.([\w-]+)/.exec(value)?.[1]);
    expect(JSON.parse(readFileSync(set['sarif'] ?? '', 'utf8')).version).toBe('2.1.0');
    expect(readFileSync(join(temporary, 'summary.md'), 'utf8')).toContain('### hardpan: FAILED');
  });

  test('passes a good tree; takes several paths and another gate', () => {
    expect(act(good)).toMatchObject({ code: 0, set: { 'exit-code': '0', findings: '0' } });
    const files = { 'a/Dockerfile': bad.Dockerfile, 'b/Dockerfile': good.Dockerfile };
    expect(act(files, { paths: 'b', 'fail-on': '' }).code).toBe(0);
    expect(act(files, { paths: 'b\na' }).code).toBe(1);
    expect(act(files, { paths: 'a b', 'fail-on': 'none' }).code).toBe(0);
  });

  test('an input is data: it reaches no script as text', () => {
    for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
    const { code, temporary } = act(good, {
      paths: '. $(touch pwned) ; touch pwned',
      'fail-on': '`touch pwned`',
    });
    expect(code).toBe(2);
    expect(existsSync(join(temporary, 'pwned'))).toBe(false);
  });

  test('a wrong input ends with 2, and leaves no report to send', () => {
    const { code, set } = act(good, { 'fail-on': 'dire' });
    expect({ code, set }).toEqual({ code: 2, set: { 'exit-code': '2' } });
  });
});

describe('the hook for pre-commit', () => {
  const [hook] = yaml('.pre-commit-hooks.yaml');
  const [{ hooks }] = yaml('ci/pre-commit/pre-commit-config.yaml').repos;
  const files = new RegExp(hook.files.replace('(?x)', '').replaceAll(/\s+/g, ''));

  test('is the same in both files, and runs a program that the package has', () => {
    expect(hooks[0]).toMatchObject({ id: hook.id, entry: hook.entry, language: 'node' });
    expect(hooks[0].files.replaceAll(/\s+/g, '')).toBe(hook.files.replaceAll(/\s+/g, ''));
    expect(Object.keys(bin)).toContain(hook.entry);
  });

  test.each([
    ['Dockerfile', true],
    ['api/Dockerfile.prod', true],
    ['compose.yaml', true],
    ['deploy/docker-compose.override.yml', true],
    ['nginx.conf', true],
    ['nginx/conf.d/site.conf', true],
    ['web/package-lock.json', true],
    ['.env.production', true],
    ['src/app.ts', false],
    ['my.environment', false],
    ['mypackage.json', false],
    ['postgresql.conf', false],
  ])('%s: %s', (name, wanted) => {
    expect(files.test(name)).toBe(wanted);
  });

  test('audits the files that it is given', () => {
    const folder = tree({ ...bad, 'b/compose.yaml': 'services: {}\n' });
    expect(runProgram(program, ['b/compose.yaml'], { cwd: folder }).code).toBe(0);
    expect(runProgram(program, ['Dockerfile', 'b/compose.yaml'], { cwd: folder }).code).toBe(1);
  });
});

describe('the image', () => {
  const text = readFileSync('ci/Dockerfile', 'utf8');

  test('passes every check, low and info too', () => {
    const { code, out } = runProgram(
      program,
      ['--show', 'info', '--fail-on', 'info', '-o', 'json', 'ci/Dockerfile'],
      {
        cwd: process.cwd(),
      },
    );
    const { findings, summary } = JSON.parse(out);
    expect(findings.map(({ check, message }: Yaml) => `${check}: ${message}`)).toEqual([]);
    expect(summary.checks).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  test('is built from what it copies, and nothing else', () => {
    const folder = tree();
    const [stage = ''] = text.split(/^FROM /m).slice(1);
    for (const [, words = ''] of stage.matchAll(/^COPY (.+)$/gm)) {
      const names = words.split(' ');
      for (const name of names.slice(0, -1)) {
        const to = names.at(-1) === './' ? name : (names.at(-1) ?? '');
        cpSync(name, join(folder, to), { recursive: true });
      }
    }
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const commands = [...stage.matchAll(/^RUN (.+)$/gm)].map(([, command = '']) => command);
    expect(commands.map((command) => command.split(' ')[0])).toEqual(['npm', 'node']);
    const { code, err } = shell(commands[1] ?? '', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(runProgram(join(folder, 'dist/hardpan.cjs'), ['scan', '.'], { cwd: tree(bad) }).code).toBe(1);
    expect(runProgram(join(folder, 'dist/hardpan.cjs'), ['ci', 'show', 'gitlab']).code).toBe(0);
  }, 60_000);

  test('runs as somebody else than root', () => {
    expect(text.split('\n').filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(text.lastIndexOf('USER node')).toBeGreaterThan(text.lastIndexOf('RUN '));
  });
});

describe('ci init', () => {
  const places: Readonly<Record<string, string>> = {
    github: '.github/workflows/hardpan.yml',
    gitlab: '.gitlab-ci.yml',
    'pre-commit': '.pre-commit-config.yaml',
    azure: 'azure-pipelines.yml',
    circleci: '.circleci/config.yml',
    jenkins: 'Jenkinsfile',
    bitbucket: 'bitbucket-pipelines.yml',
  };
  const init = (cwd: string, ...words: readonly string[]) =>
    runProgram(program, ['ci', 'init', ...words], { cwd });

  test.each(Object.entries(places))('%s: writes %s, once', (system, place) => {
    const folder = tree();
    expect(init(folder, system)).toEqual({ code: 0, out: '', err: `hardpan: wrote ${place}\n` });
    const written = readFileSync(join(folder, place), 'utf8');
    expect(written).toBe(runProgram(program, ['ci', 'show', system]).out);
    expect(written).toContain('hardpan');
    writeFileSync(join(folder, place), 'mine');
    const again = init(folder, system);
    expect(again.code).toBe(2);
    expect(again.err).toContain(`${place} is there already`);
    expect(readFileSync(join(folder, place), 'utf8')).toBe('mine');
    expect(init(folder, system, '--force').code).toBe(0);
    expect(readFileSync(join(folder, place), 'utf8')).toBe(written);
  });

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ '.github/CODEOWNERS': '' }, places['github'] ?? ''],
    [{ '.circleci/x.yml': '' }, places['circleci'] ?? ''],
    [{ '.github/CODEOWNERS': '', '.pre-commit-config.yaml': 'repos: []' }, places['github'] ?? ''],
  ])('guesses from %j', (files, place) => {
    const folder = tree(files);
    expect(init(folder)).toMatchObject({ code: 0, err: `hardpan: wrote ${place}\n` });
  });

  test('asks when it cannot tell, and knows the systems it knows', () => {
    expect(init(tree())).toMatchObject({
      code: 2,
      err: expect.stringMatching(/say which: hardpan ci init github\|/),
    });
    const two = init(tree({ Jenkinsfile: '', '.gitlab-ci.yml': '' }));
    expect(two).toMatchObject({ code: 2, err: expect.stringMatching(/gitlab, jenkins are all used here/) });
    expect(init(tree(), 'teamcity')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Allowed choices are github/),
    });
  });
});
