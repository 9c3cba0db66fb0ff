import { defineCheck, known, type Resource } from '../../src/check.ts';
import { guardOf } from '../../src/facts/nginx-access.ts';
import { isLocalOnly, serverOf, shown } from '../../src/facts/nginx-graph.ts';
import { urlTo } from '../../src/facts/nginx-requests.ts';

/** Folders that are there to be browsed. */
const onPurpose = /download|mirror|\bpub\b|ftp|releases?\b|dist\b|repo|archive|packages/i;

export default defineCheck({
  on: ['nginx.http', 'nginx.server', 'nginx.location'],
  title: 'Folders list their files',
  severity: 'medium',
  risk: 'data-exposure',
  why: 'A listing shows every file of a folder that has no index page: backups, uploads of other users, forgotten scripts. Guessing names is no longer needed.',
  remedy: 'Remove `autoindex on`, or keep it to the one folder that is meant to be browsed.',
  references: ['https://nginx.org/en/docs/http/ngx_http_autoindex_module.html'],
  compliance: { cwe: ['548'], 'owasp-2021': ['A01', 'A05'] },
  equivalents: { 'nginx-lint': ['autoindex_enabled'] },
  fixes: { unsafe: 'switches the listing off, which somebody may browse' },

  *run(resource, graph) {
    const { autoindex, kind } = resource;
    if (!shown(autoindex, false, graph, resource.at) || (kind === 'nginx.location' && !servesFiles(resource)))
      return;
    if (kind !== 'nginx.http' && guardOf(resource.access) !== null) return;
    const server =
      kind === 'nginx.location' ? serverOf(resource, graph) : kind === 'nginx.server' ? resource : undefined;
    if (server && isLocalOnly(server)) return;
    const path = kind === 'nginx.location' ? resource.path : '/';
    const edit = { at: autoindex.at, text: 'autoindex off;', safety: 'unsafe' } as const;
    yield {
      message: 'everybody can list the files of folders without an index page',
      at: autoindex.at,
      severity: onPurpose.test(path) ? 'low' : 'medium',
      // Without the slash nginx only sends on to the folder.
      witness: `curl '${urlTo(resource, graph).replace(/\/?$/, '/')}'`,
      edits: [edit],
    };
  },

  bad: [
    { 'nginx.conf': 'http { server { root /srv; location /files/ { «autoindex on;» } } }' },
    // Set above: reported once, where it is written.
    {
      'nginx.conf':
        'events {} http { server { «autoindex on;» root /srv; location /a/ { } location /b/ { } } }',
    },
    { 'nginx.conf': 'events {} http { «autoindex on;» server { root /srv; } }' },
    { 'nginx.conf': 'events {} http { server { root /srv; location /download/ { «autoindex on;» } } }' },
    { 'nginx.conf': 'events {} http { server { root /srv; location / { «fancyindex on;» } } }' },
  ],
  good: [
    { 'nginx.conf': 'http { server { root /srv; location / { autoindex off; } } }' },
    {
      'nginx.conf':
        'http { server { root /srv; location /a/ { autoindex on; auth_basic x; auth_basic_user_file u; } } }',
    },
    { 'nginx.conf': 'http { server { listen 127.0.0.1:80; location /a/ { autoindex on; } } }' },
    { 'nginx.conf': 'http { server { location /a/ { autoindex on; allow 10.0.0.0/8; deny all; } } }' },
    // Nothing to list behind a proxy.
    { 'nginx.conf': 'http { server { location /a/ { autoindex on; proxy_pass http://127.0.0.1; } } }' },
  ],
  unsure: [{ 'nginx.conf.j2': 'server { root /srv; autoindex {{ listing }}; }' }],
});

function servesFiles({ passes, exits, internal, modifier }: Resource<'nginx.location'>): boolean {
  if (modifier === '=' || modifier === '@' || passes.items.length > 0 || known(internal)) return false;
  return !exits.items.some(({ always }) => always);
}
