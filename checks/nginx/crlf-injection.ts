import {
  defineCheck,
  type Edit,
  type Graph,
  type Resource,
  Undetermined,
  type Unknown,
} from '../../src/check.ts';
import { doubts, serverOf } from '../../src/facts/nginx-graph.ts';
import { queryFor, urlTo } from '../../src/facts/nginx-requests.ts';

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

  fixes: { safe: 'lets the server refuse paths with a line break, which no browser sends' },

  *run(resource, graph) {
    const server = around(resource, graph);
    if (refusesBreaks(server)) return;
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
      const isRare = needsFile(sink, resource, graph);
      yield {
        message: `a line break in the path goes through ${use.name}${because} into ${words[into]}`,
        at,
        severity: isRare ? 'low' : isLine ? 'high' : 'medium',
        confidence: isLine && !isRare ? 'high' : 'low',
        discriminator: `${by} ${use.name}`,
        edits: refusal(server),
        witness: `curl -i '${requestFor(use, resource, graph)}${queryFor(sink.condition)}'`,
      };
    }
    if (blockers.length > 0) throw new Undetermined(blockers);
  },

  bad: [
    { 'nginx.conf': 'http { server { location / { «return 302 https://a.example.com$uri;» } } }' },
    { 'nginx.conf': 'http { server { «return https://a.example.com$document_uri;» } }' },
    { 'nginx.conf': 'http { server { «rewrite ^ https://a.example.com$uri permanent;» } }' },
    { 'nginx.conf': 'http { server { location /a { «add_header X-Path "$uri" always;» } } }' },
    { 'nginx.conf': 'http { server { location /a { «add_header X-File $request_filename always;» } } }' },
    // Refused only after the answer.
    {
      'nginx.conf':
        'http { server { «rewrite ^ https://a.example.com$uri permanent;» if ($uri ~ "[\\r\\n]") { return 400; } } }',
    },
    // Only sent with a file whose name has the line break in it: milder.
    { 'nginx.conf': 'http { server { location /a { root /srv; «add_header X-Path $uri;» } } }' },
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
    // The path has passed the expression, in which dots match carriage returns only.
    { 'nginx.conf': 'http { server { «rewrite ^(.*)$ https://b.example.com$uri permanent;» } }' },
    // A named group of a rewrite, other than a numbered one, is not encoded again.
    { 'nginx.conf': 'http { server { «rewrite ^/a(?<rest>[^x]*)$ https://b$rest permanent;» } }' },
    {
      'nginx.conf':
        'http { server { location ~ ^/a/(?<p>[^/]+)$ { set $q $p; «return 302 https://b/$q;» } } }',
    },
    // By way of other variables.
    {
      'nginx.conf':
        'http { server { set $p $uri; location / { if ($arg_a) { «return 301 https://b$p;» } } } }',
    },
    {
      'nginx.conf':
        'http { map $uri $to { default $uri; } server { location / { «add_header X-To $to;» return 200 ok; } } }',
    },
  ],
  good: [
    { 'nginx.conf': 'http { server { return 301 https://$host$request_uri; } }' },
    // Here the path is one of few.
    { 'nginx.conf': 'http { server { location = /login { return 302 https://a.example.com$uri; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/(en|de)/login$ { return 302 https://b$uri; } } }' },
    { 'nginx.conf': 'http { server { if ($uri ~ ^/[a-z]+$) { return 302 https://b$uri; } } }' },
    // Such paths do not get that far.
    {
      'nginx.conf':
        'http { server { if ($uri ~ "[\\r\\n]") { return 400; } location / { return 302 https://a.example.com$uri; } } }',
    },
    // A body is no header.
    { 'nginx.conf': 'http { server { location / { return 200 "$uri"; } } }' },
    // Stays inside.
    { 'nginx.conf': 'http { server { rewrite ^ /index.php?p=$uri last; } }' },
    // The groups of a rewrite are encoded again.
    { 'nginx.conf': 'http { server { rewrite ^/([^x]*)$ https://b/$1 permanent; } }' },
    // So are those that go through `set`.
    {
      'nginx.conf':
        'http { server { location ~ ^/a/([^/]+)$ { set $p $1; return 302 https://b.example.com/$p; } } }',
    },
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

type Server = Resource<'nginx.server'>;

function around(resource: Parameters<typeof urlTo>[0], graph: Graph): Server | undefined {
  if (resource.kind === 'nginx.server') return resource;
  return resource.kind === 'nginx.location' ? serverOf(resource, graph) : undefined;
}

/** `if ($uri ~ "[\r\n]") { return 400; }` before anything else that answers or rewrites. */
function refusesBreaks(server: Server | undefined): boolean {
  const first = server?.exits.items[0];
  if (first?.by !== 'return' || (first.code ?? 0) < 400) return false;
  return /^\(?\s*\$(document_)?uri ~\*? \[(\\r\\n|\\n\\r|\r\n|\n\r)\]\s*\)?$/.test(first.condition ?? '');
}

function refusal(server: Server | undefined): readonly Edit[] {
  if (!server?.inside) return [];
  const text = 'if ($uri ~ "[\\r\\n]") { return 400; }';
  return [{ at: server.inside, text, safety: 'safe', layout: 'statements' }];
}

type Sink = Resource<'nginx.location'>['sinks']['items'][number];

/** Whether the header comes with files alone, so that one of such a name would have to exist. */
function needsFile({ always }: Sink, resource: Parameters<typeof urlTo>[0], graph: Graph): boolean {
  if (always || resource.kind !== 'nginx.location') return false;
  const { passes, exits, answers, status, tryFiles, autoindex } = resource;
  const answered = [answers, status, tryFiles].some(
    ({ state }) => state === 'explicit' || state === 'unknown',
  );
  const made = [passes, exits, graph.out(resource, 'contains', 'nginx.location')];
  const isMade = made.some(({ items, missing }) => items.length > 0 || missing.length > 0);
  return !answered && !isMade && autoindex.state !== 'unknown';
}

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

/** A request whose path carries a header, or, where the expression admits no letters, the bare line break. */
function requestFor(
  { breaks, from }: Sink['uses'][number],
  resource: Parameters<typeof urlTo>[0],
  graph: Graph,
): string {
  const ending = breaks === 'line' ? '\r\n' : '\r';
  const urls = [`${ending}X-Injected: yes`, ending].map((text) => urlTo(resource, graph, { text, from }));
  return urls.find((url) => url.includes('%0d')) ?? `${urls[0] ?? ''}%0d%0a`;
}
