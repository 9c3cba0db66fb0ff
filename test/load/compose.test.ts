import { describe, expect, test } from 'vitest';
import { type AuditRun, audit } from '../../src/audit.ts';
import type { Kind, Resource } from '../../src/check.ts';
import { memory } from '../../src/collect/memory.ts';
import { compose } from '../../src/load/compose/compose.ts';
import { loaders } from '../../src/load/index.ts';
import type { Location } from '../../src/model/location.ts';
import { valueIfKnown } from '../../src/model/value.ts';

type Files = Readonly<Record<string, string | { text?: string; link?: string; error?: string }>>;

async function read(files: Files): Promise<AuditRun> {
  const list = Object.entries(files).map(([uri, file]) => ({
    uri,
    ...(typeof file === 'string' ? { text: file } : file),
  }));
  return audit({
    collector: memory('test', list),
    loaders,
    checks: async () => new Map(),
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
  });
}

async function service(files: Files, name: string): Promise<Resource<'compose.service'>> {
  const found = (await of('compose.service', files)).find((one) => one.service === name);
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

async function of<K extends Kind>(kind: K, files: Files): Promise<readonly Resource<K>[]> {
  return (await read(files)).graph.all(kind).items;
}

async function variables(files: Files, name = 'a'): Promise<Record<string, unknown>> {
  const environments = await of('process.environment', files);
  const found = environments.find(({ id }) => id.endsWith(`#${name}`));
  return Object.fromEntries(
    Object.entries(found?.variables ?? {}).map(([key, { value, origin }]) => [
      key,
      `${origin} ${value.state === 'unknown' ? `? ${value.reason}` : value.value}`,
    ]),
  );
}

const a = 'services:\n  a:\n    image: a\n';

describe('which files belong together', () => {
  test('compose takes the first name of a folder, with its override', async () => {
    const files = {
      'compose.yaml': `${a}    privileged: true\n`,
      'compose.override.yaml': 'services:\n  a: {privileged: false}\n  b: {image: b}\n',
      'sub/docker-compose.yml': a,
    };
    const ids = (await of('compose.service', files)).map(({ id }) => id);
    expect(ids).toEqual(['compose.service:.#a', 'compose.service:.#b', 'compose.service:sub#a']);
    expect(valueIfKnown((await service(files, 'a')).privileged)).toBe(false);
  });

  test('a file for another occasion stands over the main file, or alone', async () => {
    const files = {
      'docker-compose.yml': `${a}  b:\n    image: b\n`,
      'docker-compose.prod.yml': 'services:\n  a: {mem_limit: 1g}\n',
      'docker-compose.ci.yml': 'services:\n  a: {image: other}\n',
    };
    const found = await of('compose.service', files);
    expect(found.map(({ id, image, scope }) => [id, valueIfKnown(image), scope]).sort()).toEqual(
      [
        ['compose.service:.#a', 'a', 'production'],
        ['compose.service:.#b', 'b', 'production'],
        ['compose.service:docker-compose.prod.yml#a', 'a', 'production'],
        ['compose.service:docker-compose.ci.yml#a', 'other', 'development'],
      ].sort(),
    );
  });

  test('includes join the project and keep their own folder', async () => {
    const files = {
      'compose.yaml': `include:\n  - infra/db.yaml\n  - path: [more.yml]\n${a}`,
      'infra/db.yaml': 'services:\n  db:\n    image: postgres:${PG}\n    volumes: ["./data:/data"]\n',
      'infra/.env': 'PG=18\n',
      'infra/data/x': '',
      'more.yml': 'services:\n  c: {image: c}\n',
    };
    const { graph, audit: done } = await read(files);
    expect(done.problems).toEqual([]);
    expect(graph.all('compose.service').items.map(({ id }) => id)).toEqual([
      'compose.service:.#a',
      'compose.service:.#db',
      'compose.service:.#c',
    ]);
    expect(graph.all('image').items.map(({ name }) => name)).toContain('postgres:18');
    expect(graph.placements.map(({ from, to }) => [from, to])).toEqual([['infra/data', '/data']]);
    expect(graph.all('compose.service').missing).toEqual([]);
  });

  test('what is included from elsewhere leaves a gap', async () => {
    const { graph } = await read({ 'compose.yaml': `include: [https://example.com/x.yaml]\n${a}` });
    expect(graph.all('compose.service').missing.length).toBe(1);
  });

  test('extends takes the other service in, lists and all', async () => {
    const files = {
      'compose.yaml':
        'services:\n  a:\n    extends: {file: common.yaml, service: base}\n    ports: ["2:2"]\n    command: x\n',
      'common.yaml':
        'services:\n  base:\n    extends: root\n    ports: ["1:1"]\n  root:\n    image: r\n    command: [y, z]\n    privileged: true\n',
    };
    const found = await service(files, 'a');
    expect(valueIfKnown(found.image)).toBe('r');
    expect(valueIfKnown(found.privileged)).toBe(true);
    expect(found.privileged.at.source).toBe('common.yaml');
    expect(found.ports.items.map(({ published }) => valueIfKnown(published))).toEqual([1, 2]);
    const [process] = await of('process.environment', files);
    expect(process && valueIfKnown(process.command)).toEqual(['x']);
    expect((await of('compose.service', files)).length).toBe(1);
  });

  test('services that extend each other end', async () => {
    const found = await of('compose.service', {
      'compose.yaml': 'services:\n  a: {image: a, extends: b}\n  b: {image: b, extends: {service: a}}\n',
    });
    expect(found.map(({ service: name }) => name)).toEqual(['a', 'b']);
  });

  test('the oldest form has its services at the top', async () => {
    expect(
      (await service({ 'docker-compose.yml': 'web:\n  image: nginx\n  privileged: true\n' }, 'web')).built,
    ).toBe(false);
  });

  test('other YAML is left alone', async () => {
    const files = {
      'services.yaml':
        'services:\n  _defaults: {autowire: true}\n  App\\Kernel:\n    class: X\n    image: 1\n',
      '.gitlab-ci.yml': 'services:\n  - postgres\nimage: x\n',
      'stack.yml': a,
      'values.yaml': 'services:\n  a: {{ .Values.x }}\n',
    };
    const { graph, audit: done } = await read(files);
    expect(graph.all('compose.service').items.map(({ id }) => id)).toContain('compose.service:stack.yml#a');
    expect(done.problems).toEqual([]);
  });

  test('a template is said to be one', async () => {
    const { audit: done } = await read({
      'compose.yaml': 'services:\n  {% if x %}\n  a: {image: {{ x }}}\n',
    });
    expect(done.problems.map(({ message }) => message)).toEqual([
      'is a template; only what it renders to can be read',
    ]);
  });

  test('a link to a file is the file', async () => {
    const found = await of('compose.service', {
      'compose.yaml': { link: 'real/stack.yml' },
      'real/stack.yml': a,
    });
    expect(found.map(({ id }) => id)).toEqual(['compose.service:real/stack.yml#a']);
  });
});

describe('what could not be read', () => {
  test('a lost override leaves nothing certain', async () => {
    const found = await service(
      { 'compose.yaml': `${a}    privileged: true\n`, 'compose.override.yaml': { error: 'denied' } },
      'a',
    );
    expect(found.privileged.state).toBe('unknown');
    expect(found.mounts.missing.length).toBe(1);
  });

  test('a lost .env leaves every variable open, also those with a default', async () => {
    const found = await service(
      { 'compose.yaml': `${a}    privileged: \${P:-true}\n`, '.env': { error: 'denied' } },
      'a',
    );
    expect(found.privileged.state).toBe('unknown');
  });

  test('a broken part leaves only that service open', async () => {
    const files = { 'compose.yaml': 'services:\n  a:\n    image: a\n    labels: [\n  b:\n    image: b\n' };
    expect((await service(files, 'a')).privileged.state).toBe('unknown');
    expect((await service(files, 'b')).privileged.state).toBe('default');
  });
});

describe('variables', () => {
  test('come from .env, defaults, env_file and outside', async () => {
    const files = {
      'compose.yaml': `${a}    env_file: [one.env, {path: two.env, required: false}]
    environment:
      - LITERAL=$$x
      - FROM_ENV=\${SET}
      - DEFAULT=\${GONE:-a\${SET}}
      - HARD=\${EMPTY-b}
      - SOFT=\${EMPTY:-c}
      - UNSET=\${GONE}
      - ALT=\${SET:+d}
      - SET
      - PASSED
      - OVER=late
`,
      '.env': 'SET=1\nEMPTY=\nLOOP=$LOOP\n',
      'one.env': "OVER=early\nFILE=${SET}2 # why\nRAW='${SET}'\n",
    };
    expect(await variables(files)).toEqual({
      OVER: 'literal late',
      FILE: 'env-file 12',
      RAW: 'env-file ${SET}',
      LITERAL: 'literal $x',
      FROM_ENV: 'env-file 1',
      DEFAULT: 'default a1',
      HARD: 'env-file ',
      SOFT: 'default c',
      UNSET: 'outside ? GONE is unset',
      ALT: 'default d',
      SET: 'env-file 1',
      PASSED: 'outside ? PASSED is passed in from outside',
    });
    const { two, ...rest } = { two: '', ...files };
    expect(await variables({ ...rest, 'two.env': `X=${two}\n` })).toMatchObject({
      FILE: 'env-file 12',
      RAW: `env-file \${SET}`,
    });
  });

  test('the places are those of the values', async () => {
    const files = {
      'compose.yaml': `${a}    environment: [A=b, 'C=d']\n    env_file: x.env\n`,
      'x.env': 'E="f"\n',
    };
    const [process] = await of('process.environment', files);
    const texts = Object.values(process?.variables ?? {}).map(({ value }) => cut(files, value.at));
    expect(texts).toEqual(['f', 'b', 'd']);
  });

  test('a text that doubles without end is given up', async () => {
    const doubling = Array.from({ length: 200 }, (_, i) => `A${i}=\${A${i + 1}}\${A${i + 1}}`).join('\n');
    const found = await variables({
      'compose.yaml': `${a}    environment: {X: "$A0"}\n`,
      '.env': `${doubling}\nA200=x\n`,
    });
    expect(Object.keys(found)).toEqual(['X']);
  });
});

describe('ports', () => {
  test.each([
    ['"80:8080"', [['', 80, 8080, 'tcp']]],
    ['8080', [['', null, 8080, 'tcp']]],
    ['"127.0.0.1:53:53/udp"', [['127.0.0.1', 53, 53, 'udp']]],
    ['"127.0.0.1::80"', [['127.0.0.1', null, 80, 'tcp']]],
    ['"[::1]:5:6"', [['::1', 5, 6, 'tcp']]],
    [
      '"9000-9001:80-81"',
      [
        ['', 9000, 80, 'tcp'],
        ['', 9001, 81, 'tcp'],
      ],
    ],
    ['"${B:-127.0.0.1}:1:2"', [['127.0.0.1', 1, 2, 'tcp']]],
    ['"${P:-127.0.0.1:1}:2"', [['127.0.0.1', 1, 2, 'tcp']]],
    ['"${P}:2"', [['?', '?', 2, 'tcp']]],
    ['"127.0.0.1:${P}:2"', [['127.0.0.1', '?', 2, 'tcp']]],
    ['22:22', [['', 22, 22, 'tcp']]],
    ['{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: udp}', [['127.0.0.1', 8080, 80, 'udp']]],
    ['{target: 80}', [['', null, 80, 'tcp']]],
  ])('%s', async (text, expected) => {
    const { ports } = await service({ 'compose.yaml': `${a}    ports: [${text}]\n` }, 'a');
    const told = (value: { state: string; value?: unknown }): unknown =>
      value.state === 'unknown' ? '?' : value.value;
    const found = ports.items.map(({ address, published, container, protocol }) => [
      told(address),
      told(published),
      told(container),
      protocol,
    ]);
    expect(found).toEqual(expected);
  });
});

describe('mounts', () => {
  test.each([
    ['./x:/y:ro', ['bind', './x', '/y', true]],
    ['${PWD}/x:/y', ['bind', './x', '/y', false]],
    ['${HOME}/.ssh:/y:z,ro', ['bind', '~/.ssh', '/y', true]],
    ['name:/y', ['volume', null, '/y', false]],
    ['/y', ['volume', null, '/y', false]],
    ['bound:/y', ['bind', '/etc', '/y', false]],
    ['C:\\x:/y:ro', ['bind', 'C:\\x', '/y', true]],
    ['${D}/x:/y', ['bind', undefined, '/y', false]],
  ])('%s', async (text, expected) => {
    const top = 'volumes:\n  name:\n  bound: {driver_opts: {type: none, o: bind, device: /etc}}\n';
    const { mounts } = await service({ 'compose.yaml': `${a}    volumes:\n      - ${text}\n${top}` }, 'a');
    const found = mounts.items.map(({ type, hostPath, target, readOnly }) => [
      type,
      valueIfKnown(hostPath),
      valueIfKnown(target),
      valueIfKnown(readOnly),
    ]);
    expect(found).toEqual([expected]);
  });

  test('of two at one place the later stands', async () => {
    const found = await service(
      {
        'compose.yaml': `${a}    volumes: ["/etc:/x"]\n`,
        'compose.override.yaml': 'services:\n  a: {volumes: ["./y:/x"]}\n',
      },
      'a',
    );
    expect(found.mounts.items.map(({ hostPath }) => valueIfKnown(hostPath))).toEqual(['./y']);
  });
});

describe('joints', () => {
  test('names, addresses, volumes, networks and Dockerfiles', async () => {
    const files = {
      'app/compose.yaml': `services:
  web:
    build: {context: ../web, dockerfile: docker/Prod, target: Run}
    container_name: front
    networks: {edge: {aliases: [www]}}
    environment: {DB: "postgres://u:p@db:5432/x"}
    configs: [{source: conf, target: /etc/web.conf}]
    secrets: [key]
  db: {image: postgres}
networks: {edge: {internal: true}}
configs: {conf: {file: ./web.conf}}
secrets: {key: {file: ./key.pem}}
`,
      'app/web.conf': '',
      'app/key.pem': '',
    };
    const { graph } = await read(files);
    const web = graph.get('compose.service:app#web');
    if (!web) throw new Error('no web');
    expect(web.symbols).toEqual(['dns:web', 'dns:front', 'dns:www']);
    const [endpoint] = graph.out(web, 'connects_to', 'network.endpoint').items;
    expect(endpoint?.name).toBe('postgres://db:5432');
    expect(
      endpoint &&
        graph.out(endpoint, 'resolves_to', 'compose.service').items.map(({ service: name }) => name),
    ).toEqual(['db']);
    expect(
      graph.out(web, 'joins', 'compose.network').items.map(({ internal }) => valueIfKnown(internal)),
    ).toEqual([true]);
    expect(graph.placements.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'app/web.conf /etc/web.conf',
      'app/key.pem /run/secrets/key',
    ]);
  });
});

describe('secrets', () => {
  test('are told to the printer wherever they stand', () => {
    const text = `services:
  a:
    image: a
    environment:
      DB_PASSWORD: "one1"
      URL: postgres://u:two2@db/x
    command: ["x", "--requirepass", "three3"]
    labels: [ "token=four4" ]
    build: {args: {NPM_TOKEN: five5}}
  b:
    image: b
    command: x --password six6
`;
    const { secrets = [] } = compose.parse({ uri: 'compose.yaml', size: 0, text }) ?? {};
    const hidden = secrets.map(({ start, end }) => text.slice(start, end)).join(' ');
    for (const word of ['one1', 'two2', 'three3', 'four4', 'five5', 'six6']) expect(hidden).toContain(word);
  });
});

test('any cut of a file is read or refused, with every place inside it', async () => {
  const text = `x: &x {a: 1}\nservices:\n  a:\n    <<: *x\n    image: "r:\${T:-1}"\n    ports: ["1:2", {target: 3}]\n    volumes: [./a:/b, {type: bind, source: /, target: /x}]\n    environment: [A=b, C]\n    build: {context: ., args: [D=e]}\n    extends: b\n  b:\n    image: b\n    command: |\n      x "y\nnetworks: {n: }\n`;
  for (let end = 0; end <= text.length; end += 3) {
    const part = text.slice(0, end);
    const { graph } = await read({ 'compose.yaml': part });
    const places = (
      ['compose.service', 'image', 'network.listener', 'volume', 'process.environment'] as const
    ).flatMap((kind) => graph.all(kind).items.map(({ at }) => at));
    expect(places.filter((at) => at.start < 0 || at.end < at.start || at.end > part.length)).toEqual([]);
  }
}, 60_000);

function cut(files: Readonly<Record<string, string>>, at: Location): string | undefined {
  return files[at.source]?.slice(at.start, at.end);
}

test('a file with more services than people write is told as a problem', async () => {
  const services = Array.from({ length: 2001 }, (_, index) => `  s${index}: { image: redis }\n`).join('');
  const { parseSource } = await import('../../src/load/compose/parse.ts');
  const source = { uri: 'compose.yaml', size: 0, text: `services:\n${services}` };
  expect(() => parseSource(source)).toThrow('more than 2000 services');
});

test.each([
  ['"5432:5432"', 'high'],
  ['"127.0.0.1:5432:5432"', 'medium'],
])('a weak password behind port %s is of %s severity', async (port, severity) => {
  const { default: check } = await import('../../checks/compose/default-password.ts');
  const text = `services: { db: { image: "postgres:17", ports: [${port}], environment: { POSTGRES_PASSWORD: postgres } } }\n`;
  const { audit: found } = await audit({
    collector: memory('test', [{ uri: 'compose.yaml', text }]),
    loaders,
    checks: async () => new Map([['compose/default-password', check]]),
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
  });
  expect(found.findings).toMatchObject([{ severity }]);
});
