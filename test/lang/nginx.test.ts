import { describe, expect, test } from 'vitest';
import { type NginxDirective, parseNginx } from '../../src/lang/nginx.ts';
import { limits } from '../../src/limits.ts';

describe('words are read as nginx reads them', () => {
  test.each<[string, readonly string[]]>([
    ["set $a ab'c;", ['$a', "ab'c"]],
    ['set $a a}b;', ['$a', 'a}b']],
    ['set $a a\\;b;', ['$a', 'a\\;b']],
    ['set $a "a\\"b\\n";', ['$a', 'a"b\n']],
    ['set $a a\\ b;', ['$a', 'a\\ b']],
    ["set $a ${b}'x';", ['$a', "${b}'x'"]],
    ['set $a http://${host}:80/x;', ['$a', 'http://${host}:80/x']],
    ['set $a a#b;', ['$a', 'a#b']],
    ['set $a #c;\n b;', ['$a', 'b']],
    ['set $a "";', ['$a', '']],
    ['set $a\tb\r\nc;', ['$a', 'b', 'c']],
    ['set $a "#;{}";', ['$a', '#;{}']],
    ['set $a \\"b;', ['$a', '"b']],
  ])('%s', (text, args) => {
    const { directives, faults } = parseNginx(text);
    expect(faults).toEqual([]);
    expect(directives.map((one) => one.args.map((word) => word.text))).toEqual([args]);
  });

  test('every word stands where it says', () => {
    const text = 'http {\n  server { listen 80 default_server; location ~ "a b" { deny all; } } # x\n}\n';
    const { directives, comments } = parseNginx(text);
    const words = all(directives).flatMap((one) => [one.word, ...one.args]);
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual([
      'http',
      'server',
      'listen',
      '80',
      'default_server',
      'location',
      '~',
      '"a b"',
      'deny',
      'all',
    ]);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# x']);
    const listen = all(directives).find(({ name }) => name === 'listen');
    expect(listen && text.slice(listen.start, listen.end)).toBe('listen 80 default_server;');
  });

  test('a comment that touches its sign swallows nothing', () => {
    expect(outline('listen 80; #c\nserver_name a;\n\t#root /old;\nroot /b;')).toBe('listen server_name root');
  });

  test('Lua is skipped, braces in its strings and comments included', () => {
    const text = `init_by_lua_block { a = "}" -- }
      --[[ } ]] b = [=[ } ]=] c = '\\'}' d = {{1}} }listen 80; set_by_lua_block $x { return 1 } root /a;`;
    expect(outline(text)).toBe('init_by_lua_block listen set_by_lua_block root');
    expect(parseNginx(text).faults).toEqual([]);
  });
});

describe('faults are noted and passed over', () => {
  test.each<[string, readonly [string, string][], string]>([
    ['server { listen 80 } root /a;', [['missing-semicolon', 'listen 80']], 'server root listen'],
    ['a; } b;', [['unexpected', '}']], 'a b'],
    [
      'http { server { a;',
      [
        ['unclosed-block', 'http'],
        ['unclosed-block', 'server'],
      ],
      'http server a',
    ],
    ['a "b;\nc d;', [['unclosed-quote', '"b']], 'a c'],
    ['a "b"c; d;', [['unexpected', 'c']], 'a d'],
    ['; a;', [['unexpected', ';']], 'a'],
    ['{ a; } b;', [['unexpected', '{']], '{ b a'],
    ['a b', [['missing-semicolon', 'a b']], 'a'],
  ])('%s', (text, expected, names) => {
    const { faults } = parseNginx(text);
    expect(faults.map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual(expected);
    expect(outline(text)).toBe(names);
  });

  test('blocks nest to a limit, and no depth overflows', () => {
    const deep = parseNginx(`${'a { '.repeat(100_000)}${'} '.repeat(100_000)}b;`);
    expect(deep.faults.map(({ code }) => code)).toEqual(['too-deep']);
    expect(deep.directives.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(parseNginx('a { '.repeat(limits.nesting - 1) + '} '.repeat(limits.nesting - 1)).faults).toEqual(
      [],
    );
  });

  test('a word that nginx cannot hold is a fault', () => {
    expect(parseNginx(`a ${'x'.repeat(4095)};`).faults).toEqual([]);
    expect(parseNginx(`a ${'x'.repeat(5000)};`).faults.map(({ code }) => code)).toEqual(['too-long']);
  });
});

describe('templates', () => {
  test('tags are parts of words, or stand in the place of statements', () => {
    const text =
      'server {\n{% if a %}\n listen {{ port }} ssl;\n{% endif %}\n <%= @x %>\n {# } #} root <%= @y %>/a;\n}';
    const { template, faults, directives } = parseNginx(text);
    expect([template, faults]).toEqual([true, []]);
    const inner = directives[0]?.body ?? [];
    expect(inner.map(({ name, args }) => [name, ...args.map((word) => word.text)].join(' '))).toEqual([
      '',
      'listen {{ port }} ssl',
      '',
      '',
      'root <%= @y %>/a',
    ]);
    expect(inner[1]?.args[0]?.template).toBe(true);
  });

  test('nested tables of Lua are no tags', () => {
    expect(parseNginx('init_by_lua_block { a = {{1}} }').template).toBe(false);
  });
});

test('random and truncated text: no throw, and nothing outside the text', () => {
  const pieces = [
    '{',
    '}',
    ';',
    '"',
    "'",
    '\\',
    '$',
    '${',
    '#',
    '\n',
    ' ',
    'a',
    'location',
    '_by_lua_block {',
    '{{',
    '}}',
    '{%',
    '%}',
    '<%',
    '--[[',
    'é',
    '😀',
    '\r\n',
    '\t',
  ];
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: random(40) }, () => pieces[random(pieces.length)]).join('');
    const { directives, faults, comments } = parseNginx(text);
    const spans = [
      ...faults,
      ...comments,
      ...all(directives),
      ...all(directives).flatMap((one) => [one.word, ...one.args]),
    ];
    expect(spans.filter(({ start, end }) => start < 0 || start > end || end > text.length)).toEqual([]);
  }
});

function outline(text: string): string {
  return all(parseNginx(text).directives)
    .map(({ name }) => name)
    .join(' ');
}

/** Breadth first. */
function all(directives: readonly NginxDirective[]): readonly NginxDirective[] {
  const found = [...directives];
  for (const one of found) found.push(...(one.body ?? []));
  return found;
}
