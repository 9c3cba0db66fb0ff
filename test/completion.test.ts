import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatNames } from '../src/cli/output.ts';
import { buildProgram, runProgram, tree } from './program.ts';

let program = '';
let path = '';
beforeAll(() => {
  program = buildProgram();
  const folder = tree({ hardpan: `#!/bin/sh\nexec node '${program}' "$@"\n` });
  chmodSync(join(folder, 'hardpan'), 0o755);
  path = `${folder}:${process.env['PATH']}`;
}, 60_000);

/** The words that may stand last, as the program says them. */
function complete(...words: readonly string[]): readonly string[] {
  const { out, code, err } = runProgram(program, ['complete', String(words.length - 1), '--', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0] ?? '');
}

describe('the words', () => {
  test('commands first, files too, since the first word may be a path', () => {
    const found = complete('');
    expect(found).toEqual(
      expect.arrayContaining(['scan', 'explain', 'report', 'ci', 'completion', ':files']),
    );
    expect(found).not.toContain('complete');
    expect(complete('exp')).toEqual(['explain', ':files']);
    expect(complete('scan', '')).toEqual([':files']);
  });

  test('options of the command, and those of scan where it is left out', () => {
    expect(complete('--fail')).toEqual(['--fail-on']);
    expect(complete('scan', '--fail')).toEqual(['--fail-on']);
    expect(complete('report', '--fail')).toEqual([]);
    expect(complete('report', '--sarif')).toEqual(['--sarif-include-suppressed']);
    expect(complete('ci', 'init', '-')).toContain('--force');
  });

  test('values of an option, however it is written', () => {
    const severities = ['critical', 'high', 'medium', 'low', 'info', 'none'];
    expect(complete('--fail-on', '')).toEqual(severities);
    expect(complete('scan', '--fail-on', 'h')).toEqual(['high']);
    expect(complete('--fail-on=h')).toEqual(['--fail-on=high']);
    expect(complete('--fail-on', '=', 'h')).toEqual(['high']);
    expect(complete('-o', '')).toEqual([...formatNames]);
    expect(complete('report', '-o', 'mark')).toEqual(['markdown']);
    expect(complete('--root', 'x')).toEqual([':files']);
    expect(complete('--select', 'nginx/alias-trav')).toEqual(['nginx/alias-traversal']);
  });

  test('ids of checks, names of systems and shells', () => {
    expect(complete('explain', 'nginx/alias-t')).toEqual(['nginx/alias-traversal']);
    expect(complete('explain', '').length).toBe(
      runProgram(program, ['checks']).out.trim().split('\n').length,
    );
    expect(complete('ci', '')).toEqual(expect.arrayContaining(['init', 'show']));
    expect(complete('ci', 'init', 'git')).toEqual(['github', 'gitlab']);
    expect(complete('ci', 'init', '--force', 'gith')).toEqual(['github']);
    expect(complete('completion', '')).toEqual(['bash', 'zsh', 'fish', 'pwsh']);
  });

  test('every command and option of the help is completed', () => {
    const listed = (text: string) =>
      [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, flag]) => flag);
    const commands = [...runProgram(program, ['--help']).out.matchAll(/^ {2}([a-z]+) /gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help' && name !== 'hardpan');
    expect(commands.length).toBeGreaterThan(5);
    for (const name of commands) {
      const flags = listed(runProgram(program, [name, '--help']).out).filter((flag) => flag !== '--help');
      expect(complete(name, '--')).toEqual(expect.arrayContaining(flags));
    }
  });
});

function installed(shell: string): boolean {
  const found = spawnSync(shell, ['--version']).status === 0;
  if (!found && process.env['HARDPAN_REQUIRE_ORACLES'] === '1')
    throw new Error(`${shell} is required and not installed`);
  if (!found) console.warn(`SKIPPED: ${shell} is not installed, so its completion is not tried`);
  return found;
}

function run(shell: string, words: readonly string[]): readonly string[] {
  const cwd = tree({ 'nginx site.conf': '' });
  const script = join(cwd, 'completion');
  writeFileSync(script, runProgram(program, ['completion', shell]).out);
  const { stdout, stderr } = spawnSync(shell, words, {
    cwd,
    encoding: 'utf8',
    env: { PATH: path, HOME: cwd, TERM: 'dumb' },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe.skipIf(!installed('bash'))('bash', () => {
  const words = (given: string) =>
    run('bash', [
      '--norc',
      '-c',
      `. ./completion; COMP_WORDS=(${given}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _hardpan; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);

  test('completes', () => {
    expect(words('hardpan explain nginx/alias-t')).toEqual(['nginx/alias-traversal']);
    expect(words('hardpan --fail-on h')).toEqual(['high']);
    expect(words("hardpan scan 'nginx si'")).toEqual(['nginx site.conf']);
    expect(words("hardpan compl ''")).toContain('completion');
  });
});

describe.skipIf(!installed('fish'))('fish', () => {
  const words = (line: string) =>
    run('fish', ['--no-config', '-c', `source completion; complete -C ${JSON.stringify(line)}`]).map(
      (row) => row.split('\t')[0],
    );

  test('completes', () => {
    expect(words('hardpan explain nginx/alias-t')).toEqual(['nginx/alias-traversal']);
    expect(words('hardpan --fail-on h')).toEqual(['high']);
    expect(words('hardpan --fail-on ')).toContain('none');
    expect(words('hardpan expl')).toEqual(['explain']);
  });
});

describe.skipIf(!installed('zsh'))('zsh', () => {
  const stubs = `compdef() { :; }; _describe() { print -l -- "\${(@P)2}"; }; _files() { print -- :files; }`;
  const words = (given: string) =>
    run('zsh', ['-f', '-c', `${stubs}; . ./completion; words=(${given}); CURRENT=\${#words}; _hardpan`]);

  test('completes', () => {
    expect(words('hardpan explain nginx/alias-t')).toEqual([
      expect.stringMatching(/^nginx\/alias-traversal:Path traversal/),
    ]);
    expect(words('hardpan --fail-on h')).toEqual(['high:']);
    expect(words("hardpan scan ''")).toEqual([':files']);
  });
});

test('the side of PowerShell asks for the words too', () => {
  const { out, code } = runProgram(program, ['completion', 'pwsh']);
  expect(code).toBe(0);
  expect(out).toContain('Register-ArgumentCompleter -Native -CommandName hardpan');
  expect(out).toContain('hardpan complete $place -- @words');
});

test('an unknown shell is a usage error', () => {
  expect(runProgram(program, ['completion', 'tcsh'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Allowed choices are bash, zsh, fish, pwsh'),
  });
});
