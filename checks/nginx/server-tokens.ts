import { defineCheck, known } from '../../src/check.ts';
import { isLocalOnly, originOf } from '../../src/facts/nginx-graph.ts';
import { onceForAll } from '../_lib/http-block.ts';

const off = 'server_tokens off;';

export default defineCheck({
  on: 'nginx.server',
  title: 'Answers tell the version of nginx',
  severity: 'low',
  tier: 'hardening',
  risk: 'data-exposure',
  why: 'With the release in every answer and error page, a search engine for hosts finds all servers with a newly published flaw within minutes.',
  remedy: 'Set `server_tokens off;` in the http block.',
  references: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens'],
  compliance: { cwe: ['200'], 'owasp-2021': ['A05'], 'cis-nginx': ['2.5.1'] },
  equivalents: { gixy: ['version_disclosure'], 'nginx-lint': ['server_tokens_enabled'] },
  fixes: { safe: 'sets `server_tokens off;`, in the http block when nothing is written yet' },
  applies: ({ protocol }) => protocol === 'http',

  *run(server, graph) {
    const { serverTokens } = server;
    if (isLocalOnly(server)) return;
    const value = known(serverTokens);
    if (value !== 'on' && value !== 'build') return;
    const isWritten = serverTokens.state !== 'default';
    yield {
      message: isWritten
        ? `"server_tokens ${value}" puts the version of nginx into every answer`
        : 'the version of nginx is in every answer, since server_tokens is on by default',
      at: serverTokens.at,
      witness: `curl -sI ${originOf(server)}/ | grep -i ^server`,
      edits: isWritten
        ? [{ at: serverTokens.at, text: off, safety: 'safe' }]
        : onceForAll(server, graph, off, 'safe'),
    };
  },

  bad: [
    { 'nginx.conf': 'events {} http { «server» { listen 80; } }' },
    { 'nginx.conf': 'events {} http { «server_tokens on;» server { } server { } }' },
    { 'nginx.conf': 'events {} http { server_tokens off; server { «server_tokens build;» } }' },
    // The official image sets nothing either.
    {
      Dockerfile: 'FROM nginx:1.27\nCOPY site.conf /etc/nginx/conf.d/default.conf\n',
      'site.conf': '«server» { listen 80; }\n',
    },
  ],
  good: [
    { 'nginx.conf': 'events {} http { server_tokens off; server { listen 80; } }' },
    { 'nginx.conf': 'events {} http { server_tokens ""; server { listen 80; } }' },
    { 'nginx.conf': 'events {} http { server_tokens "shop"; server { listen 80; } }' },
    { 'nginx.conf': 'events {} http { more_clear_headers Server; server { listen 80; } }' },
    { 'nginx.conf': 'events {} http { server { listen 127.0.0.1:80; } }' },
  ],
  unsure: [
    { 'nginx/conf.d/a.conf': 'server { listen 80; }' },
    { 'nginx.conf': 'events {} http { include /srv/http.conf; server { listen 80; } }' },
  ],
});
