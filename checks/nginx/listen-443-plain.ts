import { defineCheck, known, Undetermined } from '../../src/check.ts';
import { hostFor } from '../../src/facts/nginx-graph.ts';

export default defineCheck({
  on: 'nginx.server',
  title: 'Port 443 without TLS',
  severity: 'high',
  risk: ['tls', 'unencrypted-transport'],
  why: 'Clients that speak TLS get an error page, and whoever works around that sends everything in clear text to a port that looks secure.',
  remedy: 'Write `listen 443 ssl;` and give the server a certificate.',
  references: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#listen'],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'] },
  fixes: { unsafe: 'adds `ssl` to the `listen`; the server needs a certificate then' },
  applies: ({ protocol, listens }) =>
    protocol === 'http' && listens.items.some(({ port }) => port.state !== 'unknown' && port.value === 443),

  *run(server, graph) {
    for (const { port, tls, flags, at, text } of server.listens.items) {
      if (port.state === 'unknown' || port.value !== 443) continue;
      // A balancer that ends TLS in front announces its clients this way.
      if (known(tls) || flags.includes('proxy_protocol')) continue;
      const unseen = graph.unseen('nginx.server', server.at);
      if (unseen.length > 0) throw new Undetermined(unseen);
      yield {
        message: `port 443 answers in clear text, since "${text}" lacks "ssl"`,
        at,
        witness: `curl -s http://${hostFor(server)}:443/`,
        edits: [{ at, text: `listen ${[text, 'ssl', ...flags].join(' ')};`, safety: 'unsafe' }],
      };
    }
  },

  bad: [
    { 'nginx.conf': 'events {} http { server { «listen 443;» server_name a; } }' },
    { 'nginx.conf': 'events {} http { server { «listen [::]:443 http2;» listen 80; } }' },
    { 'nginx/conf.d/a.conf': 'server { «listen 443 default_server;» }' },
  ],
  good: [
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; listen [::]:443 ssl; listen 8443; } }' },
    { 'nginx.conf': 'events {} http { server { listen 443 quic reuseport; listen 443 ssl; } }' },
    // Before 1.25.1 this switched TLS on for every socket.
    { 'nginx.conf': 'events {} http { server { listen 443; ssl on; } }' },
    // One `ssl` is enough for a socket.
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; } server { listen 443; server_name b; } }' },
    { 'nginx.conf': 'events {} http { server { listen 443 proxy_protocol; } }' },
  ],
  unsure: [{ 'nginx.conf.template': 'server { listen 443 ${TLS}; }' }],
});
