import { describe, expect, test } from 'vitest';
import { at, get, items, members, parseJson, plain, stringOf } from '../../src/lang/json.ts';

const codes = (text: string): string[] => parseJson(text, 'f').diagnostics.map(({ code }) => code);
const back = (text: string): unknown => {
  const { root } = parseJson(text, 'f');
  return root && plain(root);
};

describe('values', () => {
  test.each([
    '{}',
    '[]',
    '"a"',
    '-0.5e+3',
    ' { "a" : [ 1 , true , null , "x\\u0041\\n\\"" , { "b" : { } } ] } ',
    '{"__proto__":1,"constructor":2}',
    '[[[[[]]]]]',
    '"\\ud83d\\ude00 \u2028"',
  ])('%s reads as JSON.parse reads it', (text) => {
    expect(codes(text)).toEqual([]);
    expect(back(text)).toEqual(JSON.parse(text));
  });

  test('know where they are', () => {
    const text = '\uFEFF{ "a": [1, "two"] }';
    const { root } = parseJson(text, 'f.json');
    const two = get(root, 'a', 1);
    expect(stringOf(two)).toBe('two');
    expect(two && at(two, 'f.json')).toEqual({ source: 'f.json', start: 12, end: 17 });
    expect(members(root).map(({ key }) => text.slice(key.start, key.end))).toEqual(['"a"']);
    expect(items(get(root, 'a'))).toHaveLength(2);
    expect(get(root, 'a', 'b')).toBeUndefined();
    expect(get(root, 'toString')).toBeUndefined();
  });
});

describe('faults are stepped over', () => {
  test.each([
    ['{"a":1,}', ['trailing-comma'], { a: 1 }],
    ['[1,,2]', ['stray-comma'], [1, 2]],
    ['{"a":1 "b":2}', ['missing-comma'], { a: 1, b: 2 }],
    ['{"a":1,"a":2}', ['duplicate-key'], { a: 2 }],
    ['{a:1}', ['bare-word'], { a: 1 }],
    ["{'a':1}", ['unexpected', 'missing-colon', 'missing-value'], undefined],
    ['{"a" 1}', ['missing-colon'], { a: 1 }],
    ['{"a":}', ['missing-value'], {}],
    ['{"a":"x\n}', ['unclosed-string'], { a: 'x' }],
    ['{"a":[1}', ['unclosed'], { a: [1] }],
    ['{"a":1} x', ['trailing-text'], { a: 1 }],
    ['', ['empty'], undefined],
    ['// hi\n{}', ['comment'], {}],
    ['"\\x"', ['bad-escape'], 'x'],
    ['[01]', ['bare-word'], ['01']],
    ['{"a":1,\n<<<<<<< HEAD\n"b":2\n=======\n"b":3\n>>>>>>> x\n}', undefined, { a: 1, b: 3 }],
  ] as const)('%j', (text, expected, value) => {
    const found = codes(text);
    if (expected) expect(found.slice(0, 1)).toEqual(expected.slice(0, 1));
    else expect(found).toContain('merge-conflict');
    if (value !== undefined) expect(back(text)).toEqual(value);
  });

  test('comments and trailing commas are no faults where the format has them', () => {
    const { diagnostics, comments } = parseJson('{/*c*/"a":1,// d\n}', 'f', { relaxed: true });
    expect(diagnostics).toEqual([]);
    expect(comments).toEqual([
      { start: 1, end: 6 },
      { start: 12, end: 16 },
    ]);
  });

  test('nesting beyond the limit is refused, not overflowed', () => {
    expect(() => parseJson('['.repeat(500_000), 'f')).toThrow(/levels deep/);
    expect(() => parseJson('{"a":'.repeat(500_000), 'f')).toThrow(/levels deep/);
  });
});

test('agrees with JSON.parse on random and mangled text, and never points outside it', () => {
  const random = generator(7);
  const parts = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b\\n"',
    '1',
    'true',
    'null',
    ' ',
    '\n',
    '"',
    '\\',
    '/',
    '#',
  ];
  for (let round = 0; round < 20_000; round += 1) {
    const length = 1 + Math.floor(random() * 12);
    let text = '';
    for (let n = 0; n < length; n += 1) text += parts[Math.floor(random() * parts.length)];
    const { root, diagnostics } = parseJson(text, 'f');
    for (const { at: place } of diagnostics) {
      expect([place.start >= 0, place.start <= place.end, place.end <= text.length, text]).toEqual([
        true,
        true,
        true,
        text,
      ]);
    }
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const valid = isValid(text);
    expect([text, errors.length === 0]).toEqual([text, valid]);
    if (valid) expect(root && plain(root)).toEqual(JSON.parse(text));
  }
});

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
