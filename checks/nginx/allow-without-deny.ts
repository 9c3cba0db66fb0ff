import { defineCheck, known, Undetermined } from '../../src/check.ts';
import { hasLogin, isAboutAll, isClosed } from '../../src/facts/nginx-access.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';
import { urlTo } from '../../src/facts/nginx-requests.ts';

export default defineCheck({
  on: ['nginx.http', 'nginx.server', 'nginx.location', 'nginx.snippet'],
  title: 'A list of allowed addresses lets everybody in',
  severity: 'high',
  risk: 'access-control',
  why: 'nginx lets in whoever no rule speaks of, so a list of `allow` rules that does not end in `deny all` keeps nobody out.',
  remedy: 'End the list with `deny all;`.',
  references: ['https://nginx.org/en/docs/http/ngx_http_access_module.html'],
  compliance: { cwe: ['284'], 'owasp-2021': ['A01'], 'cis-nginx': ['5.1.1'] },
  equivalents: { gixy: ['allow_without_deny'] },
  fixes: { unsafe: 'ends the list with `deny all;`' },
  applies: ({ ownRules, at }, graph) => {
    const unseen = doubts(ownRules.missing, graph, at);
    if (ownRules.items.length === 0 && unseen.length > 0) throw new Undetermined(unseen);
    return ownRules.items.some(({ allows }) => allows);
  },

  *run(resource, graph) {
    const { ownRules, access } = resource;
    const { items, missing } = ownRules;
    const last = items.findLast((rule) => rule.allows && !isAboutAll(rule));
    if (!last || isClosed(items)) return;
    if (missing.length > 0) throw new Undetermined(missing);
    // The list then only spares some addresses the login.
    if (known(access.satisfy) === 'any' && hasLogin(access)) return;
    yield {
      message: `addresses other than ${last.source} are let in too, since the list does not end in "deny all"`,
      at: last.at,
      severity: hasLogin(access) ? 'low' : 'high',
      witness: `curl -i '${urlTo(resource, graph)}' from an address that is not on the list`,
      edits: [
        { at: { ...last.at, start: last.at.end }, text: 'deny all;', safety: 'unsafe', layout: 'statements' },
      ],
    };
  },

  bad: [
    { 'nginx.conf': 'http { server { location /a { «allow 10.0.0.0/8;» } } }' },
    { 'nginx.conf': 'http { server { allow 10.0.0.1; «allow 10.0.0.2;» deny 10.0.0.3; } }' },
    // Rules of the level above do not count here.
    { 'nginx.conf': 'http { server { deny all; location /a { «allow 10.0.0.0/8;» } } }' },
    { 'nginx.conf': 'http { server { location /a { «allow 10.0.0.0/8;» allow all; deny all; } } }' },
    { 'nginx.conf': 'http { server { location /a { satisfy any; «allow 10.0.0.0/8;» auth_basic off; } } }' },
    {
      'nginx.conf': 'events {} http { server { location /a { include ips.conf; } } }',
      'ips.conf': '«allow 10.0.0.0/8;»',
    },
  ],
  good: [
    { 'nginx.conf': 'http { server { location /a { allow 10.0.0.0/8; deny all; } } }' },
    { 'nginx.conf': 'http { server { location /a { allow all; } } }' },
    { 'nginx.conf': 'http { server { deny 203.0.113.0/24; allow all; } }' },
    {
      'nginx.conf':
        'http { server { location /a { satisfy any; allow 10.0.0.0/8; auth_basic x; auth_basic_user_file u; } } }',
    },
    { 'nginx.conf': 'http { server { location /a { allow 10.0.0.0/8; deny 0.0.0.0/0; deny ::/0; } } }' },
    {
      'nginx.conf': 'events {} http { server { location /a { allow 10.0.0.0/8; include deny.conf; } } }',
      'deny.conf': 'deny all;',
    },
  ],
  unsure: [
    // Whoever includes this may go on with `deny all`.
    { 'nginx/snippets/ips.conf': 'allow 10.0.0.0/8;' },

    {
      'nginx.conf': 'events {} http { server { location /a { allow 10.0.0.0/8; include /srv/deny.conf; } } }',
    },
  ],
});
