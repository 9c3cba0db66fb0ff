import { defineCheck, known } from '../../src/check.ts';
import { guardOf } from '../../src/facts/nginx-access.ts';
import { isLocalOnly, serverOf, shown } from '../../src/facts/nginx-graph.ts';
import { urlTo } from '../../src/facts/nginx-requests.ts';

export default defineCheck({
  on: 'nginx.location',
  title: 'The status page is open to everybody',
  severity: 'medium',
  risk: 'data-exposure',
  why: 'It tells strangers how busy the server is and, with the richer modules, the names and addresses of backends, their state and sometimes how to change them.',
  remedy:
    'Put `allow 127.0.0.1; deny all;` (and the address of the monitoring) into the location, or serve it on a socket of its own on the loopback address.',
  references: ['https://nginx.org/en/docs/http/ngx_http_stub_status_module.html'],
  compliance: { cwe: ['200'], 'owasp-2021': ['A01', 'A05'] },
  equivalents: { gixy: ['status_page_exposed'] },
  fixes: { unsafe: 'lets only this machine in, so monitoring from elsewhere has to be added' },
  applies: ({ status, at }, graph) => shown(status, null, graph, at) !== null,

  *run(location, graph) {
    const status = known(location.status);
    if (!status || known(location.internal) || guardOf(location.access) !== null) return;
    const server = serverOf(location, graph);
    if (server && isLocalOnly(server)) return;
    yield {
      message: `${status.text} answers everybody at ${location.path}`,
      at: status.at,
      witness: `curl '${urlTo(location, graph)}'`,
      edits: [
        {
          at: { ...status.at, start: status.at.end },
          text: 'allow 127.0.0.1;\nallow ::1;\ndeny all;',
          safety: 'unsafe',
          layout: 'statements',
        },
      ],
    };
  },

  bad: [
    { 'nginx.conf': 'http { server { location = /status { «stub_status;» } } }' },
    { 'nginx.conf': 'events {} http { server { location /s { «stub_status on;» allow 127.0.0.1; } } }' },
    { 'nginx/conf.d/a.conf': 'server { location /s { «stub_status;» } }' },
    // An own list hides the one of the server.
    {
      'nginx.conf':
        'events {} http { server { deny all; location /s { «vhost_traffic_status_display;» allow all; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { auth_basic x; location /s { auth_basic off; «api write=on;» } } }',
    },
  ],
  good: [
    { 'nginx.conf': 'http { server { location /s { stub_status; allow 127.0.0.1; deny all; } } }' },
    { 'nginx.conf': 'http { server { allow 10.0.0.0/8; deny all; location /s { stub_status; } } }' },
    {
      'nginx.conf': 'http { server { auth_basic x; auth_basic_user_file u; location /s { stub_status; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 127.0.0.1:8080; listen unix:/run/s; location /s { stub_status; } } }',
    },
    { 'nginx.conf': 'events {} http { server { location /s { internal; stub_status; } } }' },
    { 'nginx.conf': 'events {} http { server { ssl_verify_client on; location /s { stub_status; } } }' },
  ],
  unsure: [
    // The server around it may refuse strangers.
    { 'nginx/snippets/status.conf': 'location /s { stub_status; }' },
    { 'nginx.conf': 'events {} http { server { location /s { stub_status; include /srv/office.conf; } } }' },
  ],
});
