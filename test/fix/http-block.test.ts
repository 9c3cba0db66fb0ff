import { expect, test } from 'vitest';
import { fixesOf, outcome, plan } from '../../src/fix/plan.ts';
import { allChecks, auditExample } from '../examples.ts';

const checks = await allChecks();

test.each([
  [
    'once in the http block',
    'nginx.conf',
    'http {\n  server {\n    listen 80;\n  }\n  server {\n    listen 81;\n  }\n}\n',
    'http {\n  server_tokens off;\n  server {\n    listen 80;\n  }\n  server {\n    listen 81;\n  }\n}\n',
  ],
  [
    'in the server whose http block is that of an image',
    'site.conf',
    'server {\n  listen 80;\n}\n',
    'server {\n  server_tokens off;\n  listen 80;\n}\n',
  ],
])('server_tokens off is written %s', async (_, name, text, expected) => {
  const check = checks.get('nginx/server-tokens');
  if (!check) throw new Error('nginx/server-tokens is gone');
  const image = { Dockerfile: 'FROM nginx:1.29\nCOPY site.conf /etc/nginx/conf.d/default.conf\n' };
  const example = { ...(name === 'site.conf' ? image : {}), [name]: text };
  const run = await auditExample(example, new Map([['nginx/server-tokens', check]]));
  const { fixes } = plan(fixesOf(run.audit.findings), run);
  expect(outcome(fixes, run).map(({ uri, after }) => [uri, after])).toEqual([[name, expected]]);
});
