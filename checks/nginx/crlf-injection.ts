import { defineCheck, type Resource, Undetermined, type Unknown } from '../../src/check.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';

const words = {
  redirect: 'the redirect',
  header: 'the answer',
  'request-header': 'the request to the backend',
  'request-line': 'the request to the backend',
} as const;

export default defineCheck({
  on: ['nginx.http', 'nginx.server', 'nginx.location', 'nginx.snippet'],
  title: 'Line breaks from the request end up in a header',
  severity: 'high',
  risk: 'injection',
  why: 'nginx decodes the path before it fills in variables such as $uri, so `%0d%0a` in a link becomes a real line break. An attacker adds headers of his own (cookies, a redirect, a second response), or requests of his own to the backend.',
  remedy:
    'Use `$request_uri`, which stays encoded, in place of `$uri`, `$document_uri` or groups of a location; or let the group match no line breaks, as in `([^/\\s]+)`.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#var_uri',
    'https://owasp.org/www-community/attacks/HTTP_Response_Splitting',
  ],
  compliance: { cwe: ['93', '113'], 'owasp-2021': ['A03'] },
  equivalents: { gixy: ['http_splitting'], semgrep: ['header-injection'] },

  *run(resource, graph) {
    const blockers: Unknown[] = [...doubts(resource.sinks.missing, graph, resource.at)];
    for (const sink of resource.sinks.items) {
      const { by, into, at } = sink;
      const use = broken(sink);
      if (!use) {
        blockers.push(...untold(sink));
        continue;
      }
      const because = use.because === '' ? '' : ` (${use.because})`;
      const isLine = use.breaks === 'line';
      yield {
        message: `a line break in the path goes through ${use.name}${because} into ${words[into]}`,
        at,
        severity: isLine ? 'high' : 'medium',
        confidence: isLine ? 'high' : 'low',
        discriminator: `${by} ${use.name}`,
        witness: `curl -i 'http://HOST${pathOf(resource)}%0d%0aX-Injected:%20yes'`,
      };
    }
    if (blockers.length > 0) throw new Undetermined(blockers);
  },

  bad: [
    { 'nginx.conf': 'http { server { location / { «return 302 https://a.example.com$uri;» } } }' },
    { 'nginx.conf': 'http { server { «return https://a.example.com$document_uri;» } }' },
    { 'nginx.conf': 'http { server { «rewrite ^ https://a.example.com$uri permanent;» } }' },
    { 'nginx.conf': 'http { server { location /a { «add_header X-Path "$uri";» } } }' },
    { 'nginx.conf': 'http { server { location /a { «add_header X-File $request_filename;» } } }' },
    { 'nginx.conf': 'http { server { location /a { «proxy_pass http://127.0.0.1:1$uri;» } } }' },
    {
      'nginx.conf':
        'http { server { location /a { «proxy_set_header X-Path $uri;» proxy_pass http://127.0.0.1; } } }',
    },
    // A class with a negation matches line breaks.
    { 'nginx.conf': 'http { server { location ~ ^/a/([^/]*)$ { «return 302 https://b/$1;» } } }' },
    {
      'nginx.conf':
        'http { server { location ~ ^/a/(?<rest>[^.]+) { «proxy_pass http://127.0.0.1/$rest;» } } }',
    },
    // A dot matches carriage returns, not line feeds.
    { 'nginx.conf': 'http { server { location ~ ^/a/(.*)$ { «return 302 https://b/$1;» } } }' },
    // A named group of a rewrite, other than a numbered one, is not encoded again.
    { 'nginx.conf': 'http { server { «rewrite ^/a(?<rest>[^x]*)$ https://b$rest permanent;» } }' },
    // By way of other variables.
    {
      'nginx.conf':
        'http { server { set $p $uri; location / { if ($arg_a) { «return 301 https://b$p;» } } } }',
    },
    {
      'nginx.conf':
        'http { map $uri $to { default $uri; } server { location / { «add_header X-To $to;» } } }',
    },
  ],
  good: [
    { 'nginx.conf': 'http { server { return 301 https://$host$request_uri; } }' },
    // A body is no header.
    { 'nginx.conf': 'http { server { location / { return 200 "$uri"; } } }' },
    // Stays inside.
    { 'nginx.conf': 'http { server { rewrite ^ /index.php?p=$uri last; } }' },
    // The groups of a rewrite are encoded again.
    { 'nginx.conf': 'http { server { rewrite ^/([^x]*)$ https://b/$1 permanent; } }' },
    // The subject is what the client sent, still encoded.
    { 'nginx.conf': 'http { server { if ($request_uri ~ ^/a([^?]*)) { return 301 https://b$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/a/([a-z0-9-]+)$ { return 302 https://b/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/a/(.*)$ { proxy_pass http://127.0.0.1/$1; } } }' },
    // Values with a length of their own.
    {
      'nginx.conf':
        'http { server { location / { fastcgi_param SCRIPT_NAME $fastcgi_script_name; fastcgi_pass unix:/a; } } }',
    },
    {
      'nginx.conf':
        'http { map $http_upgrade $c { default upgrade; "" close; } server { location / { proxy_set_header Connection $c; proxy_set_header Host $host; proxy_pass http://127.0.0.1; } } }',
    },
  ],
  unsure: [
    {
      'nginx.conf':
        'http { server { set_by_lua_block $p { return ngx.var.uri } location / { return 302 https://b$p; } } }',
    },
    {
      'nginx.conf':
        'http { server { location ~ "^/(?!x)(a(?=b))\\1(\\p{L}+)$" { return 302 https://b/$2; } } }',
    },
  ],
});

type Sink = Resource<'nginx.location'>['sinks']['items'][number];

/** The variable that lets a line break through; towards clients a bare carriage return can be enough. */
function broken({ into, uses }: Sink): Sink['uses'][number] | undefined {
  const toClient = into === 'redirect' || into === 'header';
  const line = uses.find(({ breaks }) => breaks === 'line');
  return line ?? (toClient ? uses.find(({ breaks }) => breaks === 'return') : undefined);
}

function untold({ uses, at }: Sink): readonly Unknown[] {
  return uses
    .filter(({ breaks }) => breaks === 'unknown')
    .map(({ name }) => ({
      state: 'unknown',
      sort: 'unresolved',
      reason: `what ${name} can hold is not known`,
      at,
    }));
}

function pathOf(resource: object): string {
  const isPrefix = 'modifier' in resource && (resource.modifier === '' || resource.modifier === '^~');
  const path = isPrefix && 'path' in resource && typeof resource.path === 'string' ? resource.path : '/';
  return path.endsWith('/') ? path : `${path}/`;
}
