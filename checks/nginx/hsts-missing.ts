import { defineCheck, type Edit, every, known, type Resource, some } from '../../src/check.ts';
import { locationsOf, originOf } from '../../src/facts/nginx-graph.ts';

/** Without subdomains, which may not all speak TLS. */
const header = 'add_header Strict-Transport-Security "max-age=63072000" always;';

export default defineCheck({
  on: 'nginx.server',
  title: 'No Strict-Transport-Security header',
  severity: 'medium',
  risk: 'tls',
  why: 'Without it browsers make the first request to a typed or linked http address in clear text, where anybody on the way can answer in the place of the site or strip the redirect to https.',
  remedy:
    'Add `add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;` to the server once every name that it covers works over https.',
  references: [
    'https://www.rfc-editor.org/rfc/rfc6797',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security',
  ],
  compliance: { cwe: ['319', '523'], 'owasp-2021': ['A05'], 'cis-nginx': ['4.1.8'] },
  equivalents: { gixy: ['hsts_header'] },
  fixes: { unsafe: 'adds the header for two years, without subdomains' },
  applies: (server) => server.protocol === 'http' && known(server.tls) && !known(server.rejectsHandshake),

  *run(server, graph) {
    // A server that only sends elsewhere or refuses has no pages to protect.
    if (server.exits.items.some(({ always }) => always)) return;
    const locations = locationsOf(server, graph);
    if (server.headers.items.some(isHsts)) return;
    if (locations.items.some(({ headers }) => headers.items.some(isHsts))) return;
    if (some(server.headers, isHsts) || some(locations, ({ headers }) => some(headers, isHsts))) return;
    const isProxied = locations.items.length > 0 && every(locations, answersElsewhere);
    const edits: readonly Edit[] = server.inside
      ? [{ at: server.inside, text: header, safety: 'unsafe', layout: 'statements' }]
      : [];
    yield {
      message: isProxied
        ? 'nginx adds no Strict-Transport-Security header, so it is up to the backend to send one'
        : 'answers over TLS carry no Strict-Transport-Security header',
      at: server.at,
      edits,
      severity: isProxied ? 'low' : 'medium',
      confidence: isProxied ? 'low' : 'high',
      witness: `curl -sI ${originOf(server, 'tls')}/ | grep -i strict-transport-security`,
    };
  },

  bad: [
    { 'nginx.conf': 'events {} http { «server» { listen 443 ssl; server_name a.example.com; root /srv; } }' },
    // Another header does not count, nor does the name of another server.
    {
      'nginx.conf':
        'events {} http { «server» { listen 443 ssl; add_header X-Frame-Options DENY; root /srv; } server { listen 443 ssl; server_name b; add_header Strict-Transport-Security max-age=63072000 always; } }',
    },
    {
      'nginx.conf':
        'events {} http { «server» { listen 443 ssl; location / { proxy_pass http://127.0.0.1:3000; } } }',
    },
    // Its own header takes the place of the one of the http block.
    {
      'nginx.conf':
        'events {} http { add_header Strict-Transport-Security max-age=1 always; «server» { listen 443 ssl; root /srv; add_header X-A b; } }',
    },
  ],
  good: [
    {
      'nginx.conf':
        'events {} http { server { listen 443 ssl; root /srv; add_header Strict-Transport-Security "max-age=63072000" always; } }',
    },
    {
      'nginx.conf':
        'events {} http { add_header strict-transport-security max-age=63072000; server { listen 443 ssl; } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 443 ssl; return 301 https://b.example.com$request_uri; } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 443 ssl default_server; ssl_reject_handshake on; } server { listen 443 ssl; server_name a; include hsts.conf; } }',
      'hsts.conf': 'more_set_headers "Strict-Transport-Security: max-age=63072000";',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 443 ssl; location / { root /srv; add_header Strict-Transport-Security max-age=63072000; } } }',
    },
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; security_headers on; } }' },
  ],
  unsure: [
    { 'nginx/conf.d/a.conf': 'server { listen 443 ssl; root /srv; }' },
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; root /srv; include /srv/headers.conf; } }' },
  ],
});

function isHsts({ name }: { readonly name: string }): boolean {
  return name.toLowerCase() === 'strict-transport-security';
}

function answersElsewhere({ passes, exits, internal }: Resource<'nginx.location'>): boolean {
  return passes.items.length > 0 || exits.items.some(({ always }) => always) || known(internal);
}
