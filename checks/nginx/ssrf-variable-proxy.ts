import {
  defineCheck,
  type Graph,
  known,
  type Resource,
  Undetermined,
  type Unknown,
} from '../../src/check.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';
import { urlTo } from '../../src/facts/nginx-requests.ts';

type Pass = Resource<'nginx.location'>['passes']['items'][number];

export default defineCheck({
  on: 'nginx.location',
  title: 'The client chooses where nginx connects to',
  severity: 'high',
  risk: 'injection',
  why: 'Whoever can put a host of his choice into the address of the backend makes nginx fetch it from inside: metadata services with cloud credentials, admin pages, databases. It also makes the server an open proxy.',
  remedy:
    'Pick the backend by a `map` whose results are written out, and answer 4xx for everything else; let a group in a host match a closed list, as in `(api|shop)`.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
    'https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html',
  ],
  compliance: { cwe: ['918'], 'owasp-2021': ['A10'] },
  equivalents: {
    gixy: ['ssrf'],
    semgrep: ['dynamic-proxy-host', 'dynamic-proxy-scheme', 'missing-internal'],
  },
  applies: ({ passes, at }, graph) => {
    const unseen = doubts(passes.missing, graph, at);
    if (passes.items.length === 0 && unseen.length > 0) throw new Undetermined(unseen);
    return passes.items.length > 0;
  },

  *run(location, graph) {
    const blockers: Unknown[] = [...doubts(location.passes.missing, graph, location.at)];
    for (const pass of location.passes.items) {
      const use = pass.hostUses.find(({ control, hosts }) => control === 'client' && hosts === true);
      if (!use) {
        blockers.push(...untold(pass));
        continue;
      }
      const isInside = known(location.internal);
      const because = use.because === '' ? '' : ` (${use.because})`;
      yield {
        message: isInside
          ? `${use.name}${because} decides which host nginx connects to, on requests that nginx itself makes`
          : `the client decides by ${use.name}${because} which host nginx connects to`,
        at: pass.at,
        severity: isInside ? 'info' : isBounded(pass) ? 'medium' : 'high',
        witness: witnessFor(use, pass, location, graph),
      };
    }
    if (blockers.length > 0) throw new Undetermined(blockers);
  },

  bad: [
    { 'nginx.conf': 'http { server { location /p { «proxy_pass http://$arg_host;» } } }' },
    { 'nginx.conf': 'http { server { location /p { «proxy_pass $scheme://$http_host$request_uri;» } } }' },
    { 'nginx.conf': 'events {} http { server { location / { «proxy_pass http://$host;» } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/p/([^/]+)/(.*)$ { «proxy_pass http://$1/$2;» } } }' },
    // The domain stays, the name in it is open.
    { 'nginx.conf': 'http { server { location ~ ^/p/([^/]+)/ { «proxy_pass http://$1.example.com;» } } }' },
    // Without a slash between, the group goes on with the name: /api.evil.com
    { 'nginx.conf': 'http { server { location ~ ^/api(.*)$ { «proxy_pass http://backend$1;» } } }' },
    { 'nginx.conf': 'http { server { location / { set $t $arg_to; «fastcgi_pass $t:9000;» } } }' },
    {
      'nginx.conf':
        'http { map $arg_b $b { default $arg_b; x api; } server { location / { «proxy_pass http://$b;» } } }',
    },
    // Only nginx itself gets here.
    { 'nginx.conf': 'http { server { location /i { internal; «proxy_pass http://$arg_host;» } } }' },
  ],
  good: [
    { 'nginx.conf': 'http { server { location / { proxy_pass http://127.0.0.1:3000$request_uri; } } }' },
    { 'nginx.conf': 'http { server { location / { proxy_pass http://127.0.0.1/$arg_host; } } }' },
    {
      'nginx.conf':
        'http { map $host $b { default api; a.example.com shop; } server { location / { proxy_pass http://$b; } } }',
    },
    { 'nginx.conf': 'http { server { location ~ ^/(api|shop)/ { proxy_pass http://$1:8080; } } }' },
    { 'nginx.conf': 'http { server { location / { set $up app; proxy_pass http://$up:8080; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/api(/.*)$ { proxy_pass http://127.0.0.1$1; } } }' },
    { 'nginx.conf': 'http { server { location / { set $up "http://app$request_uri"; proxy_pass $up; } } }' },
    // Requests for other names go to the first server.
    {
      'nginx.conf':
        'events {} http { server { listen 80 default_server; return 444; } server { listen 80; server_name a.example.com; location / { proxy_pass http://$host:8080; } } }',
    },
  ],
  unsure: [
    {
      'nginx.conf':
        'http { server { set_by_lua_block $b { return "x" } location / { proxy_pass http://$b; } } }',
    },
    {
      'nginx/conf.d/a.conf':
        'server { server_name a.example.com; location / { proxy_pass http://$host:8080; } }',
    },
  ],
});

/** Something fixed stands beside the variable, so that not every host can be named. */
function isBounded({ hostPrefix, hostSuffix }: Pass): boolean {
  return /[a-z]/i.test(hostPrefix) || /\.[a-z]/i.test(hostSuffix);
}

function untold({ hostUses, at }: Pass): readonly Unknown[] {
  return hostUses
    .filter(({ control, hosts }) => control === 'unknown' || (control === 'client' && hosts === 'unknown'))
    .map(({ name }) => ({
      state: 'unknown',
      sort: 'unresolved',
      reason: `what ${name} can hold is not known`,
      at,
    }));
}

/** A request that makes nginx connect to a host of the client's choice. */
function witnessFor(
  { name, from }: Pass['hostUses'][number],
  pass: Pass,
  location: Resource<'nginx.location'>,
  graph: Graph,
): string {
  const host = hostFor(pass);
  const url = urlTo(location, graph, { text: host, from });
  if (from?.by === 'group' && url.includes(host)) return `curl '${url}'`;
  const [, sort, rest = ''] = (from?.by === 'variable' && /^(arg|http|cookie)_(\w+)$/.exec(from.name)) || [];
  if (sort === 'arg') return `curl '${url}?${rest}=${host}'`;
  if (sort === 'cookie') return `curl -b '${rest}=${host}' '${url}'`;
  if (sort === 'http') return `curl -H '${rest.replaceAll('_', '-')}: ${host}' '${url}'`;
  if (from?.by === 'variable' && from.name === 'host') return `curl -H 'host: ${host}' '${url}'`;
  return `curl '${url}' with ${host} where ${name} is taken from`;
}

/** A host that the fixed text around the variable admits. */
function hostFor({ hostPrefix, hostSuffix }: Pass): string {
  if (/[a-z]/i.test(hostPrefix)) return '.attacker.example';
  return /\.[a-z]/i.test(hostSuffix) ? 'intern' : '169.254.169.254';
}
