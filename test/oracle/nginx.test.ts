import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseNginx } from '../../src/lang/nginx.ts';
import { allChecks, unpack } from '../examples.ts';

/** nginx itself decides what is a syntax error. It stops at its first error, so what it says of later lines is unknown. */
const isThere = spawnSync('nginx', ['-v']).status === 0;
if (!isThere) {
  if (process.env['HARDPAN_REQUIRE_ORACLES'] === '1') throw new Error('nginx is required and not installed');
  console.warn('SKIPPED: nginx is not installed, so the parser is not compared with it');
}

const syntax =
  /unexpected "|unexpected end of (file|parameter)|too long parameter|Lua code block|unexpected end/;
const folder = mkdtempSync(join(tmpdir(), 'hardpan-nginx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Verdict = 'syntax' | 'fine' | 'other';

describe.skipIf(!isThere)('nginx -t and the parser agree on syntax', () => {
  test('on the examples of every check', async () => {
    const texts = [...(await allChecks())].flatMap(([id, { doc }]) =>
      [...(doc?.bad ?? []), ...(doc?.good ?? []), ...(doc?.unsure ?? [])].flatMap((example) =>
        id.startsWith('nginx/') ? [unpack(example).files] : [],
      ),
    );
    const compared = texts.flat().flatMap(({ text }) => {
      if (text === undefined || !/[;{]/.test(text) || text.includes('-----BEGIN')) return [];
      const { template } = parseNginx(text);
      return template ? [] : compare(inContext(text));
    });
    expect(compared.filter(({ theirs, ours }) => theirs !== ours)).toEqual([]);
    expect(compared.length).toBeGreaterThan(60);
  }, 120_000);

  test('on words and comments that hardly fit', () => {
    const compared = long.flatMap((text) =>
      compare(`events {}\npid ${folder}/pid;\nhttp { server { listen 127.0.0.1:1; ${text} } }\n`),
    );
    expect(compared.filter(({ theirs, ours }) => theirs !== ours)).toEqual([]);
    expect(compared.length).toBe(long.length);
  });

  test('on configurations that are generated, then broken', () => {
    const compared = Array.from({ length: 700 }, (_, seed) => generated(seed)).flatMap((text) =>
      compare(text),
    );
    expect(compared.filter(({ theirs, ours }) => theirs !== ours)).toEqual([]);
    expect(compared.filter(({ theirs }) => theirs === 'syntax').length).toBeGreaterThan(90);
    expect(compared.filter(({ theirs }) => theirs === 'fine').length).toBeGreaterThan(30);
  }, 120_000);
});

/** Cases at the edges of what nginx can hold. */
const long = [4095, 4096, 4097].flatMap((length) => [
  `set $a ${'x'.repeat(length)};`,
  `set $a "${'x'.repeat(length - 2)}";`,
  `set $a ${'é'.repeat(length / 2)};`,
  `#${'x'.repeat(length - 1)}\n`,
]);

/** Nothing when nginx stops at an error of another sort, which may hide a later one. */
function compare(
  text: string,
): readonly { readonly text: string; readonly theirs: Verdict; readonly ours: Verdict }[] {
  const theirs = verdict(text);
  const ours = parseNginx(text).faults.length > 0 ? 'syntax' : 'fine';
  return theirs === 'other' ? [] : [{ text, theirs, ours }];
}

function verdict(text: string): Verdict {
  const file = join(folder, 'nginx.conf');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const { status, stderr } = spawnSync(
    'nginx',
    ['-t', '-p', folder, '-e', join(folder, 'error.log'), '-c', file],
    {
      encoding: 'utf8',
    },
  );
  if (status === 0) return 'fine';
  return syntax.test(stderr) ? 'syntax' : 'other';
}

/** Wraps a fragment so that nginx takes it for a main file. */
function inContext(text: string): string {
  if (/^\s*(events|http|stream|user|include|«)/m.test(text)) {
    const events = /\bevents\b/.test(text) ? '' : 'events {}\n';
    return `${events}pid ${folder}/pid;\n${text}`;
  }
  const inner = /^\s*server\b/.test(text) ? text : `server {\n${text}\n}`;
  return `events {}\npid ${folder}/pid;\nhttp {\n${inner}\n}\n`;
}

const words = [
  'a',
  '"b c"',
  "'d'",
  'e\\;f',
  'g"h',
  "i'j",
  'k#l',
  '$uri',
  '${uri}x',
  '"m\\"n"',
  'o}p',
  '"{;}"',
  '\\ q',
  '"${uri}"',
  "'#'",
  '\\"',
];
const breaks = ['{', '}', ';', '"', "'", '\\', '#', 'x', '${', '}}', '""'];

/** A valid configuration from a seed; four of five are then broken by one character more or less. */
function generated(seed: number): string {
  let state = seed * 2654435761 + 1;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const word = (): string => words[random(words.length)] ?? 'a';
  const gap = (): string => [' ', '\t', '\n  ', ' # note {;}\n '][random(4)] ?? ' ';
  const statement = (index: number): string =>
    `index${gap()}x${index}${gap()}${word()}${gap()}${word()}${random(2) ? gap() : ''};${gap()}`;
  const body = Array.from({ length: 1 + random(5) }, (_, index) => statement(index)).join('');
  const nested = `location /${random(9)}${gap()}{${gap()}${body}}`;
  const text = `events {}\npid ${folder}/pid;\nhttp {\n server {${gap()}listen 127.0.0.1:1;\n ${body} ${nested}\n }\n}\n`;
  if (seed % 5 === 0) return text;
  const from = text.indexOf('server');
  const marks = [...text.slice(from).matchAll(/[{};"'\\]/g)].map(({ index }) => from + index);
  const at = (marks[random(marks.length)] ?? from) + random(2);
  return random(2)
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at) + breaks[random(breaks.length)] + text.slice(at);
}
