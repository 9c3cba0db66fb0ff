import { defineCheck, known, type Resource, Undetermined } from '../../src/check.ts';
import { isClosed } from '../../src/facts/nginx-access.ts';
import { isLocalOnly, locationsOf, originOf, secureNames, shown } from '../../src/facts/nginx-graph.ts';
import { distanceOf } from '../../src/facts/nginx-hosts.ts';

/** Paths that are asked for over plain http on purpose. */
const plainOnPurpose = /\.well-known|acme|health|ping|status|stub|metrics|ready|live\b/i;

export default defineCheck({
  on: 'nginx.server',
  title: 'Content is served over plain http',
  severity: 'medium',
  risk: ['unencrypted-transport', 'tls'],
  why: 'Whatever goes over port 80, logins and cookies included, can be read and changed by anybody on the way.',
  remedy:
    'Let the server on port 80 do nothing but `return 301 https://$host$request_uri;`, next to the ACME challenge location if there is one.',
  references: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
    'https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html',
  ],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'], 'cis-nginx': ['4.1.1'] },
  equivalents: { semgrep: ['insecure-redirect'] },
  applies: (server) =>
    server.protocol === 'http' && server.listens.items.some(isPlain) && !isLocalOnly(server),

  *run(server, graph) {
    const listen = server.listens.items.find(isPlain);
    if (!listen || answersAtOnce(server) || redirectsPlain(server)) return;
    const content = locationsOf(server, graph).items.find(hasContent);
    if (!content && !servesRoot(server, graph)) return;
    const name = secureTwin(server, graph) ?? publicName(server);
    if (name === undefined) return;
    if (server.exits.missing.length > 0) throw new Undetermined(server.exits.missing);
    const isBehind =
      shown(server.behindProxy, false, graph, server.at) ||
      looksBehind(server) ||
      graph.declared['tlsTerminatedBy'] !== undefined;
    yield {
      message: `${name} is served over plain http instead of being sent to https`,
      at: listen.text === '' ? server.at : listen.at,
      severity: isBehind ? 'info' : 'medium',
      witness: `curl -sI ${originOf(server, 'plain')}/`,
    };
  },

  bad: [
    {
      'nginx.conf':
        'events {} http { server { «listen 80;» server_name a.example.com; root /srv; } server { listen 443 ssl; server_name a.example.com; root /srv; } }',
    },
    {
      'nginx.conf':
        'events {} http { server { «listen 80;» listen 443 ssl; server_name a; location / { proxy_pass http://b:1; } } }',
    },
    { 'nginx.conf': 'events {} http { «server» { server_name shop.example.com; root /srv; } }' },
    // A redirect of one path leaves the others.
    {
      'nginx.conf':
        'events {} http { server { «listen 80;» server_name a.example.com; root /srv; rewrite /old$ /new permanent; } }',
    },
    // The challenge is no excuse for the rest.
    {
      'nginx.conf':
        'events {} http { server { «listen 80;» server_name a.example.com; location /.well-known/acme-challenge/ { root /acme; } location / { root /srv; } } }',
    },
    // Behind a proxy that ends TLS: worth a note.
    {
      'nginx.conf':
        'events {} http { real_ip_header X-Forwarded-For; server { «listen 80;» server_name a.example.com; root /srv; } }',
    },
  ],
  good: [
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name a.example.com; return 301 https://$host$request_uri; } server { listen 443 ssl; server_name a.example.com; } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name a.example.com; location /.well-known/acme-challenge/ { root /acme; } location / { return 301 https://a.example.com$request_uri; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 80; listen 443 ssl; server_name a.example.com; if ($scheme = http) { return 301 https://a.example.com$request_uri; } root /srv; } }',
    },
    // What certbot leaves behind.
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name a.example.com; if ($host = a.example.com) { return 301 https://$host$request_uri; } return 404; } }',
    },
    // Names that only a private network knows, and a container that nobody names.
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name app.local; root /srv; } server { listen 80 default_server; root /srv; } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name a.example.com; location /health { return 200; } location / { rewrite ^ https://a.example.com permanent; } } }',
    },
  ],
  unsure: [
    {
      'nginx.conf':
        'events {} http { server { listen 80; server_name a.example.com; root /srv; include /srv/redirect.conf; } }',
    },
  ],
});

type Server = Resource<'nginx.server'>;

function isPlain({ port, tls, address }: Server['listens']['items'][number]): boolean {
  return (
    (known(port) === 80 && !known(tls) && distanceOf(address.replace(/^unix:.*/, 'unix:')) !== 'here') ||
    (address === '*' && known(port) === 80 && !known(tls))
  );
}

function answersAtOnce({ exits }: Server): boolean {
  return exits.items.some(({ always }) => always);
}

/** `if ($scheme = http) { return 301 … }` and the like. */
function redirectsPlain({ exits }: Server): boolean {
  return exits.items.some(
    ({ condition, code, target }) =>
      condition !== null &&
      /\$(scheme|https|server_port|ssl_protocol)\b/.test(condition) &&
      code !== null &&
      target.startsWith('https'),
  );
}

/** The scheme as a proxy in front reports it is asked for. */
function looksBehind({ exits, listens }: Server): boolean {
  return (
    exits.items.some(({ condition }) => /x_forwarded_proto|cloudfront|x_scheme/i.test(condition ?? '')) ||
    listens.items.some(({ flags }) => flags.includes('proxy_protocol'))
  );
}

function hasContent(location: Resource<'nginx.location'>): boolean {
  if (location.modifier === '@' || plainOnPurpose.test(location.path)) return false;
  if (location.exits.items.some(({ always }) => always)) return false;
  if (location.access.rules.items.length > 0 && isClosed(location.access.rules.items)) return false;
  return !(location.internal.state !== 'unknown' && location.internal.value);
}

/** Without a location for everything, the server's own root answers. */
function servesRoot(server: Server, graph: Parameters<typeof locationsOf>[1]): boolean {
  const covers = locationsOf(server, graph).items.some(
    ({ path, modifier }) => path === '/' && modifier !== '=',
  );
  return !covers && server.root.state === 'explicit';
}

/** A name of this server that is also served over TLS. */
function secureTwin(server: Server, graph: Parameters<typeof locationsOf>[1]): string | undefined {
  const names = secureNames(server, graph);
  return server.names.items
    .map(({ text }) => text)
    .find((name) => name !== '_' && distanceOf(name) !== 'here' && names.has(name));
}

function publicName({ names }: Server): string | undefined {
  const found = names.items.find(
    ({ text }) =>
      /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text) &&
      distanceOf(text) === 'anywhere' &&
      !/\.(test|example|invalid|dev\.local)$/.test(text),
  );
  return found?.text;
}
