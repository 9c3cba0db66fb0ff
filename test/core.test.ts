import { describe, expect, test } from 'vitest';
import { type AuditRun, audit } from '../src/audit.ts';
import { type Check, defineCheck, every, some } from '../src/check.ts';
import { type MemoryFile, memory } from '../src/collect/memory.ts';
import { limits } from '../src/limits.ts';
import { loaders } from '../src/load/index.ts';
import { wholeOf } from '../src/model/location.ts';
import { couldAnswer, projectFolder } from '../src/model/scope.ts';
import { unseen } from '../src/model/value.ts';
import type { LoaderEntry } from '../src/source.ts';

function checkThat(run: Check['run'], on: Check['on'] = ['source.file']): Check {
  const example = [{}] as const;
  const made = defineCheck({
    on: 'source.file',
    title: 'test',
    severity: 'high',
    risk: 'misconfiguration',
    why: 'test',
    remedy: 'test',
    references: ['https://example.com'],
    bad: example,
    good: example,
    *run() {},
  });
  return { ...made, on, run };
}

function auditOf(
  files: readonly MemoryFile[],
  checks: Readonly<Record<string, Check>>,
  more: { readonly loaders?: readonly LoaderEntry[]; readonly all?: boolean } = {},
): Promise<AuditRun> {
  return audit({
    collector: memory('test', files),
    loaders,
    checks: async () => new Map(Object.entries(checks)),
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
    limits: { ...limits, step: 300 },
    ...more,
  });
}

const dockerfile = { uri: 'Dockerfile', text: 'FROM debian:12\n' };

describe('what goes wrong inside stays inside', () => {
  const fine = checkThat(function* (resource) {
    yield { message: 'found', at: resource.at };
  });

  test.each<[string, Check['run']]>([
    [
      'an endless loop',
      function* () {
        for (;;);
      },
    ],
    [
      'an endless generator',
      function* (resource) {
        for (let kept = 0; ; kept += 1) if (kept < 0) yield { message: 'never', at: resource.at };
      },
    ],
    [
      'a catastrophic regular expression',
      function* (resource) {
        if (/^(a+)+$/.test(`${'a'.repeat(40)}!`)) yield { message: 'never', at: resource.at };
      },
    ],
  ])('%s is ended, told, and the others still answer', async (_, run) => {
    const { audit: found } = await auditOf([dockerfile], { 'a/stuck': checkThat(run), 'b/fine': fine });
    expect(found.problems).toMatchObject([
      { stage: 'check', sort: 'defect', subject: 'a/stuck on source.file:Dockerfile#docker' },
    ]);
    expect(found.findings.map(({ check, state }) => `${check} ${state}`).sort()).toEqual([
      'a/stuck error',
      'b/fine fail',
    ]);
  });

  test('a check that throws is a defect, what it said before stands', async () => {
    const broken = checkThat(function* (resource) {
      yield { message: 'said before', at: resource.at };
      throw new TypeError('oops');
    });
    const { audit: found } = await auditOf([dockerfile], { 'a/broken': broken, 'b/fine': fine });
    expect(found.findings.map(({ message, state }) => `${state} ${message}`).sort()).toEqual([
      'error oops',
      'fail found',
      'fail said before',
    ]);
    expect(found.problems.map(({ message, sort }) => `${sort} ${message}`)).toEqual(['defect oops']);
  });

  test('a parser that never returns loses its file only', async () => {
    const stuck: LoaderEntry = {
      name: 'stuck',
      claims: ({ uri }) => (uri.endsWith('.stuck') ? 'name' : false),
      load: async () => ({
        name: 'stuck',
        kinds: ['image'],
        parse: ({ uri }) => {
          while (uri === 'a.stuck');
          return { tree: null };
        },
        model: ({ parsed }) => ({
          resources: [...parsed.keys()].map((uri) => ({
            kind: 'run' as const,
            id: uri,
            name: uri,
            at: wholeOf(uri),
            sources: 0,
          })),
          edges: [],
        }),
      }),
    };
    const files = [{ uri: 'a.stuck', text: '' }, { uri: 'b.stuck', text: '' }, dockerfile];
    const { audit: found, graph } = await auditOf(
      files,
      { 'b/fine': fine },
      { loaders: [stuck, ...loaders] },
    );
    expect(found.problems).toMatchObject([{ subject: 'a.stuck', stage: 'parse', sort: 'unseen' }]);
    expect(graph.get('b.stuck')).toBeDefined();
    expect(
      graph
        .all('image')
        .missing.map(({ reason }) => reason)
        .join(),
    ).toMatch(/^a\.stuck: parsing took longer/);
  });

  test('a loader whose model throws leaves doubt everywhere, and the other loaders their findings', async () => {
    const broken: LoaderEntry = {
      name: 'broken',
      claims: ({ uri }) => (uri === 'x' ? 'name' : false),
      load: async () => ({
        name: 'broken',
        kinds: ['volume'],
        parse: () => ({ tree: null }),
        model: () => {
          throw new Error('cannot');
        },
      }),
    };
    const { audit: found, graph } = await auditOf(
      [{ uri: 'x', text: '' }, dockerfile],
      { 'b/fine': fine },
      { loaders: [broken, ...loaders] },
    );
    expect(found.problems).toMatchObject([
      { stage: 'model', subject: 'broken', sort: 'defect', message: 'cannot' },
    ]);
    expect(graph.all('volume').missing).toHaveLength(1);
    expect(found.findings.map(({ check }) => check)).toContain('b/fine');
  });
});

describe('what is not known', () => {
  const at = wholeOf('x');
  const missing = [unseen('lost', at)];

  test('decides only where the answer hangs on it', () => {
    expect(some({ items: [1], missing }, (number) => number === 1)).toBe(true);
    expect(every({ items: [1], missing }, (number) => number === 2)).toBe(false);
    expect(() => some({ items: [1], missing }, (number) => number === 2)).toThrow('lost');
    expect(() => every({ items: [1], missing }, (number) => number === 1)).toThrow('lost');
  });

  test('a lost file casts doubt on its own project, not on its neighbours', () => {
    const aside = (path: string) => /(^|\/)examples\//.test(path);
    expect(couldAnswer('', 'api/nginx/site.conf', aside)).toBe(true);
    expect(couldAnswer('api', 'api/nginx/site.conf', aside)).toBe(true);
    expect(couldAnswer('api/deploy', 'api/nginx/site.conf', aside)).toBe(true);
    expect(couldAnswer('shop', 'api/nginx/site.conf', aside)).toBe(false);
    expect(couldAnswer('examples/one', 'nginx.conf', aside)).toBe(false);
    expect(couldAnswer('examples/one', 'examples/one/nginx.conf', aside)).toBe(true);
    expect(projectFolder('api/deploy/nginx/conf.d/site.conf')).toBe('api');
  });

  test('unknown answers of one check and one cause are one finding', async () => {
    const unsure = checkThat(function* (_resource, graph) {
      some({ items: [], missing: [unseen('TAG is unset', wholeOf('.env'))] }, () => true);
      yield { message: String(graph.now), at };
    });
    const { audit: found } = await auditOf([dockerfile, { ...dockerfile, uri: 'b/Dockerfile' }], {
      'a/unsure': unsure,
    });
    expect(found.findings).toMatchObject([{ state: 'unknown', message: 'Cannot tell: TAG is unset' }]);
    expect(found.findings[0]?.resources).toHaveLength(2);
  });
});

describe('names bind to the nearest definition', () => {
  const site = 'events {}\nhttp { server { listen 80; location / { proxy_pass http://api:1; } } }\n';
  const compose = (image: string) => `services: { api: { image: "${image}" } }\n`;

  test('each project its own', async () => {
    const found: string[] = [];
    const look = checkThat(
      function* (resource, graph) {
        if (resource.kind !== 'network.endpoint') return;
        found.push(
          ...graph
            .out(resource, 'resolves_to', 'compose.service')
            .items.map(({ id }) => `${resource.at.source} → ${id}`),
        );
      },
      ['network.endpoint'],
    );
    await auditOf(
      [
        { uri: 'a/nginx.conf', text: site },
        { uri: 'a/compose.yaml', text: compose('one:1') },
        { uri: 'b/nginx/nginx.conf', text: site },
        { uri: 'b/compose.yaml', text: compose('two:2') },
      ],
      { 'a/look': look },
    );
    expect(found.sort()).toEqual([
      'a/nginx.conf → compose.service:a#api',
      'b/nginx/nginx.conf → compose.service:b#api',
    ]);
  });
});

describe('hardening', () => {
  test('is folded to one finding a file, whose fingerprint does not move', async () => {
    const each = {
      ...checkThat(
        function* (resource) {
          yield { message: `${resource.name} is soft`, at: resource.at };
        },
        ['compose.service'],
      ),
      tier: 'hardening' as const,
    };
    const run = async (text: string) =>
      (await auditOf([{ uri: 'compose.yaml', text }], { 'a/soft': each })).audit.findings;
    const [two] = await run('services: { a: { image: x }, b: { image: y } }\n');
    expect(two).toMatchObject({ message: 'service a is soft (and 1 more in this file)' });
    const [three] = await run('# more\nservices: { z: { image: x }, a: { image: x }, b: { image: y } }\n');
    expect(three?.fingerprint).toBe(two?.fingerprint);
  });
});

describe('where a configuration stands', () => {
  const fault = checkThat(
    function* (resource) {
      yield { message: 'open', at: resource.at };
    },
    ['nginx.server'],
  );

  test.each([
    ['nginx.conf', 'high'],
    ['development/nginx.conf', 'medium'],
    ['examples/nginx.conf', 'low'],
  ])('weighs: %s', async (uri, severity) => {
    const text = 'events {}\nhttp { server { listen 80; } }\n';
    const { audit: found } = await auditOf([{ uri, text }], { 'a/fault': fault });
    expect(found.findings).toMatchObject([{ severity, baseSeverity: 'high' }]);
  });
});

describe('reach from the internet', () => {
  const flaw = {
    ...checkThat(
      function* (resource) {
        yield { message: 'old', at: resource.at, severity: 'medium' };
      },
      ['compose.service'],
    ),
    risk: ['outdated-component'] as const,
  };

  test.each([
    ['compose.yaml', 'high'],
    ['docker-compose.dev.yml', 'medium'],
    ['examples/compose.yaml', 'medium'],
  ])('makes a known flaw graver in earnest alone: %s', async (uri, severity) => {
    const text = 'services: { web: { image: "acme/web:1", ports: ["443:443"] } }\n';
    const { audit: found } = await auditOf([{ uri, text }], { 'a/flaw': flaw });
    expect(found.findings).toMatchObject([{ severity, exposure: { level: 'internet' } }]);
  });
});
