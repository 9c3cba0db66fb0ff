import { defineCheck, known, type Resource, some, Undetermined } from '../../src/check.ts';
import { guardOf } from '../../src/facts/nginx-access.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';
import { queryFor, urlTo } from '../../src/facts/nginx-requests.ts';

export default defineCheck({
  on: ['nginx.server', 'nginx.location'],
  title: 'A return answers before access is checked',
  severity: 'high',
  risk: ['access-control', 'missing-authentication'],
  why: 'nginx carries out `return` and `rewrite` before it looks at allow, deny and logins. What such a statement answers goes to everybody, however strict the rules beside it are.',
  remedy:
    'Serve the answer from a place that the access phase guards: a file by `try_files`, an internal location, or `limit_except` around the rules.',
  references: [
    'https://nginx.org/en/docs/dev/development_guide.html#http_phases',
    'https://nginx.org/en/docs/http/ngx_http_access_module.html',
  ],
  compliance: { cwe: ['284', '696'], 'owasp-2021': ['A01'] },
  equivalents: { gixy: ['return_bypasses_allow_deny'] },
  applies: ({ exits, at }, graph) => some({ ...exits, missing: doubts(exits.missing, graph, at) }, gives),

  *run(resource, graph) {
    if (resource.kind === 'nginx.location' && known(resource.internal)) return;
    const own =
      resource.ownRules.items.length > 0 || isOwn(resource.access.basic) || isOwn(resource.access.request);
    const guard = guardOf(resource.access);
    if (guard === null) return;
    for (const exit of resource.exits.items.filter(gives)) {
      const { code, at, target } = exit;
      yield {
        message: `everybody gets this ${code}, since ${guard === 'login' ? 'the login is' : 'allow and deny are'} looked at only later`,
        at,
        // A fixed word under rules that were written for the whole site is mostly a health check.
        severity: own ? 'high' : target.includes('$') ? 'medium' : 'low',
        witness: `curl -i '${urlTo(resource, graph)}${queryFor(exit.condition)}'`,
      };
    }
    const unseen = doubts(resource.exits.missing, graph, resource.at);
    if (unseen.length > 0) throw new Undetermined(unseen);
  },

  bad: [
    { 'nginx.conf': 'http { server { location /a { deny all; «return 200 "secret";» } } }' },
    {
      'nginx.conf':
        'http { server { location /a { auth_basic x; auth_basic_user_file u; «return 200 $arg_a;» } } }',
    },
    { 'nginx.conf': 'http { server { location /a { deny all; if ($arg_x) { «return 200 ok;» } } } }' },
    {
      'nginx.conf':
        'http { server { auth_request /auth; location /a { «return 302 http://files.example.com/$arg_f;» } } }',
    },
    { 'nginx.conf': 'http { server { allow 10.0.0.0/8; deny all; location /health { «return 200 ok;» } } }' },
  ],
  good: [
    { 'nginx.conf': 'http { server { location /a { return 200 ok; } } }' },
    // Refusals and the way to https give nothing away.
    {
      'nginx.conf':
        'http { server { deny all; return 403; } server { deny all; return 301 https://$host$request_uri; } server { return 200; } }',
    },
    { 'nginx.conf': 'http { server { location /a { deny all; internal; return 200 ok; } } }' },
    { 'nginx.conf': 'http { server { deny all; location /a { allow all; return 200 ok; } } }' },
    {
      'nginx.conf':
        'http { server { auth_basic x; location @e { return 200 ok; } location /b { auth_basic off; return 200 ok; } } }',
    },
  ],
  unsure: [{ 'nginx/snippets/a.conf': 'location /a { return 200 ok; }' }],
});

type Exit = Resource<'nginx.server'>['exits']['items'][number];

/** Whether the statement hands anything out: a body, or the way to a place over plain http or by a variable. */
function gives({ by, code, target }: Exit): boolean {
  if (code === null || (by !== 'return' && code < 300)) return false;
  if (code >= 200 && code < 300) return by === 'return';
  if (code < 300 || code >= 400) return false;
  return !/^(https:|\/|\$scheme|http:\/\/\$(host|server_name))/.test(target) && target.includes('$');
}

function isOwn({ state }: { readonly state: string }): boolean {
  return state === 'explicit';
}
