import { defineCheck, Undetermined } from '../../src/check.ts';

export default defineCheck({
  on: 'nginx.include',
  title: 'An included file does not exist',
  severity: 'high',
  risk: 'misconfiguration',
  why: 'nginx does not start when a plain path after `include` leads nowhere. Relative paths begin at the folder of the main file, not at the file that includes.',
  remedy:
    'Add the file or correct the path; where the file is optional, a pattern such as `name[.]conf` is fine without a match.',
  references: ['https://nginx.org/en/docs/ngx_core_module.html#include'],
  compliance: { 'owasp-2021': ['A05'] },

  *run({ state, path, tried, at }) {
    if (state === 'missing')
      yield {
        message: `nginx finds no file at ${tried[0] ?? path} and does not start`,
        at,
        witness: 'nginx -t',
      };
    if (state === 'outside') {
      const reason = `the file that "include ${path}" names is not in the tree`;
      throw new Undetermined([{ state: 'unknown', sort: 'unseen', reason, at }]);
    }
  },

  bad: [
    { 'nginx.conf': 'events {} http { «include tls.conf;» }' },
    {
      'nginx/nginx.conf': 'events {} http { «include /etc/nginx/sites/a.conf;» }',
      'nginx/conf.d/a.conf': 'server { }',
    },
    // Not relative to the file that includes.
    {
      'nginx/nginx.conf': 'events {} http { include inc/a.conf; }',
      'nginx/inc/a.conf': '«include b.conf;»',
      'nginx/inc/b.conf': 'gzip on;',
    },
  ],
  good: [
    { 'nginx.conf': 'events {} http { include tls.conf; }', 'tls.conf': 'ssl_protocols TLSv1.3;' },
    // A pattern may match nothing.
    { 'nginx.conf': 'events {} http { include conf.d/*.conf; include /etc/nginx/sites-enabled/*; }' },
    // Comes with nginx.
    {
      'nginx.conf':
        'events {} http { include mime.types; include /etc/nginx/fastcgi_params; include /etc/nginx/modules-enabled/*.conf; }',
    },
    {
      'nginx.conf': 'events {} http { include sites-enabled/*; }',
      'sites-enabled/a': { link: 'sites-available/a' },
      'sites-available/a': 'server { listen 80; }',
    },
    {
      'etc/nginx/nginx.conf': 'events {} http { include /etc/nginx/tls.conf; }',
      'etc/nginx/tls.conf': 'ssl_protocols TLSv1.3;',
    },
  ],
  unsure: [
    { 'nginx.conf': 'events {} http { include /srv/extra.conf; }' },
    { 'nginx/conf.d/a.conf': 'server { include parts/tls.conf; }' },
  ],
});
