import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SurfaceEntry } from '../src/facts/surface/entry.ts';
import { parseSurface, surfaceChanges, surfaceText } from '../src/report/surface.ts';
import { buildProgram, runProgram, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const day = ['--now', '2026-06-01'];

function surfaceOf(files: Readonly<Record<string, string>>): string {
  const { out, code, err } = runProgram(program, ['surface', ...day, '--file', '-', tree(files)]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

function lines(out: string, kind: string): readonly string[] {
  return out.split('\n').filter((line) => line.startsWith(`${kind} `));
}

const site = (locations: string) =>
  `events {}\nhttp { server { listen 8080; server_name shop.test; ${locations} } }\n`;
const compose = (more = '', ports = '"80:8080"') =>
  `services:\n  web:\n    image: nginx:1.29\n    ports: [${ports}]\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n  api:\n    image: acme/api:1\n    environment: { DATABASE_URL: "postgres://app@db/shop" }\n  db:\n    image: postgres:17\n    volumes: ["pgdata:/var/lib/postgresql/data"]\n${more}volumes: { pgdata: {} }\n`;

describe('the attack surface of', () => {
  test.each(['web-shop', 'web-shop-hardened'])('%s is the one that is kept with it', (name) => {
    const file = `samples/${name}/hardpan.surface`;
    const words = ['surface', ...day, '--file', '-', `samples/${name}`];
    const { out } = runProgram(program, words, { cwd: process.cwd() });
    if (process.env['HARDPAN_UPDATE_SAMPLES']) writeFileSync(file, out);
    expect(out).toBe(readFileSync(file, 'utf8'));
  });

  test('a route names the port outside, what is behind it and who is let in', () => {
    const out = surfaceOf({
      'compose.yaml': compose(),
      'nginx.conf': site(
        'location / { proxy_pass http://api:3000; } location /admin/ { auth_basic x; allow 10.0.0.0/8; deny all; limit_req zone=a; proxy_pass http://api:3000; } location /gone { deny all; return 410; } location /in/ { internal; root /srv; }',
      ),
    });
    expect(lines(out, 'in')).toEqual([
      'in http://shop.test/; from: internet; to: service api; login: none; addresses: any; limit: none',
      'in http://shop.test/admin/; from: internet; to: service api; login: basic; addresses: 10.0.0.0/8; limit: yes',
      'in http://shop.test/gone; from: internet; to: answer 410; login: none; addresses: any; limit: none',
    ]);
    expect(lines(out, 'data')).toEqual([
      'data db; kind: PostgreSQL; backup: none; used by: api; from: its project',
    ]);
  });

  test('a port that the container keeps to itself is reached by nobody outside, one of the host by all', () => {
    const kept = site('location / { proxy_pass http://api:3000; }').replace('8080', '9000');
    const files = { 'compose.yaml': compose(), 'nginx.conf': kept };
    expect(lines(surfaceOf(files), 'in')).toEqual([
      'in http://shop.test:9000/; from: none; to: service api; login: none; addresses: any; limit: none',
    ]);
    const shared = compose().replace('    ports: ["80:8080"]\n', '    network_mode: host\n');
    const onHost = { 'compose.yaml': shared, 'nginx.conf': kept.replace('9000', '80') };
    expect(lines(surfaceOf(onHost), 'in')).toEqual([
      'in http://shop.test/; from: internet; to: service api; login: none; addresses: any; limit: none',
    ]);
  });

  test('a proxy on the host leads to a port that is bound to the loopback address', () => {
    const out = surfaceOf({
      'nginx/sites-enabled/shop.conf':
        'server { listen 443 ssl; server_name shop.test; location / { proxy_pass http://127.0.0.1:8000; } }\n',
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    ports: ["127.0.0.1:8000:80"]\n',
    });
    expect(lines(out, 'in').slice(0, 1)).toEqual([
      // The http block around a loose site may hold a limit.
      'in https://shop.test/; from: internet; to: service api; login: none; addresses: any; limit: cannot be told',
    ]);
    expect(lines(out, 'service')).toEqual(['service api; from: internet; image: acme/api:1']);
  });

  test('a port past the proxy is a way in of its own', () => {
    const more = '  cache:\n    image: redis:8\n    ports: ["127.0.0.1:6379:6379", "16379:6379"]\n';
    expect(lines(surfaceOf({ 'compose.yaml': compose(more) }), 'in port')).toEqual([
      'in port 16379 (6379 inside); from: lan; to: service cache',
      'in port 6379 on 127.0.0.1; from: none; to: service cache',
      'in port 80 (8080 inside); from: internet; to: service web',
    ]);
  });

  test('what cannot be seen is a line, and secrets are none', () => {
    const out = surfaceOf({
      'compose.yaml': compose(),
      'nginx.conf': site('location / { proxy_pass http://admin:s3cret-Zq7@10.0.0.9/; }'),
      'k8s/api.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: api }\n',
    });
    expect(lines(out, 'unseen')).toEqual(['unseen k8s/api.yaml; why: Kubernetes files are not read yet']);
    expect(out).not.toContain('Zq7');
  });
});

describe('what differs is said in words', () => {
  const route: SurfaceEntry = {
    kind: 'in',
    subject: 'https://a.test/metrics',
    facts: [
      ['from', 'internet'],
      ['to', 'service api'],
      ['login', 'none'],
    ],
  };
  const store = (backup: string): SurfaceEntry => ({
    kind: 'data',
    subject: 'db',
    facts: [
      ['kind', 'PostgreSQL'],
      ['backup', backup],
    ],
  });

  test.each<[readonly SurfaceEntry[], readonly SurfaceEntry[], readonly string[]]>([
    [[route], [route], []],
    [
      [],
      [route],
      ['+ https://a.test/metrics is reachable from the internet without a login and leads to service api'],
    ],
    [
      [route],
      [{ ...route, facts: [...route.facts.slice(0, 2), ['login', 'basic']] }],
      ['~ https://a.test/metrics: login was none, is basic'],
    ],
    [[store('nightly')], [store('none')], ['- the only backup of db (nightly)']],
    [[store('none')], [], ['- data store db (PostgreSQL), backed up by nothing']],
  ])('case %#', (before, after, words) => {
    expect(surfaceChanges(before, after)).toEqual(words);
    expect(surfaceChanges(parseSurface(surfaceText(before)), after)).toEqual(words);
  });

  test('two trees of one repository are compared without a file', () => {
    const folder = tree({
      'compose.yaml': compose(),
      'nginx.conf': site('location / { proxy_pass http://api:1; }'),
    });
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@x', ...words], {
        stdio: 'ignore',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    const since = () => runProgram(program, ['surface', ...day, '--since', 'HEAD', '.'], { cwd: folder });
    expect(since()).toMatchObject({ code: 0, out: '', err: '' });
    writeFileSync(
      join(folder, 'compose.yaml'),
      compose('  cache:\n    image: redis:8\n    ports: ["6379:6379"]\n'),
    );
    expect(since()).toMatchObject({
      code: 1,
      out: expect.stringContaining(
        '+ port 6379 is reachable from the local network and leads to service cache\n',
      ),
    });
  });

  test('what the config declares counts', () => {
    const folder = tree({
      'compose.yaml': compose(),
      'hardpan.yaml': 'version: 1\nfacts: { hostExposure: private, backups: by the storage }\n',
    });
    const { out } = runProgram(program, ['surface', ...day, '--file', '-', '.'], { cwd: folder });
    expect(lines(out, 'data')).toEqual([
      'data db; kind: PostgreSQL; backup: declared; used by: api; from: its project',
    ]);
    expect(lines(out, 'service')[2]).toContain('web; from: private');
  });

  test('the command fails when the tree and the file differ, and only then', () => {
    const files = {
      'compose.yaml': compose(),
      'nginx.conf': site('location / { proxy_pass http://api:1; }'),
    };
    const folder = tree(files);
    const run = (...words: readonly string[]) =>
      runProgram(program, ['surface', ...day, ...words, '.'], { cwd: folder });
    expect(run('--check')).toMatchObject({ code: 2, out: '' });
    expect(run()).toMatchObject({ code: 0, out: '', err: '' });
    expect(run('--check')).toMatchObject({ code: 0, out: '', err: '' });
    writeFileSync(
      join(folder, 'nginx.conf'),
      site('location / { proxy_pass http://api:1; } location /metrics { proxy_pass http://api:1; }'),
    );
    const { code, out, err } = run('--check');
    expect({ code, out }).toEqual({
      code: 1,
      out: '+ http://shop.test/metrics is reachable from the internet without a login and leads to service api\n',
    });
    expect(err).toContain('differs from hardpan.surface');
    writeFileSync(join(folder, 'hardpan.surface'), 'in x\nnonsense\n');
    expect(run('--check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('hardpan.surface: line 2'),
    });
  });
});
