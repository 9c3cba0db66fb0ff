import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/lang/yaml.ts';
import type { YamlNode } from '../../src/lang/yaml-node.ts';
import { asBool, asInt, entries, get, isNull, items, textOf } from '../../src/lang/yaml-read.ts';

function root(text: string): YamlNode | null {
  return parseYaml(text).documents[0] ?? null;
}

/** The text that a node spans. */
function raw(text: string, ...path: readonly string[]): string | undefined {
  const node = get(root(text), ...path);
  return node && text.slice(node.start, node.end);
}

describe('places', () => {
  test.each([
    ['a: b', 'b'],
    ['a: "b c"  # d', '"b c"'],
    ["a: 'it''s'", "'it''s'"],
    ['a: |\n  one\n  two\n\nb: 1', 'one\n  two'],
    ['a: {b: [1, 2], c: }  ', '{b: [1, 2], c: }'],
    ['a: [ # ]\n  1\n  ]', '[ # ]\n  1\n  ]'],
    ['a:\n  - 1\n  - b: 2\nc: 3', '- 1\n  - b: 2'],
    ['a:\nb: 1', ''],
    ['a: !reset null', 'null'],
    ['\r\na: b\r\nc: d\r\n', 'b'],
  ])('%j', (text, expected) => {
    expect(raw(text, 'a')).toBe(expected);
  });

  test('comments stand outside scalars', () => {
    const text = '# one\na: "#no" # two\nb: x#no\nc: |\n  # no\nd: 1 #three\r\n';
    const found = parseYaml(text).comments.map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(['# one', '# two', '#three']);
  });
});

describe('values', () => {
  test('are text, whatever they look like', () => {
    const node = root('a: 22:22\nb: yes\nc: 017\nd: ~\ne: "null"\nf: "x\\ty"\ng: >\n  a\n  b\n');
    expect(textOf(get(node, 'a'))).toBe('22:22');
    expect(textOf(get(node, 'c'))).toBe('017');
    expect(textOf(get(node, 'd'))).toBeUndefined();
    expect(textOf(get(node, 'e'))).toBe('null');
    expect(textOf(get(node, 'f'))).toBe('x\ty');
    expect(textOf(get(node, 'g'))).toBe('a b\n');
  });

  test('truth and numbers are asked for', () => {
    expect(['yes', 'On', 'false', '0', 'maybe', ''].map(asBool)).toEqual([
      true,
      true,
      false,
      false,
      undefined,
      undefined,
    ]);
    expect(['12', '-1', '1.5', '0x1'].map(asInt)).toEqual([12, -1, undefined, undefined]);
    expect(isNull(root('') ?? { kind: 'alias', name: '', start: 0, end: 0, target: null })).toBe(false);
  });

  test('the last of equal keys stands, and both are told of', () => {
    const file = parseYaml('a: 1\nb: 2\na: 3\n');
    expect(textOf(get(file.documents[0], 'a'))).toBe('3');
    expect(file.faults).toEqual([
      { code: 'duplicate-key', message: 'the key a is given twice in one mapping', start: 10, end: 11 },
    ]);
  });

  test('merge keys give way to what the mapping says, and keep their origin', () => {
    const text =
      'base: &b {image: x, tty: true}\nmore: &m {image: y, init: 1}\ns:\n  <<: [*b, *m]\n  tty: false\n';
    const service = entries(get(root(text), 's'));
    expect(service.map(({ name, value, via }) => [name, textOf(value), via !== undefined])).toEqual([
      ['tty', 'false', false],
      ['image', 'x', true],
      ['init', '1', true],
    ]);
    expect(service[1]?.value.start).toBe(text.indexOf('x, tty'));
  });

  test('documents have anchors of their own', () => {
    const { documents, faults } = parseYaml('a: &x 1\n---\nb: *x\n--- \n');
    expect(documents.length).toBe(3);
    expect(get(documents[1], 'b')).toBeUndefined();
    expect(faults.map(({ message }) => message)).toEqual(['no anchor is named x']);
  });

  test('an odd name is an own key', () => {
    expect(textOf(get(root('__proto__: 1'), '__proto__'))).toBe('1');
    expect(get(root('a: 1'), '__proto__')).toBeUndefined();
  });
});

describe('what js-yaml refuses', () => {
  test('a flow collection closed at the indent of its parent', () => {
    const text = 's:\n  command: [\n    "a", # c ]\n    b\n  ]\n  x: 1\n';
    const file = parseYaml(text);
    expect(file.faults).toEqual([]);
    expect(items(get(file.documents[0], 's', 'command')).map(textOf)).toEqual(['a', 'b']);
    expect(raw(text, 's', 'x')).toBe('1');
    expect(file.comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# c ]']);
  });

  test('an error costs the block around it', () => {
    const text =
      'services:\n  a:\n    image: "x\n  b:\n    image: y\n    ports:\n      - 1\n     - 2\n  c: {image: z}\nv: 1\n';
    const { documents, faults, lost } = parseYaml(text);
    expect(textOf(get(documents[0], 'services', 'b', 'image'))).toBe('y');
    expect(textOf(get(documents[0], 'services', 'c', 'image'))).toBe('z');
    expect(textOf(get(documents[0], 'v'))).toBe('1');
    expect(get(documents[0], 'services', 'a', 'image')).toBeUndefined();
    expect(faults.length).toBe(2);
    expect(lost.map(({ start, end }) => text.slice(start, end).trim())).toEqual([
      'image: "x',
      '- 1\n     - 2',
    ]);
  });

  test('a text of which nothing can be read', () => {
    expect(() => parseYaml('"a')).toThrow(/line 1/);
    expect(() => parseYaml('a: [')).toThrow(SyntaxError);
  });

  test('an alias that holds itself, or stands for too much', () => {
    expect(parseYaml('a: &a [*a]').faults.map(({ code }) => code)).toEqual(['alias']);
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`),
    ];
    const { documents, faults, lost } = parseYaml(bomb.join('\n'));
    expect(faults.length).toBeGreaterThan(0);
    expect(lost.length).toBe(faults.length);
    expect(documents.reduce((sum, node) => sum + size(node), 0)).toBeLessThan(10_400);
  });
});

test('any cut of a text gives places inside it, or nothing', () => {
  const text =
    'x: &x\n  a: [1, {b: "c"}, *x]\n  d: |+\n    e\n\n  f: >-\n   g\n---\n? h\n: - i\n  - !t {j: k,\n l: m }\n# n\n"o": \'p\n  q\'\n<<: *x\n';
  for (let from = 0; from < text.length; from += 7) {
    for (let to = from; to <= text.length; to += 1) {
      const part = text.slice(from, to);
      try {
        const { documents, comments, faults, lost } = parseYaml(part);
        const places = [
          ...comments,
          ...faults,
          ...lost,
          ...documents.flatMap((node) => (node ? placesOf(node) : [])),
        ];
        expect(places.filter(({ start, end }) => start < 0 || end < start || end > part.length)).toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
  }
});

test.each([
  ['flow', '['.repeat(200_000)],
  ['flow closed', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ['block', Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['dashes', '- '.repeat(200_000)],
  ['questions', '? '.repeat(200_000)],
  ['quotes', 'a: "b\n'.repeat(50_000)],
  ['colons', 'a: b: c\n'.repeat(50_000)],
  ['anchors', '&a '.repeat(100_000)],
  ['hashes', '#'.repeat(1_000_000)],
  ['pairs', `[${'a: b, '.repeat(5_000)}]`],
  [
    'nested errors',
    Array.from({ length: 900 }, (_, i) => `${' '.repeat(i)}a:\n${' '.repeat(i)}b: [`).join('\n'),
  ],
])('hostile text is read or refused: %s', (_, text) => {
  const outcome = ((): number | string => {
    try {
      return parseYaml(text).documents.length;
    } catch (error) {
      return error instanceof SyntaxError ? 'refused' : String(error);
    }
  })();
  expect(['refused', 0, 1]).toContain(outcome);
});

function size(node: YamlNode | null): number {
  if (!node) return 0;
  if (node.kind === 'alias') return 1 + size(node.target);
  if (node.kind === 'sequence') return 1 + node.items.reduce((sum, item) => sum + size(item), 0);
  if (node.kind === 'map') return 1 + node.pairs.reduce((sum, { value }) => sum + size(value), 0);
  return 1;
}

function placesOf(node: YamlNode): readonly { start: number; end: number }[] {
  if (node.kind === 'sequence') return [node, ...node.items.flatMap(placesOf)];
  if (node.kind === 'map')
    return [node, ...node.pairs.flatMap(({ key, value }) => [...placesOf(key), ...placesOf(value)])];
  return [node];
}
