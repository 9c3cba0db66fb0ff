import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Whether nginx is installed; without it the tests that need it say so and are skipped. */
export function hasNginx(): boolean {
  const isThere = spawnSync('nginx', ['-v']).status === 0;
  if (!isThere) {
    if (process.env['HARDPAN_REQUIRE_ORACLES'] === '1')
      throw new Error('nginx is required and not installed');
    console.warn('SKIPPED: nginx is not installed');
  }
  return isThere;
}

/** Where nginx puts bodies that it has to store, below a folder of the test. */
export function temporaryPaths(home: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join(' ');
}

/** Runs nginx with `nginx.conf` of the folder while `work` lasts; undefined when nginx refuses the configuration. */
export async function withNginx<T>(
  home: string,
  port: number,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const options = ['-p', home, '-e', join(home, 'log'), '-c', join(home, 'nginx.conf')];
  const global = `daemon off; master_process off; pid ${join(home, 'pid')};`;
  if (spawnSync('nginx', ['-t', ...options, '-g', global]).status !== 0) return undefined;
  const nginx = spawn('nginx', [...options, '-g', global], { stdio: 'ignore' });
  try {
    await reachable(port);
    return await work();
  } finally {
    await ended(nginx);
  }
}

/** The answer as bytes, with a path that no client library has tidied up. */
export function answerTo(url: string, port: number): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => done(answer));
    socket.on('close', () => done(answer));
    socket.setTimeout(2000, () => socket.destroy());
    socket.write(`GET ${url} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n`);
  });
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

async function reachable(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.on('error', () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('nginx does not answer');
}

function ended(nginx: ChildProcess): Promise<void> {
  return new Promise((done) => {
    nginx.once('exit', () => done());
    nginx.kill('SIGKILL');
  });
}
