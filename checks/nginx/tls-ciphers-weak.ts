import { defineCheck, known } from '../../src/check.ts';
import { strongerCiphers, weakSuitesIn } from '../../src/facts/ciphers.ts';
import { tlsAddressOf } from '../../src/facts/nginx-graph.ts';

export default defineCheck({
  on: ['nginx.server', 'nginx.snippet'],
  title: 'Weak TLS ciphers are offered',
  severity: 'high',
  risk: 'tls',
  why: 'Suites without encryption, without authentication or with ciphers such as RC4 and 3DES let whoever sits on the line read or change the traffic, given enough of it.',
  remedy:
    'List only suites with ECDHE and AES-GCM or ChaCha20-Poly1305, for example the intermediate list of the Mozilla generator.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers',
    'https://docs.openssl.org/3.0/man1/openssl-ciphers/',
    'https://ssl-config.mozilla.org/',
  ],
  compliance: { cwe: ['327', '326'], 'owasp-2021': ['A02'], 'cis-nginx': ['4.1.5'] },
  equivalents: { gixy: ['weak_ssl_tls'], 'nginx-lint': ['weak_ssl_ciphers'] },
  fixes: {
    safe: 'forbids suites without encryption or authentication, export suites and single DES',
    unsafe: 'forbids RC4, 3DES and the like too, which old clients may need',
  },
  applies: (resource) =>
    resource.kind === 'nginx.snippet' ? resource.ciphers.state === 'explicit' : known(resource.tls),

  *run(resource) {
    const { ciphers, protocols } = resource;
    const weak = weakSuitesIn(known(ciphers));
    const [first] = weak;
    if (!first) return;
    // The list has no say in TLS 1.3.
    if (protocols.state !== 'unknown' && protocols.value?.every((name) => name === 'TLSv1.3')) return;
    const stronger = strongerCiphers(known(ciphers));
    const more = weak.length > 1 ? ` and ${weak.length - 1} more weak suites` : '';
    yield {
      message: `"${first.by}" turns on ${first.name}${more}`,
      at: ciphers.at,
      ...(stronger
        ? {
            edits: [
              { at: ciphers.at, text: `ssl_ciphers ${quoted(stronger.text)};`, safety: stronger.safety },
            ],
          }
        : {}),
      ...(resource.kind === 'nginx.server'
        ? { witness: `openssl s_client -connect ${tlsAddressOf(resource)} -cipher ${first.name} </dev/null` }
        : {}),
    };
  },

  bad: [
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_ciphers ALL:!aNULL;» } }' },
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_ciphers HIGH:RC4-SHA;» } }' },
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_ciphers HIGH:eNULL;» } }' },
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_ciphers "ECDHE+AESGCM:ECDHE+3DES";» } }' },
    // Taken out and put back.
    { 'nginx.conf': 'http { server { listen 443 ssl; «ssl_ciphers HIGH:-3DES:DES-CBC3-SHA;» } }' },
    { 'nginx.conf': 'events {} http { «ssl_ciphers eNULL;» server { listen 443 ssl; } }' },
  ],
  good: [
    { 'nginx.conf': 'http { server { listen 443 ssl; ssl_ciphers HIGH:!aNULL:!MD5; } }' },
    // What is banned stays banned, wherever it stands.
    {
      'nginx.conf':
        'http { server { listen 443 ssl; ssl_ciphers "ECDHE+AESGCM:!3DES:!RC4:!DES-CBC3-SHA:RC4-SHA"; } }',
    },
    {
      'nginx.conf':
        'http { server { listen 443 ssl; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256; } }',
    },
    { 'nginx.conf': 'http { server { listen 443 ssl; ssl_protocols TLSv1.3; ssl_ciphers ALL; } }' },
    {
      'nginx.conf':
        'http { server { listen 443 ssl; ssl_ciphers ALL:!aNULL:!eNULL:!MEDIUM:!LOW:!EXP:!RC4:!3DES; } }',
    },
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; } }' },
  ],
  unsure: [{ 'nginx.conf': 'events {} http { server { listen 443 ssl; include /srv/tls.conf; } }' }],
});

function quoted(text: string): string {
  return /^[\w:!+@.=-]+$/.test(text) ? text : `"${text}"`;
}
