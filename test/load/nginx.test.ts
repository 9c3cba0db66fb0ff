import { expect, test } from 'vitest';
import type { Check, Example } from '../../src/check.ts';
import type { Kind, Resource } from '../../src/model/resource.ts';
import { known } from '../../src/model/value.ts';
import { auditExample } from '../examples.ts';

const nobody = new Map<string, Check>();

async function all<K extends Kind>(kind: K, example: Example): Promise<readonly Resource<K>[]> {
  const { graph } = await auditExample(example, nobody);
  return graph.all(kind).items;
}

test('includes take the place of the statement, in the order of their names', async () => {
  const locations = await all('nginx.location', {
    'nginx.conf': 'events {} http { server { location /a { } include parts/*.conf; location /z { } } }',
    'parts/2.conf': 'location /c { }',
    'parts/1.conf': 'location /b { }',
    'parts/.hidden.conf': 'location /h { }',
  });
  expect(locations.map(({ path }) => path)).toEqual(['/a', '/b', '/c', '/z']);
});

test('a file that two servers include is modelled in both', async () => {
  const locations = await all('nginx.location', {
    'nginx.conf':
      'events {} http { server { server_name a; include l.conf; } server { server_name b; include l.conf; } }',
    'l.conf': 'location /x { }',
  });
  expect(locations.map(({ id }) => id)).toEqual([
    'nginx.location:nginx.conf#a:80/location /x',
    'nginx.location:nginx.conf#b:80/location /x',
  ]);
});

test('includes in a circle come to an end', async () => {
  const { audit } = await auditExample(
    {
      'nginx.conf': 'events {} http { include a.conf; }',
      'a.conf': 'include b.conf;',
      'b.conf': 'include a.conf; server { }',
    },
    nobody,
  );
  expect(audit.problems).toEqual([]);
});

test('includes that double at every step do not take the memory of the machine', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 28 }, (_, n) => [`${n}.conf`, `include ${n + 1}.conf; include ${n + 1}.conf;`]),
  );
  const { audit } = await auditExample(
    { 'nginx.conf': 'events {} http { include 0.conf; }', ...files, '28.conf': 'gzip on;' },
    nobody,
  );
  expect(audit.problems).toEqual([]);
});

test('a linked site is used, one that is not linked is not', async () => {
  const servers = await all('nginx.server', {
    'etc/nginx/nginx.conf': 'events {} http { include /etc/nginx/sites-enabled/*; }',
    'etc/nginx/sites-enabled/a': { link: 'etc/nginx/sites-available/a' },
    'etc/nginx/sites-available/a': 'server { server_name a; }',
    'etc/nginx/sites-available/b': 'server { server_name b; }',
  });
  expect(servers.map(({ name }) => name)).toEqual(['server a:80']);
});

test('values say where they come from', async () => {
  const [server] = await all('nginx.server', {
    'nginx.conf': 'events {} http { ssl_protocols TLSv1.3; server { listen 443 ssl; ssl_ciphers A; } }',
  });
  expect([server?.protocols.state, server?.ciphers.state, server?.serverTokens.state]).toEqual([
    'inherited',
    'explicit',
    'default',
  ]);
});

test('access rules of a level hide those above, logins pass down', async () => {
  const locations = await all('nginx.location', {
    'nginx.conf':
      'events {} http { deny all; auth_basic x; server { location /a { } location /b { allow all; auth_basic off; location /b/c { } } } }',
  });
  const seen = locations.map(({ path, access }) => [
    path,
    access.rules.items.map(({ allows }) => allows),
    known(access.basic),
  ]);
  expect(seen.sort()).toEqual([
    ['/a', [false], 'x'],
    ['/b', [true], null],
    ['/b/c', [true], null],
  ]);
});

test('add_header at a level hides all of the levels above, unless they are merged', async () => {
  const locations = await all('nginx.location', {
    'nginx.conf':
      'events {} http { add_header A 1; server { location /a { } location /b { add_header B 2; } location /c { add_header_inherit merge; add_header C 3; } } }',
  });
  expect(
    locations.map(({ path, headers }) => [path, ...headers.items.map(({ name }) => name)].join(' ')).sort(),
  ).toEqual(['/a A', '/b B', '/c A C']);
});

test.each<[string, string]>([
  ['nginx:1.22-alpine', 'TLSv1 TLSv1.1 TLSv1.2'],
  ['nginx:1.25.3', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
  ['nginx:1.29', 'TLSv1.2 TLSv1.3'],
])('%s says what its default is', async (image, protocols) => {
  const [server] = await all('nginx.server', {
    Dockerfile: `FROM ${image}\nCOPY site.conf /etc/nginx/conf.d/default.conf\n`,
    'site.conf': 'server { listen 443 ssl; }',
  });
  expect(server && known(server.protocols)?.join(' ')).toBe(protocols);
  expect(server?.protocols.state).toBe('default');
});

test('mounts say where an absolute path leads', async () => {
  const servers = await all('nginx.server', {
    'compose.yaml':
      'services:\n  web:\n    image: nginx:1.27\n    volumes:\n      - ./main.conf:/etc/nginx/nginx.conf:ro\n      - ./sites:/etc/nginx/vhosts:ro\n',
    'main.conf': 'events {} http { server_tokens off; include /etc/nginx/vhosts/*.conf; }',
    'sites/a.conf': 'server { server_name a; }',
  });
  expect(servers.map(({ name, serverTokens }) => [name, serverTokens.state])).toEqual([
    ['server a:80', 'inherited'],
  ]);
});

test('an upstream is its servers, a name without port in a loose file may be one', async () => {
  const [, inside, outside] = await all('nginx.location', {
    'nginx.conf':
      'events {} http { upstream api { server 10.0.0.1:8080; server [::1]; } server { location / { } location /a { proxy_pass http://api/x; } location /b { proxy_pass http://api:90; } } }',
  });
  expect(inside?.passes.items[0]?.targets.items.map(({ host, port }) => [host, port])).toEqual([
    ['10.0.0.1', 8080],
    ['[::1]', null],
  ]);
  expect(outside?.passes.items[0]?.targets.items.map(({ host, port }) => [host, port])).toEqual([
    ['api', 90],
  ]);
  const [loose] = await all('nginx.location', {
    'nginx/conf.d/a.conf': 'server { location / { proxy_pass http://api; } }',
  });
  expect(loose?.passes.items[0]?.targets).toMatchObject({ items: [], missing: [{ state: 'unknown' }] });
});

test('edges lead to sockets, endpoints and certificates', async () => {
  const { graph } = await auditExample(
    {
      'nginx/nginx.conf':
        'events {} http { server { listen 443 ssl; listen 8080; ssl_certificate certs/a.pem; location / { proxy_pass http://api:3000; } } }',
      'nginx/certs/a.pem': '-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n',
    },
    nobody,
  );
  const [server] = graph.all('nginx.server').items;
  const [location] = graph.all('nginx.location').items;
  if (!server || !location) throw new Error('nothing was modelled');
  const listeners = graph.out(server, 'publishes', 'network.listener').items;
  expect(listeners.map(({ port, tls }) => [known(port), known(tls)])).toEqual([
    [443, true],
    [8080, false],
  ]);
  const [endpoint] = graph.out(location, 'proxies_to', 'network.endpoint').items;
  expect(endpoint && [known(endpoint.scheme), known(endpoint.host), known(endpoint.port)]).toEqual([
    'http',
    'api',
    3000,
  ]);
  expect(graph.out(server, 'serves', 'private_key').items.map(({ name }) => name)).toEqual(['a.pem']);
});

test.each<[string, boolean]>([
  ['deploy/app.conf', true],
  ['php/www.conf', false],
  ['conf.d/limits.conf', false],
])('%s is told by its beginning', async (name, isOurs) => {
  const content: Readonly<Record<string, string>> = {
    'deploy/app.conf': 'server {\n  listen 80;\n}\n',
    'php/www.conf': '[www]\nlisten = 127.0.0.1:9000\npm.max_children = 5\n',
    'conf.d/limits.conf': '* soft nofile 1024\n',
  };
  const files = await all('source.file', { [name]: content[name] ?? '' });
  expect(files.length).toBe(isOurs ? 1 : 0);
});

test('random trees: nothing throws, and every place lies in its file', async () => {
  const pieces = [
    'server {',
    'http {',
    'location /a {',
    'location ~ ^/(.*)$ {',
    '}',
    'include a.conf;',
    'include *.conf;',
    'listen 80;',
    'proxy_pass http://$1;',
    'add_header A $uri;',
    'set $a $b;',
    'set $b $a;',
    'map $a $b {',
    'allow 1;',
    'return 301 $a;',
    'if ($a ~ (.)) {',
    'events {}',
    'upstream u {',
    '"',
    ';',
    'root',
  ];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const text = (): string =>
    Array.from({ length: random(25) }, () => pieces[random(pieces.length)]).join(' ');
  for (let round = 0; round < 200; round += 1) {
    const files = { 'nginx.conf': `events {} http { ${text()}`, 'a.conf': text(), 'conf.d/b.conf': text() };
    const { audit, graph, sources } = await auditExample(files, nobody);
    expect(audit.problems).toEqual([]);
    for (const kind of ['nginx.server', 'nginx.location', 'nginx.http', 'nginx.include'] as const) {
      for (const { at } of graph.all(kind).items) {
        const source = sources.get(at.source);
        const length = source && 'text' in source ? source.text.length : 0;
        expect(at.start >= 0 && at.start <= at.end && at.end <= length).toBe(true);
      }
    }
  }
});

test('what only resembles nginx is left alone', async () => {
  const { graph, audit } = await auditExample(
    {
      // Another program's lines and braces, with words that nginx has too.
      'etc/rspamd/actions.conf': 'actions {\n  add_header = 6;\n  .include(try=true; priority=1) "x"\n}\n',
      'examples/nginx/munin-cgi.conf': 'graph_strategy cgi\n\nhtml_strategy cgi\n',
      'docs/nginx-app': 'location /app/ {\n  proxy_pass http://127.0.0.1:1;\n}\n',
    },
    nobody,
  );
  expect(audit.problems).toEqual([]);
  expect(graph.all('source.file').items.map(({ id }) => id)).toEqual(['source.file:docs/nginx-app#nginx']);
});

test('the output of nginx -T is one configuration', async () => {
  const dump = [
    'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
    'nginx: configuration file /etc/nginx/nginx.conf test is successful',
    '# configuration file /etc/nginx/nginx.conf:',
    'events {}',
    'http { server_tokens off; include /etc/nginx/conf.d/*.conf; include empty/*.conf; }',
    '# configuration file /etc/nginx/conf.d/b.conf:',
    'server { server_name b; include tls.conf; location / { root /b; } }',
    '# configuration file /etc/nginx/tls.conf:',
    'listen 443 ssl; ssl_protocols TLSv1;',
    '# configuration file /etc/nginx/conf.d/a.conf:',
    'server { server_name a; include tls.conf; }',
  ].join('\n');
  const { audit, graph } = await auditExample({ 'web1/nginx-T.txt': dump }, nobody);
  expect(audit.problems).toEqual([]);
  const servers = graph.all('nginx.server').items;
  expect(servers.map(({ name }) => name)).toEqual(['server a:443', 'server b:443']);
  const [first] = servers;
  const { at } = first?.protocols ?? {};
  expect(first?.serverTokens.state).toBe('inherited');
  expect(at && dump.slice(at.start, at.end)).toBe('ssl_protocols TLSv1;');
  expect(graph.all('nginx.include').items).toEqual([]);
});
