import { describe, expect, test } from 'vitest';
import { parseDotenv, parseRawEnv } from '../../src/lang/dotenv.ts';
import { parseTemplate } from '../../src/lang/interpolation.ts';

function values(text: string): Record<string, string | null> {
  return Object.fromEntries(parseDotenv(text).entries.map(({ name, value }) => [name, value]));
}

describe('environment files', () => {
  test('values, quotes and comments', () => {
    const text = [
      '# head',
      'A=taiga  # why',
      'B=a#b',
      "C='x # ${Y}'",
      'D="a\\n\\"b\\" # ${Z}" # tail',
      'export E = e ',
      'F: g',
      'G=',
      'H= # none',
      'I',
      'J="two',
      'lines"',
      'K=${A:-x}',
    ].join('\n');
    expect(values(text)).toEqual({
      A: 'taiga',
      B: 'a#b',
      C: 'x # ${Y}',
      D: 'a\n"b" # ${Z}',
      E: 'e',
      F: 'g',
      G: '',
      H: '',
      I: null,
      J: 'two\nlines',
      K: '${A:-x}',
    });
    const { entries, comments } = parseDotenv(text);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual([
      '# head',
      '# why',
      '# tail',
      '# none',
    ]);
    expect(entries.filter(({ expands }) => !expands).map(({ name }) => name)).toEqual(['C', 'I']);
    expect(entries.map(({ valueStart, valueEnd }) => text.slice(valueStart, valueEnd))[2]).toBe('x # ${Y}');
  });

  test('Windows line ends', () => {
    expect(values('A=1\r\nB="2"\r\n\r\n# c\r\nC\r\n')).toEqual({ A: '1', B: '2', C: null });
  });

  test('faults are stepped over', () => {
    const { entries, faults } = parseDotenv('=x\nA B\nC="open\nD=1\n');
    expect(entries.map(({ name }) => name)).toEqual(['D']);
    expect(faults.map(({ message }) => message)).toEqual([
      'no variable name stands here',
      'A is not followed by =',
      'the value of C lacks its closing quote',
    ]);
  });

  test('the raw format takes everything behind =', () => {
    const { entries } = parseRawEnv('A="x" # y\n#B=1\nC=$$\r\n');
    expect(entries.map(({ name, value }) => [name, value])).toEqual([
      ['A', '"x" # y'],
      ['C', '$$'],
    ]);
  });

  test('any cut gives places inside the text', () => {
    const text = "export A=\"b\n c\" # d\n'=\nE='f\\'g'\n# h\nI: ${J:-k}\nL\n";
    for (let from = 0; from < text.length; from += 1) {
      for (let to = from; to <= text.length; to += 1) {
        const part = text.slice(from, to);
        const { entries, comments, faults } = parseDotenv(part);
        const outside = [...entries, ...comments, ...faults].filter(
          ({ start, end }) => start < 0 || end < start || end > part.length,
        );
        expect(outside).toEqual([]);
      }
    }
  });

  test.each(['="', "A='", '#', 'A\n', '\\', ' '])('many of %j are read', (unit) => {
    expect(parseDotenv(unit.repeat(200_000)).entries.length).toBeGreaterThanOrEqual(0);
  });
});

describe('templates', () => {
  test('names, defaults and nesting', () => {
    expect(parseTemplate('a$B-${C}${D:-x${E-y}z}$$F ${G:?no}')).toEqual([
      'a',
      { name: 'B', operator: '', operand: [] },
      '-',
      { name: 'C', operator: '', operand: [] },
      { name: 'D', operator: ':-', operand: ['x', { name: 'E', operator: '-', operand: ['y'] }, 'z'] },
      '$F ',
      { name: 'G', operator: ':?', operand: ['no'] },
    ]);
  });

  test('what is no substitution stays', () => {
    expect(parseTemplate('$5 $( ${} {$')).toEqual(['$5 $( ${} {$']);
    expect(parseTemplate('x ${A:-b')).toEqual(['x ${A:-b']);
  });

  test.each(['${A:-', '$', '${', '}', '${A:-${B}'])('many of %j are read', (unit) => {
    expect(parseTemplate(`${unit.repeat(100_000)}}`).length).toBeGreaterThan(0);
  });
});
