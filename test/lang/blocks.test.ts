import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extentsIn, indentEnd, keyedLines, keysTo, lastBefore } from '../../src/lang/blocks.ts';
import { type NginxDirective, parseNginx } from '../../src/lang/nginx.ts';
import { allChecks } from '../examples.ts';

function flat(directives: readonly NginxDirective[]): readonly NginxDirective[] {
  return directives.flatMap((one) => [one, ...flat(one.body ?? [])]);
}

const texts = [...(await allChecks())].flatMap(([id, { doc }]) =>
  id.startsWith('nginx/')
    ? [...(doc?.bad ?? []), ...(doc?.good ?? [])].flatMap((example) =>
        Object.entries(example).flatMap(([name, file]) =>
          /\.conf$/.test(name) && typeof file === 'string' ? [file.replace(/[«»]/g, '')] : [],
        ),
      )
    : [],
);
const samples = ['nginx/nginx.conf', 'nginx/conf.d/shop.conf'].map((name) =>
  readFileSync(`samples/web-shop/${name}`, 'utf8'),
);

test('statements are those that the parser of nginx sees, with the same ends', () => {
  let compared = 0;
  for (const text of [...texts, ...samples]) {
    const { directives, faults } = parseNginx(text);
    if (faults.length > 0 || /_by_lua/.test(text)) continue;
    const extents = extentsIn(text);
    for (const { start, end, body, name } of flat(directives)) {
      compared += 1;
      const found = extents[lastBefore(extents, start)];
      expect([text, name, found?.start, found?.end, found?.isBlock]).toEqual([
        text,
        name,
        start,
        end,
        body !== null,
      ]);
    }
  }
  expect(compared).toBeGreaterThan(500);
});

test.each([
  ['a "; }" b;', [[0, 10]]],
  ["a '\\';' ;", [[0, 9]]],
  ['a ${b} c;', [[0, 9]]],
  ['a b\\;c;', [[0, 7]]],
  ['# x; {\na;', [[7, 9]]],
  [
    'a x#y; b;',
    [
      [0, 6],
      [7, 9],
    ],
  ],
  [
    'a { b; }',
    [
      [0, 8],
      [4, 6],
    ],
  ],
  ['a { b', [[0, 5]]],
  ['} a;', [[2, 4]]],
  [
    'a { b x}y; }',
    [
      [0, 12],
      [4, 10],
    ],
  ],
])('%j', (text, spans) => {
  expect(extentsIn(text).map(({ start, end }) => [start, end])).toEqual(spans);
});

test('keys above a place, however lists are indented', () => {
  const text =
    'x: 1\nservices:\n  # a: b\n  "web":\n    ports:\n    - "80:80"\n    - target: 8080\n\n    env:\n      - A=b\n';
  const lines = keyedLines(text);
  const at = (word: string) => keysTo(lines, text.indexOf(word)).join('/');
  expect(at('80:80')).toBe('services/web/ports');
  expect(at('target')).toBe('services/web/ports/target');
  expect(at('A=b')).toBe('services/web/env/A');
  expect(at('x:')).toBe('x');
  expect(indentEnd(text, text.indexOf('  "web"') + 2)).toBe(text.length - 1);
  expect(text.slice(0, indentEnd(text, text.indexOf('    ports')))).toMatch(/8080$/);
});

test('any text ends, and no extent lies outside of it', () => {
  const letters = 'a;{}"\'\\$# \n-:{}';
  let state = 7;
  const pick = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: pick(60) }, () => letters[pick(letters.length)]).join('');
    for (const { start, end, parent } of extentsIn(text)) {
      expect(start >= 0 && end > start && end <= text.length && parent < text.length).toBe(true);
    }
    for (let offset = 0; offset <= text.length; offset += 1) {
      expect(indentEnd(text, offset)).toBeLessThanOrEqual(text.length);
      keysTo(keyedLines(text), offset);
    }
  }
});
