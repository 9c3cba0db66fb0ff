import { defineCheck } from '../../src/check.ts';
import { shown } from '../../src/facts/nginx-graph.ts';

/** Places that large files are sent to on purpose. */
const uploads = /upload|media|files?\b|registry|\/v2\b|git|webdav|dav\b|import|backup|artifacts?\b|packages/i;
const gigabyte = 1024 ** 3;

export default defineCheck({
  on: ['nginx.http', 'nginx.server', 'nginx.location', 'nginx.snippet'],
  title: 'Request bodies of any size are accepted',
  severity: 'medium',
  risk: 'denial-of-service',
  why: 'nginx stores a body on disk before it hands it on. Without a limit a single client fills the disk, and the log, the database or other sites on it stop working.',
  remedy:
    'Set `client_max_body_size` to what the application needs, and a larger value only in the location of uploads.',
  references: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size'],
  compliance: { cwe: ['770', '400'], 'owasp-2021': ['A05'], 'cis-nginx': ['5.2.2'] },
  fixes: { unsafe: 'sets a limit of 10 MiB, which uploads may need more than' },

  *run(resource, graph) {
    const { bodySize } = resource;
    const size = shown(bodySize, 1, graph, resource.at);
    // Judged where it is written; further in it is the same statement.
    if (bodySize.state !== 'explicit' || !(size === 0 || size > gigabyte)) return;
    const isUpload = resource.kind === 'nginx.location' && uploads.test(resource.path);
    yield {
      message:
        size === 0
          ? 'a request may be as large as the disk'
          : `a request may be ${Math.round(size / gigabyte)} GiB large`,
      at: bodySize.at,
      edits: [{ at: bodySize.at, text: 'client_max_body_size 10m;', safety: 'unsafe' }],
      severity: size > 0 || isUpload ? 'low' : 'medium',
    };
  },

  bad: [
    { 'nginx.conf': 'http { «client_max_body_size 0;» server { } }' },
    { 'nginx.conf': 'http { server { «client_max_body_size 0m;» location / { } } }' },
    { 'nginx.conf': 'http { server { location /upload { «client_max_body_size 0;» } } }' },
    { 'nginx.conf': 'http { server { «client_max_body_size 20G;» } }' },
    { 'nginx/snippets/big.conf': '«client_max_body_size 0;»' },
  ],
  good: [
    { 'nginx.conf': 'http { server { client_max_body_size 64m; } }' },
    { 'nginx.conf': 'events {} http { server { location / { } } }' },
  ],
  unsure: [{ 'nginx.conf.j2': 'server { client_max_body_size {{ size }}; }' }],
});
