import { describe, expect, test } from 'vitest';
import { audit } from '../../src/audit.ts';
import { type MemoryFile, memory } from '../../src/collect/memory.ts';
import type { Graph } from '../../src/graph.ts';
import { docker as entry } from '../../src/load/docker/entry.ts';
import type { Resource } from '../../src/model/resource.ts';
import { pathSymbol } from '../../src/model/symbol.ts';
import { valueIfKnown } from '../../src/model/value.ts';
import { allChecks, auditExample, unpack } from '../examples.ts';

describe('names', () => {
  test.each([
    'Dockerfile',
    'a/Dockerfile.prod',
    'Dockerfile-dev',
    'api.Dockerfile',
    'api.dockerfile',
    'Containerfile',
    'a/Containerfile.x',
  ])('%s is read', (uri) => expect(entry.claims({ uri, size: 1 })).toBe('name'));

  test.each([
    'Dockerfile.md',
    'Dockerfile.dockerignore',
    'Dockerfile.template',
    'Dockerfile.j2',
    'dockerfile.go',
    'Dockerfiles/x',
    'docker',
    'Dockerfile.erb',
    'install.Dockerfile.sh',
  ])('%s is not', (uri) => expect(entry.claims({ uri, size: 1 })).toBe(false));

  test('a file without FROM is none', async () => {
    const { graph, problems } = await load({ Dockerfile: 'This is about Docker.\n' });
    expect(graph.all('source.file').items).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('stages', () => {
  test('the last and its parents ship, what is taken from is for building, the rest is an alternative', async () => {
    const { graph } = await load({
      Dockerfile:
        'FROM a:1 AS base\nFROM base AS Deps\nFROM base AS dev\nFROM b:1\nFROM c:1 AS tools\nFROM base AS app\nCOPY --from=deps /a /a\nCOPY --from=3 /b /b\nRUN --mount=type=bind,from=tools,target=/t true\n',
    });
    expect(graph.all('docker.stage').items.map(({ name, use, target }) => [name, use, target])).toEqual([
      ['base', 'final', false],
      ['deps', 'build', false],
      ['dev', 'alternative', true],
      ['FROM b:1', 'build', false],
      ['tools', 'build', false],
      ['app', 'final', true],
    ]);
  });

  test('symbols: the file is its last stage, names are stages', async () => {
    const { graph } = await load({ 'api/Dockerfile': 'FROM a:1 AS Build\nFROM a:1\n' });
    expect(graph.all('docker.stage').items.map(({ symbols }) => symbols)).toEqual([
      [pathSymbol('api/Dockerfile#build')],
      [pathSymbol('api/Dockerfile')],
    ]);
  });

  test('ids come from names, so a stage put in before them changes none', async () => {
    const text = 'FROM a:1\nENV A=b\nRUN curl x\nFROM a:1\nENV A=b\nCOPY a b\n';
    const ids = async (file: string) =>
      (await load({ Dockerfile: file })).graph.all('docker.variable').items.map(({ id }) => id);
    const before = await ids(text);
    expect(new Set(before).size).toBe(2);
    expect(await ids(`FROM other:1 AS first\nENV A=b\n${text}`)).toEqual(expect.arrayContaining([...before]));
  });
});

describe('variables', () => {
  const stage = async (text: string) => {
    const { graph } = await load({ Dockerfile: text });
    return graph.all('docker.stage').items.at(-1);
  };

  test.each([
    ['ARG V=1\nFROM a:$V', 'a:1'],
    ['ARG V=1\nARG W=${V}.2\nFROM a:${W%.*}', 'a:1'],
    ['ARG A=b\nFROM ${A}:1 AS x\nFROM x', 'b:1'],
    ['FROM a:${V:-3}', 'a:3'],
    ['ARG V\nFROM a:$V', undefined],
    ['FROM a:$TARGETARCH', undefined],
  ])('%s is built on %s', async (text, expected) => {
    const { graph } = await load({ Dockerfile: `${text}\n` });
    const [image] = graph.all('image').items;
    expect(image && valueIfKnown(image.reference)).toBe(expected);
  });

  test('a global argument counts in FROM alone until the stage declares it', async () => {
    const text = 'ARG V=1\nFROM scratch\nENV A=$V\nARG V\nENV B=$V\nCMD ["x"]\n';
    const { graph } = await load({ Dockerfile: text });
    const [environment] = graph.all('process.environment').items;
    expect(values(environment)).toEqual({ A: '', B: '1' });
  });

  test('ENV outlasts ARG of the same name, parents hand theirs down, one line does not see itself', async () => {
    const text = 'FROM scratch AS p\nENV A=1 C=$A\nFROM p\nARG A=2\nENV B=$A\nENV A=3 D=$A\nCMD ["x"]\n';
    const { graph } = await load({ Dockerfile: text });
    expect(values(graph.all('process.environment').items.at(-1))).toEqual({ A: '3', C: '', B: '1', D: '1' });
  });

  test('the old form, quotes, escapes and another escape character', async () => {
    const text = '# escape=`\nFROM scratch\nENV A b c\nENV D="e f" G=h` i `\n  J=k\nCMD ["x"]\n';
    const { graph } = await load({ Dockerfile: text });
    expect(values(graph.all('process.environment').items[0])).toEqual({
      A: 'b c',
      D: 'e f',
      G: 'h i',
      J: 'k',
    });
  });

  test('what a base image may set is not known', async () => {
    const found = await stage('FROM acme/x:1\nUSER $APP\n');
    expect(found?.user.state).toBe('unknown');
    const dotnet = await stage('FROM mcr.microsoft.com/dotnet/aspnet:9.0\nUSER $APP_UID\n');
    expect(dotnet && valueIfKnown(dotnet.user)).toEqual({ name: '1654', root: false, setBy: 'instruction' });
  });
});

describe('the start of a container', () => {
  const command = async (lines: string) => {
    const { graph } = await load({ Dockerfile: `FROM scratch\n${lines}\n` });
    const environment = graph.all('process.environment').items.at(-1);
    return environment && valueIfKnown(environment.command);
  };

  test.each([
    ['CMD ["a", "b"]', ['a', 'b']],
    ['CMD a b', ['a', 'b']],
    ['CMD a && b', ['/bin/sh', '-c', 'a && b']],
    ['ENTRYPOINT ["e"]\nCMD ["a"]', ['e', 'a']],
    ['ENTRYPOINT e\nCMD ["a"]', ['e']],
    ['CMD ["a"]\nENTRYPOINT ["e"]', ['e', 'a']],
    ['CMD ["a"]\nFROM scratch\nRUN b', null],
  ])('%s', async (lines, expected) => {
    expect(await command(lines)).toEqual(expected);
  });

  test('a new entrypoint drops the command of the parent', async () => {
    expect(await command('CMD ["a"]\nENTRYPOINT ["p"]')).toEqual(['p', 'a']);
    const { graph } = await load({ Dockerfile: 'FROM scratch AS p\nCMD ["a"]\nFROM p\nENTRYPOINT ["e"]\n' });
    const environment = graph.all('process.environment').items.at(-1);
    expect(environment && valueIfKnown(environment.command)).toEqual(['e']);
  });

  test('ONBUILD counts in children', async () => {
    const { graph } = await load({ Dockerfile: 'FROM node:22 AS p\nONBUILD USER app\nFROM p\n' });
    const users = graph.all('docker.stage').items.map(({ user }) => valueIfKnown(user)?.name);
    expect(users).toEqual(['root', 'app']);
  });

  test('no shell is read into a shell of Windows', async () => {
    const { graph } = await load({
      Dockerfile: 'FROM a:1\nSHELL ["pwsh", "-c"]\nRUN curl -k x\nSHELL ["sh", "-c"]\nRUN a\n',
    });
    expect(graph.all('docker.run').items.map(({ commands }) => commands.length)).toEqual([0, 1]);
  });
});

describe('files', () => {
  test('where they land', async () => {
    const { graph } = await load({
      'app/Dockerfile':
        'FROM x:1 AS b\nCOPY src /b\nFROM x:1\nCOPY conf/a.conf conf/b.conf /etc/x/\nWORKDIR /srv\nCOPY src lib/\nCOPY conf/*.conf ./\nCOPY conf/a.conf /etc/one.conf\nADD https://x/y /z\nCOPY missing /m\nCOPY --from=b /b /b\n',
      'app/conf/a.conf': '',
      'app/conf/b.conf': '',
      'app/src/x.js': '',
    });
    expect(graph.placements.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'app/conf/a.conf /etc/x/a.conf',
      'app/conf/b.conf /etc/x/b.conf',
      'app/src /srv/lib',
      'app/conf/a.conf /srv/a.conf',
      'app/conf/b.conf /srv/b.conf',
      'app/conf/a.conf /etc/one.conf',
    ]);
  });

  test('the context is where the sources are', async () => {
    const folder = async (files: Record<string, string>) => {
      const { graph } = await load(files);
      const [file] = graph.all('docker.file').items;
      return file && valueIfKnown(file.context);
    };
    const text = 'FROM a:1\nCOPY package.json src ./\n';
    expect(
      await folder({ 'd/Dockerfile': text, 'd/package.json': '', 'd/src/a': '', 'package.json': '' }),
    ).toBe('d');
    expect(await folder({ 'deploy/d/Dockerfile': text, 'package.json': '', 'src/a': '' })).toBe('');
    expect(await folder({ 'docker/Dockerfile': 'FROM a:1\nCOPY . .\n' })).toBeUndefined();
    expect(await folder({ 'api/Dockerfile': 'FROM a:1\nCOPY . .\n' })).toBe('api');
  });

  test('packages that run: copied straight, or built and taken over', async () => {
    const runs = async (text: string) => {
      const files = {
        Dockerfile: text,
        'package.json': '{}',
        'web/package.json': '{}',
        'node_modules/x/package.json': '{}',
      };
      const edges: string[] = [];
      const { graph } = await load(files, edges);
      expect(graph.size).toBeGreaterThan(0);
      return edges;
    };
    expect(await runs('FROM node:22\nCOPY package*.json ./\n')).toEqual([pathSymbol('package.json')]);
    expect(await runs('FROM node:22\nCOPY . .\n')).toEqual([
      pathSymbol('package.json'),
      pathSymbol('web/package.json'),
    ]);
    const built = 'FROM node:22 AS b\nWORKDIR /app\nCOPY package.json .\nFROM node:22\nCOPY --from=b';
    expect(await runs(`${built} /app/node_modules /m\n`)).toEqual([pathSymbol('package.json')]);
    expect(await runs(`${built} /app /app\n`)).toEqual([pathSymbol('package.json')]);
    expect(await runs(`${built} /app/dist /usr/share/nginx/html\n`)).toEqual([]);
  });

  test('secrets are marked for the printer', async () => {
    const token = `${'ghp_'}${'a8Zk2mQ9xT4vB7nL1cR6a8Zk2mQ9xT4vB7nL'}`;
    const lines = [
      ['ENV DB_PASSWORD=', 'k9-Wint3r'],
      ['ARG X="', token],
      ['# ', token],
      ['RUN git clone https://me:', 'k9-Wint3r', '@example.org/x'],
      ['RUN curl -u ', 'me:k9-Wint3r', ' x'],
      ['RUN mysql ', '-pk9-Wint3r'],
      ['RUN x --password ', 'k9-Wint3r'],
      ['RUN API_TOKEN=', 'k9-Wint3r', ' x'],
      ['CMD ["x", "', '--api-token=k9-Wint3r', '"]'],
    ];
    const text = `FROM a:1\n${lines.map((parts) => parts.join('')).join('\n')}\n`;
    const { secrets } = await load({ Dockerfile: text });
    const shown = [...(secrets.get('Dockerfile') ?? [])]
      .sort((a, b) => b.start - a.start)
      .reduce(
        (all, { start, end }) => `${all.slice(0, start)}${'*'.repeat(end - start)}${all.slice(end)}`,
        text,
      );
    expect(shown).not.toContain('k9-Wint3r');
    expect(shown).not.toContain(token);
    expect(shown).toContain('RUN git clone https://me:');
  });
});

describe('images', () => {
  test('each with its role and cycles', async () => {
    const data = {
      n: 'Node.js',
      c: 'runtime',
      r: [
        { c: '22', e: '2027-04-30' },
        { c: '18', e: '2025-04-30' },
      ],
    };
    const { graph } = await load(
      {
        Dockerfile:
          'FROM node:18 AS b\nFROM node:22\nCOPY --from=b /a /a\nCOPY --from=busybox:1.36 /bin/sh /x\n',
      },
      [],
      { 'eol/nodejs': data },
    );
    const images = graph.all('image').items;
    expect(images.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'node:18 build',
      'node:22 final',
      'busybox:1.36 build',
    ]);
    expect(
      images.map((image) => graph.out(image, 'depends_on', 'product.cycle').items.map(({ cycle }) => cycle)),
    ).toEqual([['18'], ['22'], []]);
    const [stage] = graph.all('docker.stage').items;
    expect(stage && graph.out(stage, 'depends_on', 'image').items.map(({ name }) => name)).toEqual([
      'node:18',
    ]);
  });
});

test('a harmless builder before the others changes no finding about what ships', async () => {
  const builder = 'FROM busybox:1.36 AS harmless-builder\nRUN true\n';
  const checks = new Map([...(await allChecks())].filter(([id]) => id.startsWith('docker/')));
  let compared = 0;
  for (const check of checks.values()) {
    const { bad = [], good = [], unsure = [] } = check.doc ?? {};
    for (const example of [...bad, ...good, ...unsure]) {
      // Numbers of stages move, and so does what a directive or a first argument may stand before.
      if (unpack(example).files.some(({ uri, text = '' }) => /Dockerfile$/.test(uri) && !movable(text)))
        continue;
      const before = await auditExample(example, checks);
      const after = await auditExample(example, checks, (files) =>
        files.map((file) =>
          /Dockerfile$/.test(file.uri) ? { ...file, text: inserted(file.text ?? '', builder) } : file,
        ),
      );
      expect(shown(after, builder)).toEqual(shown(before, builder));
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(120);

  function movable(text: string): boolean {
    return /^((#|ARG ).*\n)*FROM /.test(text) && !/--from=\d/.test(text) && !/^# escape/.test(text);
  }

  function inserted(text: string, stage: string): string {
    const at = /^FROM /m.exec(text)?.index ?? 0;
    return text.slice(0, at) + stage + text.slice(at);
  }

  function shown(
    { audit: { findings } }: Awaited<ReturnType<typeof auditExample>>,
    stage: string,
  ): readonly string[] {
    return findings
      .filter(
        ({ state, resource }) =>
          state !== 'pass' && state !== 'not-applicable' && !resource.id.includes('harmless-builder'),
      )
      .map(
        ({ check, state, severity, message, resource }) =>
          `${check} ${state} ${severity} ${resource.id} ${message}`,
      )
      .filter((line) => !line.includes(stage))
      .sort();
  }
}, 60_000);

describe('hostile files', () => {
  test.each([
    ['variables that double', `FROM scratch\nENV A=xxxxxxxxxx\n${'ENV A=$A$A\n'.repeat(4900)}`],
    ['stages on stages', `FROM a AS s0\n${repeated(490, (index) => `FROM s${index} AS s${index + 1}`)}`],
    ['copies', `FROM a\n${'COPY . /x\n'.repeat(4900)}`],
    ['one long line', `FROM a\nRUN ${'x '.repeat(400_000)}\n`],
    ['one long continuation', `FROM a\nRUN x ${'\\\n y'.repeat(150_000)}\n`],
    ['open documents', `FROM a\n${repeated(4900, (index) => `RUN cat <<E${index}`)}`],
    ['nested defaults', `FROM ${`$${'{A:-'.repeat(100_000)}`}`],
    ['brackets', `FROM a\nCMD ${'['.repeat(500_000)}\n`],
    ['addresses', `FROM a\nRUN ${'://'.repeat(200_000)}\n`],
    ['arguments', `FROM a\n${repeated(2400, (index) => `ARG TOKEN${index}\nRUN $TOKEN${index}`)}`],
  ])('%s: read to the end', async (_, text) => {
    const { graph, problems } = await load({ Dockerfile: text });
    expect(problems).toEqual([]);
    for (const { diagnostics } of graph.all('source.file').items)
      for (const { at } of diagnostics) expect(at.end).toBeLessThanOrEqual(text.length);
  });

  test.each([
    ['instructions', `FROM a\n${'EXPOSE 1\n'.repeat(100_000)}`],
    ['stages', repeated(2000, (index) => `FROM s${index} AS s${index + 1}`)],
    ['words', `FROM a\nENV ${repeated(50_000, (index) => `V${index}=1 \\`)}`],
    ['words', `FROM a\nCOPY ${'a '.repeat(100_000)}/x/\n`],
    ['commands', `FROM a\n${`RUN ${'a;'.repeat(4000)}\n`.repeat(50)}`],
  ])('too many %s: a problem, and doubt about all of it', async (what, text) => {
    const { graph, problems } = await load({ Dockerfile: text });
    expect(problems).toEqual([expect.objectContaining({ message: expect.stringContaining(what) })]);
    expect(graph.all('docker.stage').missing).toHaveLength(1);
  });

  test('random pieces of instructions never stop the rest', async () => {
    let state = 3;
    const next = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor(state / 65536);
    };
    const alphabet = [
      'FROM a',
      ' AS b',
      '\n',
      'RUN ',
      'COPY --from=',
      'ENV A=',
      '$A',
      '${B:-',
      '}',
      '"',
      "'",
      '[',
      ']',
      ' ',
      '\\\n',
      'ONBUILD ',
      'ARG X',
      'USER ',
      '<<E',
      '\nE\n',
      'CMD ',
      'sh -c ',
      '.',
      '/x',
      ',',
      'HEALTHCHECK ',
      'SHELL ["sh"]',
      'ADD https://x ',
    ];
    for (let round = 0; round < 300; round += 1) {
      const text = `FROM a\n${Array.from({ length: next() % 40 }, () => alphabet[next() % alphabet.length]).join('')}`;
      const { problems, graph } = await load({ Dockerfile: text });
      expect(problems, text).toEqual([]);
      for (const kind of ['docker.run', 'docker.copy', 'docker.variable', 'docker.stage'] as const)
        for (const { at } of graph.all(kind).items) {
          expect(at.start, text).toBeGreaterThanOrEqual(0);
          expect(at.end, text).toBeLessThanOrEqual(text.length);
        }
    }
  });
});

function repeated(count: number, line: (index: number) => string): string {
  return `${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;
}

async function load(
  files: Readonly<Record<string, string>>,
  manifests: string[] = [],
  data: Readonly<Record<string, unknown>> = {},
): Promise<{
  graph: Graph;
  problems: readonly unknown[];
  secrets: Awaited<ReturnType<typeof audit>>['secrets'];
}> {
  const given = Object.entries(files).map(([uri, text]): MemoryFile => ({ uri, text }));
  const {
    graph,
    audit: result,
    secrets,
  } = await audit({
    collector: memory('test', given),
    loaders: [{ ...entry, load: async () => noting(await entry.load(), manifests) }],
    checks: async () => new Map(),
    data: {
      open: (key) => (Object.hasOwn(data, key) ? { date: '2026-06-01', content: data[key] } : undefined),
    },
    now: Date.parse('2026-06-01'),
  });
  return { graph, problems: result.problems, secrets };
}

/** Edges to resources that another loader makes are seen only before they are bound. */
function noting(loader: Awaited<ReturnType<typeof entry.load>>, into: string[]): typeof loader {
  return {
    ...loader,
    model: (input) => {
      const fragment = loader.model(input);
      for (const { to } of fragment.edges) if ('symbol' in to) into.push(to.symbol);
      return fragment;
    },
  };
}

function values(environment: Resource<'process.environment'> | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(environment?.variables ?? {}).map(([name, { value }]) => [name, valueIfKnown(value)]),
  );
}
