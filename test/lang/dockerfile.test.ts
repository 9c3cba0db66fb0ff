import { describe, expect, test } from 'vitest';
import { scanDockerfile } from '../../src/lang/dockerfile.ts';
import { expandWord, hole } from '../../src/lang/dockerfile-expand.ts';
import { isIgnored, parseDockerignore } from '../../src/lang/dockerignore.ts';
import { offsetIn } from '../../src/lang/logical.ts';

describe('lines', () => {
  test('a byte-order mark and Windows line ends are not part of anything', () => {
    const text = '\ufeffFROM a\r\nRUN b \\\r\n  c\r\n';
    expect(read(text)).toEqual(['FROM|a', 'RUN|b   c']);
  });

  test('directives come first, each once, and set the escape character', () => {
    const { directives, escapeWith, instructions, faults } = scanDockerfile(
      '# Syntax = docker/dockerfile:1\n# unknown=x\n#escape=`\n# escape=\\\nFROM a\n# check=skip=X\nRUN b `\n  c\n',
    );
    expect(directives.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'syntax docker/dockerfile:1',
      'escape `',
    ]);
    expect(escapeWith).toBe('`');
    expect(instructions.map(({ args }) => args.text)).toEqual(['a', 'b   c']);
    expect(faults.map(({ code }) => code)).toEqual(['repeated-directive']);
  });

  test('a plain comment ends the directives', () => {
    expect(scanDockerfile('# hello\n# escape=`\nFROM a\n').escapeWith).toBe('\\');
    expect(scanDockerfile('\n# escape=`\nFROM a\n').escapeWith).toBe('\\');
  });

  test('comments and empty lines inside an instruction fall out, an escaped escape does not continue', () => {
    expect(read('RUN a \\\n # c \\\n\n  && b\nRUN c\\\\\nRUN d \\  \n')).toEqual([
      'RUN|a   && b',
      'RUN|c\\\\',
      'RUN|d',
    ]);
  });

  test('every character is found again in the file', () => {
    const text = 'FROM a\nRUN one \\\n# no\n  two \\\n three\n';
    const [, run] = scanDockerfile(text).instructions;
    for (const word of ['one', 'two', 'three']) {
      const at = run ? offsetIn(run.args, run.args.text.indexOf(word)) : -1;
      expect(text.slice(at, at + word.length)).toBe(word);
    }
  });
});

describe('instructions', () => {
  test('flags stand before the first argument, in any order, and may be quoted', () => {
    const [run, copy, cmd] = scanDockerfile(
      'run --mount=target=/x,type=cache,ro=false --network="none" a --b\nCOPY --link --from=0 a b\nCMD -- a\n',
    ).instructions;
    expect(run?.flags.map(({ name, value }) => [name, value])).toEqual([
      ['mount', 'target=/x,type=cache,ro=false'],
      ['network', 'none'],
    ]);
    expect(run?.args.text).toBe('a --b');
    expect(copy?.flags.map(({ name, value }) => [name, value])).toEqual([
      ['link', null],
      ['from', '0'],
    ]);
    expect(cmd?.args.text).toBe('a');
  });

  test('the exec form is valid JSON of strings, and nothing else is', () => {
    const exec = (line: string) =>
      scanDockerfile(line).instructions[0]?.exec?.map(({ text }) => text) ?? null;
    expect(exec('CMD [ "a", "b \\"c\\"" ]')).toEqual(['a', 'b "c"']);
    expect(exec('COPY ["a", "b", ]')).toBeNull();
    expect(exec("CMD ['a']")).toBeNull();
    expect(exec('RUN ["a"] && b')).toBeNull();
    expect(exec('SHELL []')).toEqual([]);
    expect(exec('HEALTHCHECK --retries=2 CMD ["a"]')).toEqual(['a']);
    expect(exec('ENV ["a"]')).toBeNull();
  });

  test('words of the exec form have their places', () => {
    const text = 'CMD ["one", \\\n  "t\\u0077o"]';
    const words = scanDockerfile(text).instructions[0]?.exec ?? [];
    expect(words.map(({ text: word }) => word)).toEqual(['one', 'two']);
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(['one', 't\\u0077o']);
  });

  test('ONBUILD holds an instruction', () => {
    const [one] = scanDockerfile('onbuild copy --chown=a ["b", "c"]\n').instructions;
    expect(one?.trigger?.keyword).toBe('COPY');
    expect(one?.trigger?.exec?.length).toBe(2);
    expect(one?.trigger?.flags[0]?.value).toBe('a');
  });

  test('an unknown word is told and does not end the file', () => {
    const { instructions, faults } = scanDockerfile('FROM a\nBOGUS b\nRUN c\n');
    expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'BOGUS', 'RUN']);
    expect(faults.map(({ code }) => code)).toEqual(['unknown-instruction']);
  });
});

describe('here-documents', () => {
  test('several on one line, quoted, with tabs', () => {
    const text = 'RUN cat <<A - <<-"B" && x\none\n  A\nA\n\t\ttwo\n\tB\nRUN after\n';
    const [run, after] = scanDockerfile(text).instructions;
    expect(run?.heredocs.map(({ name, expand, body }) => [name, expand, body.text])).toEqual([
      ['A', true, 'one\n  A\n'],
      ['B', false, 'two\n'],
    ]);
    expect(text.slice(run?.start, run?.end)).toBe(text.slice(0, text.indexOf('\nRUN after')));
    expect(after?.args.text).toBe('after');
  });

  test('only of RUN, COPY and ADD in shell form; not <<<, not in quotes', () => {
    for (const line of ['CMD cat <<A', 'RUN cat <<<A', 'RUN cat "<<A"', 'RUN ["cat", "<<A"]', 'ENV A=<<A']) {
      const { instructions } = scanDockerfile(`${line}\nRUN after\nA\n`);
      expect(
        instructions.map(({ keyword }) => keyword),
        line,
      ).toEqual([line.split(' ')[0], 'RUN', 'A']);
    }
  });

  test('one that is not closed is told, and the lines after it are still read', () => {
    const { instructions, faults } = scanDockerfile('RUN cat <<A\nhello\nCMD b\n');
    expect(faults.map(({ code }) => code)).toEqual(['unclosed-heredoc']);
    expect(instructions.at(-1)?.keyword).toBe('CMD');
  });
});

describe('expansion', () => {
  const values: Record<string, string | null> = { A: 'a', E: '', U: null, V: '1.2.3-rc1' };
  const expand = (word: string) => expandWord(word, (name) => values[name], '\\').text;

  test.each([
    ['$A${A}b', 'aab'],
    ['"$A b" c\'$A\'', 'a b c$A'],
    ['\\$A "\\$A\\x"', '$A $A\\x'],
    ['${E:-x}${E-y}${N-z}', 'xz'],
    ['${A:+x}${E:+y}${N+z}', 'x'],
    ['${A:?no}', 'a'],
    ['${N:-${A:-b}}', 'a'],
    ['${V%-*} ${V%%.*} ${V#*.} ${V##*.}', '1.2.3 1 2.3-rc1 3-rc1'],
    ['$', '$'],
    ['$N', ''],
    ['${U:-x}', hole],
    ['x${U}', `x${hole}`],
    ['${A:+$U}', hole],
    ['${A:-$U}', 'a'],
  ])('%s', (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  test('names what is not known, and only what counts', () => {
    expect(expandWord('${A:-$U}', (name) => values[name], '\\').unknown).toEqual([]);
    expect(expandWord('${N:-$U}', (name) => values[name], '\\').unknown).toEqual(['U']);
  });

  test('depth and size are bounded', () => {
    expect(expand(`${'${N:-'.repeat(5000)}x`)).toContain(hole);
    let made = 'x'.repeat(1000);
    for (let round = 0; round < 40; round += 1) made = expandWord('$M$M', () => made, '\\').text;
    expect(made.length).toBeLessThan(200_000);
  });
});

describe('.dockerignore', () => {
  test.each([
    ['*.log', 'a.log', true],
    ['*.log', 'x/a.log', false],
    ['**/*.log', 'a.log', true],
    ['**/*.log', 'x/y/a.log', true],
    ['**/a', 'xa', false],
    ['/x/', 'x/y/z', true],
    ['x/**', 'x/y/z', true],
    ['x/*/z', 'x/y/z/q', true],
    ['x?z', 'xyz', true],
    ['x?z', 'x/z', false],
    ['[a-c]*', 'bike', true],
    ['[^a-c]*', 'bike', false],
    ['\\!x', '!x', true],
    ['./a/../b', 'b', true],
    ['# a', '# a', false],
    ['*\n!x', 'x', false],
    ['*\n!x\nx/y', 'x/y', true],
    ['x\n!x/keep', 'x/keep', false],
    ['a**b', 'a/x/b', true],
    ['**', 'any/thing', true],
  ])('%j over %s', (text, path, expected) => {
    expect(isIgnored(parseDockerignore(text), path)).toBe(expected);
  });
});

test('whatever the bytes, it ends, and points into the file', () => {
  const next = generator(7);
  const alphabet = [
    '\\',
    '\n',
    '`',
    '<<E',
    'E\n',
    '"',
    "'",
    '$',
    '{',
    '}',
    '[',
    ']',
    ',',
    ' ',
    '\t',
    '#',
    'RUN ',
    'COPY ',
    '--a=b ',
    'ONBUILD ',
    'FROM a',
    'ENV a=b',
    '\r\n',
    '\u2028',
    'é',
  ];
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: next() % 40 }, () => alphabet[next() % alphabet.length]).join('');
    const { instructions, comments, faults } = scanDockerfile(text);
    for (const { start, end } of [...instructions, ...comments, ...faults]) {
      expect(start, text).toBeGreaterThanOrEqual(0);
      expect(end, text).toBeGreaterThanOrEqual(start);
      expect(end, text).toBeLessThanOrEqual(text.length);
    }
  }
});

function read(text: string): readonly string[] {
  return scanDockerfile(text).instructions.map(({ keyword, args }) => `${keyword}|${args.text}`);
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536);
  };
}
