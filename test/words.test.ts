import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatNames } from '../src/cli/output.ts';
import { buildProgram, runProgram } from './program.ts';

let program = '';
const helps = new Map<string, string>();
beforeAll(() => {
  program = buildProgram();
}, 60_000);

function help(...words: readonly string[]): string {
  const key = words.join(' ');
  const known = helps.get(key) ?? runProgram(program, [...words, '--help']).out;
  helps.set(key, known);
  return known;
}

/** Commands that the texts name, as `command words --flags`, from code spans and blocks. */
function commandsIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const spans = [...text.matchAll(/`+([^`]+)`+/g)].flatMap(([, code = '']) => code.split('\n'));
  return spans.flatMap((line) =>
    [...line.matchAll(/(?:^|[|&(] ?|\$\()hardpan( [^|&<>()#]*)?/g)].map(([, rest = '']) => rest.trim()),
  );
}

/** Commands that have commands of their own. */
const nested = new Set(['ci', 'baseline', 'policy', 'db']);

describe.each(['README.md', 'docs/ci.md'])('%s', (file) => {
  test('names commands and options that there are', () => {
    const commands = commandsIn(file);
    expect(commands.length).toBeGreaterThan(8);
    const names = [...help().matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    for (const command of commands) {
      const [first = ''] = command.split(' ');
      const name = names.includes(first) ? first : 'scan';
      const flags = command.split(' ').filter((word) => /^--?[a-z]/.test(word));
      const sub = nested.has(name) ? [name, command.split(' ')[1] ?? ''] : [name];
      for (const flag of flags)
        expect([command, help(...sub)]).toEqual([
          command,
          expect.stringMatching(new RegExp(`(^|[ ,])${flag.split('=')[0]}[ ,]`, 'm')),
        ]);
    }
  });

  test('lists the formats that there are', () => {
    const text = readFileSync(file, 'utf8');
    for (const name of formatNames) expect(text).toContain(`\`${name}\``);
  });
});

test('the help names every format and exit code', () => {
  const said = help('scan').replaceAll(/\s+/g, ' ');
  expect(said).toContain(`${formatNames.slice(0, -1).join(', ')} or ${formatNames.at(-1)}`);
  for (const code of [0, 1, 2, 3, 4, 130]) expect(help()).toContain(`${code} `);
});

test('the exit codes are those of the README', () => {
  const rows = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
  expect(rows('README.md')).toEqual([0, 1, 2, 3, 4, 130]);
  expect(rows('docs/ci.md')).toEqual([0, 1, 2, 3, 4, 130]);
});
