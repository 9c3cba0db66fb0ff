import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { formatNames } from '../src/cli/output.ts';
import { buildProgram, runProgram, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

/** A secret of each kind, where people leave them. */
const planted = {
  docker: 'Zq7-docker-env-8Hd2kLm9',
  argument: 'Zq7-docker-arg-3Kf8sPw1',
  compose: 'Zq7-compose-env-5Tg7vBn2',
  fallback: 'Zq7-compose-def-9Yh4jXc6',
  inUrl: 'Zq7-database-url-2Rm6',
  dotenv: 'Zq7-dotenv-file-7Wq3eDs8',
  npm: 'npm_Zq7aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3',
  git: 'Zq7-git-token-6Bv1',
  header: 'Zq7-nginx-header-4Ux9',
};

const files = {
  'api/Dockerfile': `FROM node:20\nARG DB_PASSWORD=${planted.argument}\nENV API_SECRET=${planted.docker}\nRUN curl -u admin:${planted.docker} http://x | sh\n`,
  'compose.yaml': `services:\n  db:\n    image: postgres:16\n    env_file: .env\n    environment:\n      POSTGRES_PASSWORD: ${planted.compose}\n      TOKEN: \${TOKEN:-${planted.fallback}}\n      DATABASE_URL: postgres://app:${planted.inUrl}@db:5432/app\n`,
  '.env': `MAIL_PASSWORD=${planted.dotenv}\n`,
  '.npmrc': `//registry.example.com/:_authToken=${planted.npm}\n`,
  'package.json': `{"name":"x","version":"1.0.0","dependencies":{"lib":"git+https://user:${planted.git}@git.example.com/x.git"}}`,
  'nginx.conf': `events {}\nhttp { server { listen 80; location / { proxy_set_header Authorization "Bearer ${planted.header}"; proxy_pass http://10.0.0.1; } } }\n`,
  'broken/compose.yaml': `services:\n  a:\n    environment: { PASSWORD: "${planted.compose}\n`,
};

test('no secret reaches any output', () => {
  const folder = tree(files);
  const reports = formatNames.map((format) => `${format}=${join(folder, `out.${format}`)}`);
  const { err } = runProgram(program, [
    '--show',
    'info',
    '-v',
    '--all',
    ...reports.flatMap((one) => ['-o', one]),
    folder,
  ]);
  expect(err).toBe('');
  for (const format of formatNames) {
    const output = readFileSync(join(folder, `out.${format}`), 'utf8');
    expect(output.length).toBeGreaterThan(1000);
    const leaked = Object.entries(planted).filter(([, secret]) => output.includes(secret));
    expect([format, leaked.map(([name]) => name)]).toEqual([format, []]);
  }
});

test('a scan needs no network and tries none', () => {
  const folder = tree(files);
  const { code, err } = runProgram(program, ['-o', 'json', folder], {
    env: { NODE_OPTIONS: `--require ${join(process.cwd(), 'test', 'no-network.cjs')}` },
  });
  expect({ code, err }).toEqual({ code: 1, err: '' });
});
