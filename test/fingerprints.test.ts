import { expect, test } from 'vitest';
import { audit } from '../src/audit.ts';
import { type MemoryFile, memory } from '../src/collect/memory.ts';
import type { Finding } from '../src/finding.ts';
import { loaders } from '../src/load/index.ts';
import { allChecks, auditExample } from './examples.ts';

const checks = await allChecks();
type Tree = Readonly<Record<string, string>>;

async function findingsOf(tree: Tree): Promise<readonly Finding[]> {
  const files: MemoryFile[] = Object.entries(tree).map(([uri, text]) => ({ uri, text }));
  const { audit: found } = await audit({
    collector: memory('test', files),
    loaders,
    checks: async () => checks,
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
  });
  return found.findings.filter(({ state }) => state === 'fail');
}

const named = (findings: readonly Finding[]): readonly string[] =>
  findings
    .map(({ check, at, resource, fingerprint }) => `${fingerprint} ${check} ${at.source} ${resource.name}`)
    .sort();
const bare = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ check, at, fingerprint }) => `${fingerprint} ${check} ${at.source}`).sort();

/** Numbers below `below`, the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<T>(items: readonly T[], pick: (below: number) => number): readonly T[] {
  const rest = [...items];
  return items.map(() => rest.splice(pick(rest.length), 1)[0] as T);
}

const servers = [
  'server {\n  listen 443 ssl;\n  server_name a.example;\n  ssl_certificate a.pem;\n  location /files {\n    alias /srv/files/;\n  }\n}\n',
  'server {\n  listen 443 ssl;\n  server_name b.example;\n  ssl_certificate b.pem;\n  ssl_protocols TLSv1;\n  location /media {\n    alias /srv/media/;\n    autoindex on;\n  }\n}\n',
  'server {\n  listen 10.0.0.1:80;\n  location /x {\n    alias /srv/x/;\n  }\n}\n',
  'server {\n  listen 10.0.0.2:80;\n  location /y {\n    return 404;\n  }\n}\n',
  'server {\n  listen 8080;\n  server_name c.example;\n  location / {\n    proxy_pass http://$host$request_uri;\n  }\n}\n',
];
const shared = '# shared\nserver_tokens on;\nssl_protocols TLSv1 TLSv1.2;\nautoindex on;\n';
const nginxOf = (all: readonly string[]) => `events {}\nhttp {\n${shared}${all.join('\n')}}\n`;

const services: readonly string[] = [
  '  a:\n    <<: *common\n    image: a:1\n    ports:\n      - "5432:5432"\n',
  '  b:\n    <<: *common\n    image: b:1\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n      - /:/host\n',
  '  db:\n    image: postgres:16\n    ports: ["5433:5432"]\n    environment:\n      POSTGRES_PASSWORD: example-secret-1\n',
  '  cache:\n    image: redis:7\n    network_mode: host\n',
];
const composeOf = (all: readonly string[]) =>
  `x-common: &common\n  privileged: true\n  env_file: .env\nservices:\n${all.join('')}`;

const steps = [
  'ENV API_TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyz\n',
  'RUN chmod -R 777 /srv\n',
  'RUN curl -k https://example.com/a.sh | sh\n',
  'LABEL a=b\n',
  'ADD https://example.com/a.tgz /a.tgz\n',
];
const dockerfileOf = (all: readonly string[]) =>
  `FROM node:20 AS build\nRUN sudo npm ci\nFROM debian:12\n${all.join('')}CMD ["a"]\n`;

const dependencies = [
  '"left": "*"',
  '"right": "git+http://example.com/right.git"',
  '"up": "latest"',
  '"down": "1.0.0"',
];
const packageOf = (all: readonly string[], parts: readonly number[] = [0, 1, 2]) => {
  const members = ['"name": "x"', '"private": true', `"dependencies": {\n${all.join(',\n')}\n}`];
  return `{\n${parts.map((part) => members[part]).join(',\n')}\n}\n`;
};

const tree = {
  'nginx/nginx.conf': nginxOf(servers),
  'compose.yaml': composeOf(services),
  '.env': 'DB_PASSWORD=hunter2hunter2\nSECRET_KEY=abcdefabcdef0123\n',
  'api/Dockerfile': dockerfileOf(steps),
  'api/package.json': packageOf(dependencies),
  'other/Dockerfile': 'FROM debian:12\nRUN chmod 777 /a\n',
};
const before = await findingsOf(tree);

test('the tree of these tests has findings of every sort', () => {
  expect(before.length).toBeGreaterThan(20);
  for (const file of Object.keys(tree))
    expect(before.some(({ at }) => at.source === file)).toBe(file !== '.env');
  expect(new Set(before.map(({ fingerprint }) => fingerprint)).size).toBe(before.length);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('lines and comments anywhere change none (%i)', async (seed) => {
  const pick = random(seed);
  const grown = Object.fromEntries(
    Object.entries(tree).map(([uri, text]) => [
      uri,
      text
        .split('\n')
        .flatMap((line) => {
          if (uri.endsWith('.json')) return pick(3) === 0 ? ['', line] : [line];
          const more = pick(3) === 0 ? [['# a comment { "', '', '   # another; }'][pick(3)] ?? ''] : [];
          return [...more, line];
        })
        .join('\n'),
    ]),
  );
  expect(named(await findingsOf(grown))).toEqual(named(before));
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'another order of what is independent changes none (%i)',
  async (seed) => {
    const pick = random(seed);
    const moved = await findingsOf({
      ...tree,
      'nginx/nginx.conf': nginxOf(shuffled(servers, pick)),
      'compose.yaml': composeOf(shuffled(services, pick)),
      'api/Dockerfile': dockerfileOf(shuffled(steps, pick)),
      'api/package.json': packageOf(shuffled(dependencies, pick), shuffled([0, 1, 2], pick)),
    });
    expect(bare(moved)).toEqual(bare(before));
  },
);

test.each([0, 1, 2, 3, 4])('without block %i the others keep theirs', async (index) => {
  const without = (all: readonly string[]) => all.filter((_, at) => at !== index);
  for (const [uri, text] of [
    ['nginx/nginx.conf', nginxOf(without(servers))],
    ['compose.yaml', composeOf(without(services))],
    ['api/Dockerfile', dockerfileOf(without(steps))],
    ['api/package.json', packageOf(without(dependencies))],
  ] as const) {
    const after = await findingsOf({ ...tree, [uri]: text });
    const known = bare(before);
    expect([uri, bare(after).filter((one) => !known.includes(one))]).toEqual([uri, []]);
  }
});

test('a further block that inherits changes none', async () => {
  const more = 'server {\n  listen 443 ssl;\n  server_name 0.example;\n  ssl_certificate c.pem;\n}\n';
  const service = '  "0":\n    <<: *common\n    image: c:1\n';
  const after = await findingsOf({
    ...tree,
    'nginx/nginx.conf': nginxOf([more, ...servers]),
    'compose.yaml': composeOf([service, ...services]),
  });
  const now = bare(after);
  expect(bare(before).filter((one) => !now.includes(one))).toEqual([]);
});

test('other names of other files change none, and a moved file is found again by the loose one', async () => {
  const { 'other/Dockerfile': other, ...rest } = tree;
  const after = await findingsOf({ ...rest, 'elsewhere/sub/Dockerfile': other });
  const keep = (all: readonly Finding[]) => all.filter(({ at }) => !/^(other|elsewhere)\//.test(at.source));
  expect(named(keep(after))).toEqual(named(keep(before)));
  const loose = (all: readonly Finding[], file: string) =>
    all
      .filter(({ at }) => at.source === file)
      .map(({ looseFingerprint }) => looseFingerprint)
      .sort();
  expect(loose(before, 'other/Dockerfile').length).toBeGreaterThan(1);
  expect(loose(after, 'elsewhere/sub/Dockerfile')).toEqual(loose(before, 'other/Dockerfile'));
});

test('further files of other projects change none', async () => {
  const after = await findingsOf({
    'other/compose.yaml': composeOf(services),
    'api/Dockerfile.dev': dockerfileOf(steps),
    'a/nginx.conf': nginxOf(servers),
    'compose.override.yaml': 'services:\n  cache:\n    restart: always\n',
    ...tree,
  });
  const now = bare(after);
  expect(bare(before).filter((one) => !now.includes(one))).toEqual([]);
});

test('another value of the same setting is the same finding', async () => {
  const conf = (value: string) => ({
    'nginx.conf': `http { server { listen 443 ssl; ssl_protocols ${value}; } }\n`,
  });
  const of = async (value: string) =>
    (await findingsOf(conf(value)))
      .filter(({ message }) => message.includes('TLSv1'))
      .map(({ fingerprint }) => fingerprint);
  expect(await of('TLSv1')).toHaveLength(1);
  expect(await of('TLSv1.1')).toEqual(await of('TLSv1'));
});

test.each([...checks])('%s: lines above and below its examples change no fingerprint', async (id, check) => {
  const alone = new Map([[id, check]]);
  for (const example of check.doc?.bad ?? []) {
    const of = async (change?: (files: readonly MemoryFile[]) => readonly MemoryFile[]) =>
      (await auditExample(example, alone, change)).audit.findings
        .filter(({ state }) => state === 'fail')
        .map(({ fingerprint }) => fingerprint)
        .sort();
    const longer = (file: MemoryFile): MemoryFile => {
      const { text, uri } = file;
      if (text === undefined || !/(\.conf|\.ya?ml|Dockerfile)$/.test(uri) || /^#/.test(text)) return file;
      return { ...file, text: `\n# above\n${text}\n# below\n` };
    };
    expect(await of((files) => files.map(longer))).toEqual(await of());
  }
});
