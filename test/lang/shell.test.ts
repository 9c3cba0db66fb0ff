import { describe, expect, test } from 'vitest';
import { scanDockerfile } from '../../src/lang/dockerfile.ts';
import { scriptOf } from '../../src/lang/dockerfile-script.ts';
import { commandsOf, commandsOfWords } from '../../src/lang/shell.ts';
import type { ShellCommand } from '../../src/model/command.ts';

describe('commands', () => {
  test.each([
    ['a && b || c; d | e\nf &', 'a b c d e f'],
    ['if a; then b; elif c; then d; else e; fi', 'a b c d e'],
    ['for x in 1 2; do a; done; while b; do c; done; case $x in y) d;; esac', 'a b c d'],
    ['(a; { b; }) && ! c', 'a b c'],
    ['f() { a; }; f', 'a f'],
    ['/usr/bin/a "b"', 'a'],
    ['sudo -E -u x -- env -i A=b nice -n 5 a', 'a'],
    ['timeout -s KILL 5 nohup a; chroot /x a; gosu u a; setpriv --reuid 5 a; busybox a', 'a a a a a'],
    ['xargs -0 -I{} a {}', 'a'],
    ['command -v a; command a', 'command a'],
    ['sh -c "a; b"; bash -exc \'c\'; su - u -c "d"; eval "e f"', 'sh a b bash c su d eval e'],
    ['sh -c "sh -c \'a\'"', 'sh sh a'],
    ['echo $(a $(b)) `c` <(d)', 'echo a b c d'],
    ['X=$(a) Y=1', 'a'],
    ['bash <<E\na\nE', 'bash a'],
    ['cat <<E\na\nE', 'cat'],
    ['cat <<E\n$(a)\nE', 'cat a'],
    ['$X a', ''],
    ['[ -f x ] && a', '[ a'],
  ])('%s', (script, names) => {
    expect(
      read(script)
        .map(({ name }) => name)
        .join(' '),
    ).toBe(names);
  });

  test('a pipeline keeps its order, through compounds too', () => {
    expect(read('a | (b; c) | d; e').map(({ pipe }) => pipe)).toEqual([
      { id: 1, index: 0 },
      { id: 1, index: 1 },
      { id: 1, index: 1 },
      { id: 1, index: 2 },
      null,
    ]);
  });

  test('what a substitution feeds', () => {
    const commands = read('sh -c "$(a)"; b <(c); X=$(d); e < <(f)');
    const feeds = (name: string) => {
      const command = commands.find((one) => one.name === name);
      return command?.feeds == null ? null : commands[command.feeds]?.name;
    };
    expect(['a', 'c', 'd', 'f'].map(feeds)).toEqual(['sh', 'b', null, 'e']);
  });

  test('environment and redirections', () => {
    const [one] = read('A=b sudo C=d e > /f 2>&1 << X\nX');
    expect(one?.env.map(({ name, value }) => `${name}=${value.text}`)).toEqual(['A=b', 'C=d']);
    expect(one?.wrappers).toEqual(['sudo']);
    expect(one?.redirects.map(({ operator, target }) => `${operator}${target?.text ?? ''}`)).toEqual([
      '>/f',
      '>&1',
      '<<',
    ]);
  });
});

describe('variables', () => {
  test.each([
    ['X=1; a $X "$X"', ['1', '1']],
    ['X="1 2"; a $X "$X"', ['1', '2', '1 2']],
    ['export X=1; a ${X}y', ['1y']],
    ['a $E', ['env']],
    ['X=1; X=$Q; a $X', ['$X?']],
    ['if b; then X=1; fi; a $X', ['$X?']],
    ['for X in 1; do a $X; done', ['$X?']],
    ['read X; a $X', ['$X?']],
    ['a ${E:-x} ${Q:-x} ${#E}', ['env', '${Q:-x}?', '${#E}?']],
    ['a "x$(b)"', ['x$(b)?']],
    ["a '$E' \\$E", ['$E', '$E']],
    ['a b=c {d,e} *.f', ['b=c', '{d,e}', '*.f']],
  ])('%s', (script, expected) => {
    const command = read(script, (name) => (name === 'E' ? 'env' : undefined)).find(
      ({ name }) => name === 'a',
    );
    expect(command?.args.map(({ text, known }) => text + (known ? '' : '?'))).toEqual(expected);
  });
});

describe('places', () => {
  test('words are found in the file, through continuations, comments and inner scripts', () => {
    const text = 'FROM x\nRUN a one \\\n  # no\n  && bash -c "b \\"two\\" && c \\\n three"\n';
    const [, run] = scanDockerfile(text).instructions;
    const commands = run ? commandsOf('Dockerfile', scriptOf(run)) : [];
    const words = commands
      .flatMap(({ args }) => args)
      .filter(({ text: word }) => /^(one|two|three)$/.test(word));
    expect(words.map(({ text: word }) => word)).toEqual(['one', 'two', 'three']);
    for (const { at, text: word } of words) expect(text.slice(at.start, at.end)).toContain(word);
  });

  test('a here-document is the script, or what the command reads', () => {
    const script = (text: string) => {
      const [run] = scanDockerfile(text).instructions;
      return run ? commandsOf('Dockerfile', scriptOf(run)).map(({ name }) => name) : [];
    };
    expect(script('RUN <<E\na\nb\nE\n')).toEqual(['a', 'b']);
    expect(script('RUN <<E bash -ex\na\nb\nE\n')).toEqual(['bash', 'a', 'b']);
    expect(script('RUN <<-E python3\n\timport a\n\tE\n')).toEqual(['python3']);
    expect(script('RUN cat <<E > /x && a\nb\nE\n')).toEqual(['cat', 'a']);
  });

  test('words of the exec form are not expanded again', () => {
    const text = 'CMD ["a", "$X b", "it\'s", "sh"]';
    const words = scanDockerfile(text).instructions[0]?.exec ?? [];
    const [command] = commandsOfWords('Dockerfile', words);
    expect(command?.args.map((word) => word.text)).toEqual(['$X b', "it's", 'sh']);
    const first = command?.args[0]?.at;
    expect(text.slice(first?.start, first?.end)).toContain('$X b');
  });
});

describe('hostile scripts', () => {
  test.each([
    ['parentheses', '('.repeat(200_000)],
    ['substitutions', '$('.repeat(100_000)],
    ['quoted substitutions', '"$('.repeat(100_000)],
    ['here-documents', '<<E '.repeat(200_000)],
    ['nested shells', `sh -c "${'sh -c \\"'.repeat(20_000)}`],
    ['pipes', 'a|'.repeat(300_000)],
    ['wrappers', 'sudo '.repeat(150_000)],
    ['commands', 'a;'.repeat(400_000)],
    ['substitution in arguments', 'a $(b) '.repeat(100_000)],
    ['ifs', 'if '.repeat(300_000)],
    ['quotes', `eval ${'"\'\\'.repeat(200_000)}`],
    ['braces', '${a:-'.repeat(150_000)],
    ['backticks', '`\\`'.repeat(200_000)],
    ['growing variable', `X=aaaaaaaaaa;${'X=$X$X$X$X;'.repeat(2000)}b $X`],
  ])(
    '%s',
    (_, script) => {
      const commands = read(script);
      for (const { at } of commands) expect(at.end).toBeLessThanOrEqual(script.length);
    },
    5000,
  );

  test('random text neither throws nor points outside', () => {
    let state = 11;
    const next = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor(state / 65536);
    };
    const alphabet = [
      'a',
      ' ',
      '$',
      '(',
      ')',
      '{',
      '}',
      '`',
      '"',
      "'",
      '\\',
      '|',
      '&',
      ';',
      '\n',
      '<',
      '>',
      'sh -c ',
      '<<E\n',
      'E\n',
      'X=',
      '[[',
      ']]',
      'if ',
      'fi',
      'case x in ',
      '#',
    ];
    for (let round = 0; round < 3000; round += 1) {
      const script = Array.from({ length: next() % 30 }, () => alphabet[next() % alphabet.length]).join('');
      for (const { at, args } of read(script))
        for (const place of [at, ...args.map((word) => word.at)]) {
          expect(place.start, script).toBeGreaterThanOrEqual(0);
          expect(place.end, script).toBeLessThanOrEqual(script.length);
        }
    }
  });
});

function read(text: string, environment?: (name: string) => string | undefined): readonly ShellCommand[] {
  return commandsOf('x', { text, starts: [0], offsets: [0] }, environment);
}
