import { defineCheck, type Edit, type Resource, type Severity, Undetermined } from '../../src/check.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';

const security = new Set([
  'content-security-policy',
  'strict-transport-security',
  'x-frame-options',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'cross-origin-resource-policy',
]);

const assets = /\\\.\(?(\?:)?[\w|?]*(css|js|png|jpe?g|gif|svg|ico|woff2?|ttf|webp)\b/i;

export default defineCheck({
  on: ['nginx.server', 'nginx.location'],
  title: 'Security headers are lost',
  severity: 'medium',
  risk: 'misconfiguration',
  why: 'A block with any `add_header` of its own inherits none from the blocks around it. The protection that the outer headers promise is silently missing from the answers of this block.',
  remedy:
    'Repeat the outer headers in the block, keep them in a file that both include, or, from nginx 1.29.3 on, set `add_header_inherit merge`.',
  references: ['https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header'],
  compliance: { cwe: ['693'], 'owasp-2021': ['A05'] },
  equivalents: {
    gixy: ['add_header_redefinition'],
    semgrep: ['header-redefinition'],
    'nginx-lint': ['directive_inheritance'],
  },
  fixes: {
    safe: 'repeats a lost Strict-Transport-Security header in the location, since browsers obey it for the whole host anyway',
    unsafe: 'repeats the other lost headers, which pages of this block may have been written without',
  },
  applies: ({ replacements, at }, graph) => {
    const unseen = doubts(replacements.missing, graph, at);
    if (replacements.items.length === 0 && unseen.length > 0) throw new Undetermined(unseen);
    return replacements.items.length > 0;
  },

  *run(resource) {
    for (const replacement of resource.replacements.items) {
      const { above, own, at, block } = replacement;
      // Headers of a file that was not read may stand on either side.
      if (above.missing.length > 0) throw new Undetermined(above.missing);
      const kept = new Set(own.map(({ name }) => name.toLowerCase()));
      const lost = above.items.filter((header) => matters(header) && !kept.has(header.name.toLowerCase()));
      const [first] = lost;
      if (!first || onlyRedirects(resource)) continue;
      const names = [...new Set(lost.map(({ name }) => name))];
      yield {
        message: `answers of ${block} lack ${names.join(', ')}, which the block around it sets`,
        at,
        severity: severityOf(lost, resource),
        path: lost.map((header) => ({ at: header.at, note: 'not inherited from here' })),
        edits: [insertion(lost, at, resource)],
        discriminator: names.join(),
      };
    }
  },

  bad: [
    {
      'nginx.conf':
        'http { server { add_header X-Frame-Options DENY always; location /a { «add_header X-A b;» } } }',
    },
    {
      'nginx.conf':
        'events {} http { add_header Strict-Transport-Security "max-age=63072000" always; server { «add_header X-A b;» add_header X-B c; } }',
    },
    // A condition is a block like any other.
    {
      'nginx.conf':
        'http { server { add_header Content-Security-Policy "default-src \'self\'"; location / { if ($arg_a) { «add_header X-A b;» } } } }',
    },
    {
      'nginx.conf':
        'http { server { add_header Strict-Transport-Security "max-age=63072000" always; location /a { «add_header X-A b;» } } }',
    },
    {
      'nginx.conf':
        'http { server { add_header X-Content-Type-Options nosniff; location ~ \\.(css|js)$ { «add_header X-A b;» } } }',
    },
    // `on` is how it always was.
    {
      'nginx.conf':
        'http { add_header_inherit on; server { add_header X-Frame-Options DENY; location / { «add_header X-A b;» } } }',
    },
    // The lost header comes from an included file.
    {
      'nginx.conf': 'events {} http { server { include headers.conf; location / { «add_header X-A b;» } } }',
      'headers.conf': 'add_header Referrer-Policy no-referrer;',
    },
  ],
  good: [
    {
      'nginx.conf':
        'http { server { add_header X-Frame-Options DENY; location /a { add_header X-A b; add_header x-frame-options SAMEORIGIN; } } }',
    },
    { 'nginx.conf': 'http { server { add_header X-A b; location /a { add_header X-B c; } } }' },
    {
      'nginx.conf':
        'http { server { add_header X-Frame-Options DENY; location /a { add_header X-A b; return 301 /b; } } }',
    },
    {
      'nginx.conf':
        'http { server { add_header X-Frame-Options DENY; location /a { add_header_inherit merge; add_header X-A b; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { include headers.conf; location / { include headers.conf; add_header X-A b; } } }',
      'headers.conf': 'add_header Referrer-Policy no-referrer;',
    },
    {
      'nginx.conf':
        'http { server { more_set_headers "X-Frame-Options: DENY"; location /a { add_header X-A b; } } }',
    },
  ],
  unsure: [
    {
      'nginx.conf':
        'events {} http { server { add_header X-Frame-Options DENY; location / { include /srv/headers.conf; add_header X-A b; } } }',
    },
  ],
});

type Header = Resource<'nginx.server'>['headers']['items'][number];

function matters({ name, value }: Header): boolean {
  const lower = name.toLowerCase();
  if (security.has(lower)) return true;
  if (lower === 'cache-control') return /no-store|private/i.test(value);
  return lower === 'content-disposition' && /attachment/i.test(value);
}

function severityOf(
  lost: readonly Header[],
  resource: Resource<'nginx.server' | 'nginx.location'>,
): Severity {
  if (!lost.some(({ name }) => security.has(name.toLowerCase()))) return 'low';
  return resource.kind === 'nginx.location' && assets.test(resource.path) ? 'low' : 'medium';
}

function onlyRedirects({ exits }: Resource<'nginx.server' | 'nginx.location'>): boolean {
  return exits.items.some(({ always, code }) => always && code !== null && code >= 300 && code < 400);
}

/** Repeats what is lost in front of the block's own headers. */
function insertion(
  lost: readonly Header[],
  at: Resource['at'],
  { kind }: Resource<'nginx.server' | 'nginx.location'>,
): Edit {
  const lines = lost.map(
    ({ name, value, always }) => `add_header ${name} ${quoted(value)}${always ? ' always' : ''};`,
  );
  const isHsts = lost.every(({ name }) => name.toLowerCase() === 'strict-transport-security');
  return {
    at: { ...at, end: at.start },
    text: lines.join('\n'),
    safety: isHsts && kind === 'nginx.location' ? 'safe' : 'unsafe',
    layout: 'statements',
  };
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
