import { expect, test } from 'vitest';
import alias from '../../checks/nginx/alias-traversal.ts';
import autoindex from '../../checks/nginx/autoindex.ts';
import crlf from '../../checks/nginx/crlf-injection.ts';
import bypass from '../../checks/nginx/return-bypasses-access.ts';
import ssrf from '../../checks/nginx/ssrf-variable-proxy.ts';
import status from '../../checks/nginx/status-exposed.ts';
import type { Check } from '../../src/check.ts';
import { parseRegex } from '../../src/facts/pcre.ts';
import { samplePath } from '../../src/facts/pcre-samples.ts';
import { auditExample } from '../examples.ts';

async function witnessOf(check: Check, body: string): Promise<string | undefined> {
  const example = { 'nginx.conf': `events {} http { server { ${body} } }` };
  const { audit } = await auditExample(example, new Map([['nginx/one', check]]));
  return audit.findings.find(({ state }) => state === 'fail')?.witness;
}

const shop = 'listen 443 ssl; server_name shop.acme-store.net;';

test.each([
  [
    crlf,
    `${shop} location ~ ^/goto/(.*)$ { return 302 https://$1; }`,
    "curl -i 'https://shop.acme-store.net/goto/%0dX-Injected:%20yes'",
  ],
  [
    crlf,
    `location ~ ^/go/([^/]+)/(\\d+)$ { return 302 https://$1; }`,
    "curl -i 'http://HOST/go/%0d%0aX-Injected:%20yes/1'",
  ],
  [crlf, 'location /a { return 302 https://b$uri; }', "curl -i 'http://HOST/a/%0d%0aX-Injected:%20yes'"],
  [crlf, 'location ~ ^/x(\\W*)$ { return 302 https://b/$1; }', "curl -i 'http://HOST/x%0d%0a'"],
  // Another location would answer for the plain path.
  [
    crlf,
    'location ~ \\.php { return 404; } location ~ ^/a { return 302 https://b$uri; }',
    "curl -i 'http://HOST/a%0d%0aX-Injected:%20yes'",
  ],
  [crlf, 'rewrite ^/old/(?<rest>[^X]*)$ https://b/$rest permanent;', "curl -i 'http://HOST/old/%0d%0a'"],
  [alias, 'location /img { alias /srv/pictures/; }', "curl -g --path-as-is 'http://HOST/img../pictures/'"],
  [
    alias,
    'location ~ ^/files(.*)$ { alias /srv/files/$1; }',
    "curl -g --path-as-is 'http://HOST/files../files/'",
  ],
  [
    ssrf,
    'location ~ ^/p/([^/]+)/(.*)$ { proxy_pass http://$1/$2; }',
    "curl 'http://HOST/p/169.254.169.254/'",
  ],
  [ssrf, 'location / { set $to $arg_to; proxy_pass http://$to; }', "curl 'http://HOST/?to=169.254.169.254'"],
  [autoindex, 'location /media { alias /srv/media/; autoindex on; }', "curl 'http://HOST/media/'"],
  [autoindex, 'location ~ ^/(a|b) { root /srv; autoindex on; }', "curl 'http://HOST/a/'"],
  [status, 'location ~* /status$ { stub_status; }', "curl 'http://HOST/status'"],
  // Nested in a prefix, which has to be in the path.
  [status, 'location /in/ { location ~ stats { stub_status; } }', "curl 'http://HOST/in/stats'"],
  [
    bypass,
    'location /a { deny all; if ($arg_key = let-me-in) { return 200 ok; } }',
    "curl -i 'http://HOST/a?key=let-me-in'",
  ],
])('%# the request that shows it reaches the place', async (check, body, witness) => {
  expect(await witnessOf(check as Check, body)).toBe(witness);
});

test.each([
  ['^/a/(b|c)+/\\d{2,}$', undefined, '/a/b/11'],
  ['^/x/([a-z]+)(?:/(\\d+))?$', { group: 2, text: '7' }, '/x/a/7'],
  ['/f([^?]*)$', { group: 1, text: '../s/' }, '/f../s/'],
  ['^/(?:u|v/(.+))$', { group: 1, text: 'w' }, '/v/w'],
  // What cannot be wished for, or is not understood.
  ['^/([a-z]+)$', { group: 1, text: '\n' }, undefined],
  ['^/(?<=x)a$', undefined, undefined],
  ['^/a{9999}$', undefined, undefined],
])('a path for %s', (source, wish, path) => {
  const regex = parseRegex(source);
  expect(regex && samplePath(regex, wish)).toBe(path);
});
