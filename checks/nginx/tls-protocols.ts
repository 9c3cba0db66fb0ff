import { defineCheck, known } from '../../src/check.ts';
import { tlsAddressOf } from '../../src/facts/nginx-graph.ts';

const broken = new Set(['SSLv2', 'SSLv3']);
const old = new Set(['TLSv1', 'TLSv1.1']);
/** What `openssl s_client` calls them. */
const options: Readonly<Record<string, string>> = { SSLv3: 'ssl3', TLSv1: 'tls1', 'TLSv1.1': 'tls1_1' };

export default defineCheck({
  on: ['nginx.server', 'nginx.snippet'],
  title: 'Outdated TLS versions are offered',
  severity: 'high',
  risk: 'tls',
  why: 'SSLv2 and SSLv3 are broken; TLS 1.0 and 1.1 lack authenticated encryption, lean on SHA-1 and were retired in 2021. Whoever can tamper with the connection can try to push a client down to them.',
  remedy: 'Offer TLS 1.2 and 1.3 only: `ssl_protocols TLSv1.2 TLSv1.3;`.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://www.rfc-editor.org/rfc/rfc8996',
    'https://wiki.mozilla.org/Security/Server_Side_TLS',
  ],
  compliance: { cwe: ['326', '327'], 'owasp-2021': ['A02'], 'cis-nginx': ['4.1.4'] },
  equivalents: {
    gixy: ['weak_ssl_tls'],
    semgrep: ['insecure-ssl-version'],
    'nginx-lint': ['deprecated_ssl_protocol'],
  },
  fixes: {
    safe: 'takes SSLv2 and SSLv3 out of the list, which no client of today speaks',
    unsafe: 'takes TLSv1 and TLSv1.1 out of the list, which old clients may need',
  },
  applies: (resource) =>
    resource.kind === 'nginx.snippet' ? resource.protocols.state === 'explicit' : known(resource.tls),

  *run(resource) {
    const { protocols } = resource;
    const offered = known(protocols);
    // What applies when nothing is written differs by release and is another question.
    if (offered === null || protocols.state === 'default') return;
    const bad = offered.filter((name) => broken.has(name) || old.has(name));
    if (bad.length === 0) return;
    const kept = offered.filter((name) => !bad.includes(name));
    const text = `ssl_protocols ${kept.length > 0 ? kept.join(' ') : 'TLSv1.2 TLSv1.3'};`;
    const isBroken = bad.some((name) => broken.has(name));
    const option = bad.map((name) => options[name]).find((one) => one !== undefined);
    yield {
      message: `${bad.join(', ')} can be negotiated here`,
      at: protocols.at,
      severity: isBroken ? 'critical' : 'high',
      ...(option && resource.kind === 'nginx.server'
        ? { witness: `openssl s_client -connect ${tlsAddressOf(resource)} -${option} </dev/null` }
        : {}),
      edits: [{ at: protocols.at, text, safety: bad.every((name) => broken.has(name)) ? 'safe' : 'unsafe' }],
    };
  },

  bad: [
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_protocols TLSv1 TLSv1.2;» } }' },
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_protocols SSLv3 TLSv1.2;» } }' },
    // Set once for two servers: one finding.
    {
      'nginx.conf':
        'events {} http { «ssl_protocols TLSv1.1 TLSv1.2;» server { listen 443 ssl; server_name a; } server { listen 443 ssl; server_name b; } }',
    },
    // `ssl` in one `listen` holds for all servers of that socket.
    {
      'nginx.conf':
        'events {} http { server { listen 443 ssl; ssl_protocols TLSv1.2; } server { listen 443; server_name b; «ssl_protocols TLSv1;» } }',
    },
    {
      'nginx.conf': 'events {} http { server { listen 443 ssl; include tls.conf; } }',
      'tls.conf': '«ssl_protocols TLSv1;»',
    },
    {
      'nginx.conf':
        'events {} stream { server { listen 993 ssl; «ssl_protocols TLSv1;» proxy_pass a:143; } }',
    },
    { 'nginx/snippets/tls.conf': '«ssl_protocols TLSv1 TLSv1.2;»\nssl_session_tickets off;\n' },
  ],
  good: [
    { 'nginx.conf': 'http { server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; } }' },
    // Nothing is written: nginx/tls-protocols-default asks about that.
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; } }' },
    // A nearer definition wins.
    {
      'nginx.conf':
        'events {} http { ssl_protocols TLSv1; server { listen 443 ssl; ssl_protocols TLSv1.2; } server { listen 80; } }',
    },
    {
      'nginx.conf': 'events {} http { include conf.d/*.conf; ssl_protocols TLSv1.3; }',
      'conf.d/a.conf': 'server { listen 443 ssl; }',
    },
  ],
  unsure: [
    // Whoever includes this file may set it.
    { 'nginx/sites-available/a': 'server { listen 443 ssl; }' },
    { 'nginx.conf': 'events {} http { include /srv/tls.conf; server { listen 443 ssl; } }' },
  ],
});
