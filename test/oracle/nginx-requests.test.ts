import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check } from '../../src/check.ts';
import { allChecks, auditExample, unpack } from '../examples.ts';
import { answerTo, freePort, hasNginx, temporaryPaths, withNginx } from '../live-nginx.ts';

/** The requests that findings show are sent to a real nginx that runs the example, on loopback. */
const isThere = hasNginx();
const folder = mkdtempSync(join(tmpdir(), 'hardpan-live-'));
const checks = await allChecks();
let backend: Server;
let backendPort = 0;
let asked = '';

beforeAll(async () => {
  backend = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      asked += data.toString('latin1');
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  backendPort = await new Promise((done) => {
    backend.listen(0, '127.0.0.1', () => done((backend.address() as { port: number }).port));
  });
});

afterAll(() => {
  backend.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isThere)('requests that findings show', () => {
  test('bring a line break into a header', async () => {
    const { shown, silent } = await replay(
      'nginx/crlf-injection',
      // A bare carriage return breaks lines for some clients, and for hardly any backend.
      (answer, sent) => /[\r\n]X-Injected: yes/.test(headOf(answer)) || /\nX-Injected: yes/.test(sent),
    );
    expect(shown.filter(({ works }) => !works)).toEqual([]);
    expect(shown.length).toBeGreaterThan(9);
    expect(silent.filter(({ works }) => works)).toEqual([]);
  }, 60_000);

  test('lead above the folder of an alias', async () => {
    const { shown, silent } = await replay('nginx/alias-traversal', (answer) =>
      /^HTTP\/1\.1 200 /.test(answer),
    );
    expect(shown.filter(({ works }) => !works)).toEqual([]);
    expect(shown.length).toBeGreaterThan(4);
    expect(silent.filter(({ works }) => works)).toEqual([]);
  }, 60_000);

  test('are answered in spite of access rules', async () => {
    const { shown } = await replay('nginx/return-bypasses-access', (answer) =>
      /^HTTP\/1\.1 (200|302) /.test(answer),
    );
    expect(shown.filter(({ works }) => !works)).toEqual([]);
    expect(shown.length).toBeGreaterThan(3);
  }, 60_000);

  test('get a listing or a status page', async () => {
    const listing = await replay('nginx/autoindex', (answer) => /<title>Index of/.test(answer));
    expect(listing.shown.filter(({ works }) => !works)).toEqual([]);
    expect(listing.shown.length).toBeGreaterThan(2);
    const status = await replay('nginx/status-exposed', (answer) => /Active connections/.test(answer));
    expect(status.shown.filter(({ works }) => !works)).toEqual([]);
  }, 60_000);
});

/** Judges by what the client got and by what the backend was sent. */
type Proof = (answer: string, sent: string) => boolean;

function headOf(answer: string): string {
  return answer.split('\r\n\r\n')[0] ?? '';
}

interface Replayed {
  readonly config: string;
  readonly url: string;
  readonly works: boolean;
}

/** What the bad examples of a check show, and the same requests at its good examples. */
async function replay(id: string, proof: Proof): Promise<{ shown: Replayed[]; silent: Replayed[] }> {
  const check = checks.get(id);
  const shown: Replayed[] = [];
  for (const example of check?.doc?.bad ?? []) {
    const urls = check ? await urlsOf(id, check, example) : [];
    if (urls.length > 0) shown.push(...(await ask(unpack(example).files, urls, proof)));
  }
  const urls = ['/', '/a/', '/files../files/', '/img../img/', '/u../files/', ...shown.map(({ url }) => url)];
  const silent: Replayed[] = [];
  for (const example of check?.doc?.good ?? [])
    silent.push(...(await ask(unpack(example).files, [...new Set(urls)], proof)));
  return { shown, silent };
}

async function urlsOf(id: string, check: Check, example: Parameters<typeof unpack>[0]): Promise<string[]> {
  const { audit } = await auditExample(example, new Map([[id, check]]));
  return audit.findings
    .filter(({ state, severity }) => state === 'fail' && severity !== 'low' && severity !== 'info')
    .flatMap(({ witness }) => /'https?:\/\/[^/']+(\/[^']*)'/.exec(witness ?? '')?.[1] ?? [])
    .filter((url) => !url.includes('-other/') && !url.endsWith('../'));
}

/** Nothing for an example that cannot run here: another listen, folders of users, a module that is not built in, a missing file. */
async function ask(
  files: ReturnType<typeof unpack>['files'],
  urls: readonly string[],
  proof: Proof,
): Promise<Replayed[]> {
  const config = files.map(({ text }) => text ?? '').join('\n');
  const home = mkdtempSync(join(folder, 'run-'));
  const port = await freePort();
  for (const { uri, text } of files) put(join(home, uri), adapt(text ?? '', home, port));
  const main = files.find(({ uri }) => uri === 'nginx.conf');
  if (!main || /listen|\/home\//.test(config)) return [];
  const found: Replayed[] = [];
  await withNginx(home, port, async () => {
    for (const url of urls) {
      asked = '';
      const answer = await answerTo(url, port);
      found.push({ config, url, works: proof(answer, asked) });
    }
  });
  return found;
}

/** Paths, ports and backends of this machine in the place of the example's. */
function adapt(text: string, home: string, port: number): string {
  // A folder with an index page is not listed.
  const index = /autoindex/.test(text) ? 'a.txt' : 'index.html';
  for (const path of [
    'srv/a.txt',
    `srv/files/${index}`,
    `srv/img/${index}`,
    'srv/download/a',
    'srv/a/a',
    'u',
  ])
    put(join(home, path), 'x');
  mkdirSync(join(home, 'srv', 'media'), { recursive: true });
  const events = /\bevents\b/.test(text) || !/\bhttp \{/.test(text) ? '' : 'events {}\n';
  return (
    events +
    text
      .replace(/\bhttp \{/, `http { access_log off; ${temporaryPaths(home)} `)
      .replace(/\bserver \{/g, `server { listen 127.0.0.1:${port}; `)
      .replace(/127\.0\.0\.1(:1)?(?=[;$/])/g, `127.0.0.1:${backendPort}`)
      .replace(/ \/srv\//g, ` ${home}/srv/`)
      .replace(/ \/srv;/g, ` ${home}/srv;`)
  );
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
