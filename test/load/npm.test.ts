import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AuditRun, audit } from '../../src/audit.ts';
import { type MemoryFile, memory } from '../../src/collect/memory.ts';
import { npm as entry } from '../../src/load/npm/entry.ts';
import { npm } from '../../src/load/npm/npm.ts';
import type { Kind, Resource } from '../../src/model/resource.ts';
import type { Parsed } from '../../src/source.ts';

const advisories = {
  ms: [{ ids: ['CVE-1'], affected: ['<2.0.0'], severity: 'high' }],
  deep: [{ ids: ['CVE-2'], affected: ['*'], severity: 'high' }],
};

async function graphOf(files: Record<string, string>): Promise<AuditRun['graph']> {
  const { graph } = await run(files);
  return graph;
}

function run(files: Record<string, string>): Promise<AuditRun> {
  const list: MemoryFile[] = Object.entries(files).map(([uri, text]) => ({ uri, text }));
  return audit({
    collector: memory('test', list),
    loaders: [entry],
    checks: async () => new Map(),
    data: {
      open: (key) => (key === 'advisories/npm' ? { date: '2026-01-01', content: advisories } : undefined),
    },
    now: Date.parse('2026-06-01'),
  });
}

function all<K extends Kind>(graph: AuditRun['graph'], kind: K): readonly Resource<K>[] {
  return graph.all(kind).items;
}

describe('which files', () => {
  test.each([
    ['package.json', true],
    ['a/package-lock.json', true],
    ['npm-shrinkwrap.json', true],
    ['.npmrc', true],
    ['a/.nvmrc', true],
    ['node_modules/a/package.json', false],
    ['a/node_modules/.package-lock.json', false],
    ['my-package.json', false],
    ['package.json.bak', false],
  ])('%s: %s', (uri, expected) => {
    expect(entry.claims({ uri, size: 1 }) === 'name').toBe(expected);
  });
});

describe('lockfiles', () => {
  const text = readFileSync('package-lock.json', 'utf8');

  test('every entry points at its own name', () => {
    const parsed = npm.parse({ uri: 'package-lock.json', size: text.length, text }) as Parsed<{
      entries: ReadonlyMap<string, { place: string; start: number; end: number }>;
    }>;
    const { entries } = parsed.tree;
    expect(entries.size).toBeGreaterThan(100);
    for (const { place, start, end } of entries.values()) {
      expect(text.slice(start, end)).toBe(JSON.stringify(place));
    }
  });

  test('all forms and layouts of one tree give the same', async () => {
    const flat = {
      '': { dependencies: { a: '^1.0.0' }, devDependencies: { ms: '*' } },
      'node_modules/a': { version: '1.0.0', dependencies: { ms: '^1.0.0' } },
      'node_modules/a/node_modules/ms': { version: '1.0.0' },
      'node_modules/ms': { version: '2.1.3', dev: true },
    };
    const nested = {
      a: { version: '1.0.0', requires: { ms: '^1.0.0' }, dependencies: { ms: { version: '1.0.0' } } },
      ms: { version: '2.1.3', dev: true },
    };
    const manifest = '{"dependencies":{"a":"^1.0.0"},"devDependencies":{"ms":"*"}}';
    const forms = [
      JSON.stringify({ lockfileVersion: 3, packages: flat }),
      JSON.stringify({ lockfileVersion: 3, packages: flat }, null, '\t'),
      `\uFEFF${JSON.stringify({ lockfileVersion: 2, packages: flat, dependencies: nested }, null, 2).replaceAll('\n', '\r\n')}`,
      JSON.stringify({ lockfileVersion: 1, requires: true, dependencies: nested }, null, 2),
      JSON.stringify({ dependencies: nested }),
    ];
    const seen = await Promise.all(
      forms.map(async (lock) => {
        const graph = await graphOf({ 'package.json': manifest, 'package-lock.json': lock });
        return all(graph, 'package.dependency').map(({ name, group, direct, chain, lowestSafe }) => ({
          name,
          group,
          direct,
          lowestSafe,
          chain: chain.map((link) => link.name),
        }));
      }),
    );
    for (const one of seen) {
      expect([...one].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
        { name: 'a@1.0.0', group: 'production', direct: true, lowestSafe: null, chain: [] },
        { name: 'ms@1.0.0', group: 'production', direct: false, lowestSafe: '2.0.0', chain: ['a@^1.0.0'] },
        { name: 'ms@2.1.3', group: 'development', direct: true, lowestSafe: null, chain: [] },
      ]);
    }
  });

  test('one version at several places counts as its weightiest', async () => {
    const graph = await graphOf({
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"1.0.0","dev":true},"node_modules/a/node_modules/ms":{"version":"1.0.0","optional":true},"node_modules/b/node_modules/ms":{"version":"1.0.0"}}}',
    });
    expect(all(graph, 'package.dependency').map(({ group }) => group)).toEqual(['production']);
  });

  test('the chain is a shortest one through workspaces', async () => {
    const graph = await graphOf({
      'package.json': '{"workspaces":["packages/*"],"dependencies":{"far":"1"}}',
      'packages/a/package.json': '{"name":"a","dependencies":{"near":"^1.0.0"}}',
      'package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { workspaces: ['packages/*'], dependencies: { far: '1' } },
          'node_modules/a': { resolved: 'packages/a', link: true },
          'packages/a': { version: '1.0.0', dependencies: { near: '^1.0.0' } },
          'node_modules/far': { version: '1.0.0', dependencies: { mid: '1' } },
          'node_modules/mid': { version: '1.0.0', dependencies: { deep: '1' } },
          'packages/a/node_modules/near': { version: '1.0.0', dependencies: { deep: '1' } },
          'node_modules/deep': { version: '1.0.0', dependencies: { near: '*', mid: '*' } },
        },
      }),
    });
    const deep = all(graph, 'package.dependency').find(({ packageName }) => packageName === 'deep');
    expect(deep?.chain.map(({ name, at }) => [name, at.source])).toEqual([
      ['near@^1.0.0', 'packages/a/package.json'],
    ]);
    const locks = all(graph, 'package.manifest').map(({ lockfile }) => lockfile);
    expect(locks.map((lock) => lock.state === 'explicit' && lock.value)).toEqual([
      'package-lock.json',
      'package-lock.json',
    ]);
  });

  test('what production needs is explained by production, even if development is nearer', async () => {
    const graph = await graphOf({
      'package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { dependencies: { far: '1' }, devDependencies: { deep: '1' } },
          'node_modules/far': { version: '1.0.0', dependencies: { deep: '1' } },
          'node_modules/deep': { version: '1.0.0' },
        },
      }),
    });
    const deep = all(graph, 'package.dependency').find(({ packageName }) => packageName === 'deep');
    expect(deep?.chain.map(({ name }) => name)).toEqual(['far@1.0.0']);
  });

  test('projects reach what their production needs, also through siblings, and nothing else', async () => {
    const packages = {
      '': { workspaces: ['api', 'lib', 'web'], devDependencies: { tool: '1' } },
      api: { version: '1.0.0', dependencies: { lib: '*' }, devDependencies: { deep: '*' } },
      lib: { version: '1.0.0', dependencies: { mid: '1' } },
      web: { version: '1.0.0', devDependencies: { mid: '1' } },
      'node_modules/api': { resolved: 'api', link: true },
      'node_modules/lib': { resolved: 'lib', link: true },
      'node_modules/web': { resolved: 'web', link: true },
      'node_modules/mid': { version: '1.0.0', dependencies: { ms: '1' } },
      'node_modules/tool': { version: '1.0.0', dev: true, dependencies: { deep: '1' } },
      'node_modules/ms': { version: '1.0.0' },
      'node_modules/deep': { version: '1.0.0', dev: true },
    };
    const nested = {
      api: { version: 'file:api', requires: { lib: '*' } },
      lib: { version: 'file:lib', requires: { mid: '1' } },
      web: { version: 'file:web', requires: {} },
      mid: { version: '1.0.0', requires: { ms: '1' } },
      tool: { version: '1.0.0', dev: true, requires: { deep: '1' } },
      ms: { version: '1.0.0' },
      deep: { version: '1.0.0', dev: true },
    };
    for (const lock of [
      { lockfileVersion: 3, packages },
      { lockfileVersion: 1, dependencies: nested },
    ]) {
      const graph = await graphOf({
        'package.json': '{"workspaces":["api","lib","web"],"devDependencies":{"tool":"1"}}',
        'api/package.json': '{"name":"api","dependencies":{"lib":"*"},"devDependencies":{"deep":"*"}}',
        'lib/package.json': '{"name":"lib","dependencies":{"mid":"1"}}',
        'web/package.json': '{"name":"web","devDependencies":{"mid":"1"}}',
        'package-lock.json': JSON.stringify(lock),
      });
      const reaching = (name: string): readonly string[] =>
        all(graph, 'package.dependency')
          .filter(({ packageName }) => packageName === name)
          .flatMap((one) => graph.in(one, 'depends_on', 'package.manifest').items)
          .map(({ name: manifest }) => manifest)
          .sort();
      expect(reaching('ms')).toEqual(['api', 'lib']);
      expect(reaching('deep')).toEqual([]);
    }
  });

  test('one that does not parse is told with its place and leaves doubt', async () => {
    const { graph, audit: result } = await run({
      'package.json': '{"dependencies":{"ms":"^1.0.0"}}',
      'package-lock.json': '{\n<<<<<<< HEAD\n}',
    });
    expect(result.problems).toEqual([]);
    const [file] = all(graph, 'source.file').filter(({ name }) => name === 'package-lock.json');
    expect(file?.diagnostics.map(({ code }) => code)).toEqual(['merge-conflict']);
    expect(graph.all('package.dependency').missing.map(({ reason }) => reason)).toEqual([
      'package-lock.json does not parse',
    ]);
    expect(all(graph, 'package.requirement')[0]?.locked.state).toBe('unknown');
  });

  test.each([
    ['{"lockfileVersion":99,"packages":{}}', /version 99/],
    ['{"a":1}', /no lockfile/],
    ['[]', /no lockfile/],
  ])('%s is a problem', async (lock, message) => {
    const { audit: result } = await run({ 'package-lock.json': lock });
    expect(result.problems.map(({ message: told }) => told).join()).toMatch(message);
  });
});

test('secrets are given to the printer', () => {
  const secretsIn = (uri: string, text: string): string[] =>
    (npm.parse({ uri, size: text.length, text })?.secrets ?? []).map(({ start, end }) =>
      text.slice(start, end),
    );
  expect(
    secretsIn('.npmrc', '//r/:_authToken = "npm_0123456789"\n//r/:_password=${P}\r\nkey=abcdef0123\r\n'),
  ).toEqual(['npm_0123456789', 'abcdef0123']);
  expect(secretsIn('package.json', '{"dependencies":{"a":"https://u:secret99@h/a.git"}}')).toEqual([
    'secret99',
  ]);
  expect(
    secretsIn(
      'package-lock.json',
      '{"packages":{"node_modules/a":{"resolved":"https://u:secret99@h/a.tgz"}}}',
    ),
  ).toEqual(['secret99']);
  expect(secretsIn('package.json', '{"dependencies":{"a":"https:\\/\\/u:secret99@h/a.git"}}')).toEqual([
    'https:\\/\\/u:secret99@h/a.git',
  ]);
});

test('mangled input is told or refused, and nothing points outside it', () => {
  const random = generator(11);
  const seeds: readonly (readonly [string, string])[] = [
    [
      'package.json',
      '{"name":"a","workspaces":["p/*"],"dependencies":{"ms":"^1","x":"npm:y@2"},"engines":{"node":">=18"},"overrides":{"a":{"b":"1"}}}',
    ],
    [
      'package-lock.json',
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0","resolved":"https://h/a.tgz","dependencies":{"b":"1"}}}}',
    ],
    [
      'package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","resolved":false,"requires":true,"dependencies":{"b":{"version":"1"}}}}}',
    ],
    ['.npmrc', '; c\nregistry=https://r/\n@s:registry = "http://x"\n//r/:_authToken=abcdef\n'],
    ['.tool-versions', '# c\nnodejs 18.1.0 16 # d\npython 3.8\n'],
    ['.nvmrc', 'lts/hydrogen\n'],
  ];
  const noise = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\n',
    '=',
    '#',
    ' ',
    'null',
    '0',
    '\u2028',
    '🙂',
    '__proto__',
  ];
  let refused = 0;
  for (let round = 0; round < 6000; round += 1) {
    const [uri, seed] = seeds[Math.floor(random() * seeds.length)] ?? ['package.json', '{}'];
    let text = seed.slice(0, Math.floor(random() * (seed.length + 1)));
    for (let n = 0; n < 3; n += 1) {
      const cut = Math.floor(random() * (text.length + 1));
      text = text.slice(0, cut) + (noise[Math.floor(random() * noise.length)] ?? '') + text.slice(cut + 1);
    }
    try {
      const parsed = npm.parse({ uri, size: text.length, text });
      const spans = [
        ...(parsed?.comments ?? []),
        ...(parsed?.secrets ?? []),
        ...(parsed?.diagnostics ?? []).map(({ at }) => at),
      ];
      for (const { start, end } of spans) expect(0 <= start && start <= end && end <= text.length).toBe(true);
    } catch (cause) {
      refused += 1;
      expect(cause).toBeInstanceOf(Error);
      expect((cause as Error).message).toMatch(/JSON|lockfile|levels deep/);
    }
  }
  expect(refused).toBeLessThan(6000);
});

test('values of unexpected types do no harm', async () => {
  const odd: readonly unknown[] = [null, 1, true, [], {}, 'x', { a: null }, [[]], { a: { b: {} } }];
  for (const value of odd) {
    const files = {
      'package.json': JSON.stringify({
        name: value,
        private: value,
        dependencies: value,
        workspaces: value,
        engines: value,
        overrides: value,
        volta: value,
        publishConfig: value,
      }),
      'package-lock.json': JSON.stringify({
        lockfileVersion: value,
        packages: {
          '': value,
          'node_modules/a': value,
          a: { dependencies: value, version: value, resolved: value, integrity: value, deprecated: value },
        },
      }),
      'b/package-lock.json': JSON.stringify({
        dependencies: { a: value, b: { version: value, requires: value, dependencies: value } },
      }),
    };
    const { audit: result } = await run(files);
    expect(result.problems.filter(({ sort }) => sort === 'defect')).toEqual([]);
  }
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
