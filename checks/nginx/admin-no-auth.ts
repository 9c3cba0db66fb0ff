import { defineCheck, known, type Resource, type Severity, Undetermined } from '../../src/check.ts';
import { guardOf } from '../../src/facts/nginx-access.ts';
import { doubts, isLocalOnly, serverOf } from '../../src/facts/nginx-graph.ts';
import { urlTo } from '../../src/facts/nginx-requests.ts';

/** Products that ask nobody for a login unless told to, by the port they listen on. */
const openPorts: ReadonlyMap<number, string> = new Map([
  [9200, 'Elasticsearch'],
  [9090, 'Prometheus'],
  [9093, 'Alertmanager'],
  [8500, 'Consul'],
  [2375, 'the Docker API'],
  [5601, 'Kibana'],
  [5555, 'Flower'],
  [8983, 'Solr'],
]);

interface Admin {
  readonly path: RegExp;
  readonly what: string;
  readonly severity: Severity;
}

/** What the paths of admin pages are called; those with a login of their own weigh less. */
const admins: readonly Admin[] = [
  {
    path: /\/(actuator|_cat|elasticsearch|solr|debug|pprof|console|h2-console|server-status|nginx_status)\b/i,
    what: 'a page about the insides of the server',
    severity: 'high',
  },
  {
    // Below /v1/ it is where telemetry is sent to.
    path: /(?<!\/v1)\/(prometheus|metrics|alertmanager|flower|kibana|consul|rq|sidekiq|bull)\b/i,
    what: 'a monitoring page',
    severity: 'high',
  },
  {
    path: /\/(phpmyadmin|pma|adminer|pgadmin|mongo-express)\b/i,
    what: 'a database console',
    severity: 'medium',
  },
  {
    path: /\/(admin|administrator|manager|management|dashboard|backoffice)\b/i,
    what: 'an admin page',
    severity: 'medium',
  },
  {
    path: /\/(grafana|jenkins|wp-admin|rabbitmq|portainer|gitlab|keycloak)\b/i,
    what: 'an admin page with a login of its own',
    severity: 'low',
  },
  {
    path: /\/(swagger|api-docs|openapi|graphiql)\b/i,
    what: 'a description of the interface',
    severity: 'low',
  },
];

export default defineCheck({
  on: 'nginx.location',
  title: 'An admin page is open to everybody',
  severity: 'high',
  confidence: 'medium',
  risk: ['missing-authentication', 'access-control'],
  why: 'Admin consoles and monitoring pages often trust whoever reaches them. Scanners try their usual paths on every host, and find data, credentials or a way to run commands.',
  remedy:
    'Ask for a login (`auth_basic`, `auth_request`, a client certificate) or keep the location to known addresses (`allow …; deny all;`).',
  references: [
    'https://docs.nginx.com/nginx/admin-guide/security-controls/configuring-http-basic-authentication/',
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/05-Enumerate_Infrastructure_and_Application_Admin_Interfaces',
  ],
  compliance: { cwe: ['306'], 'owasp-2021': ['A01', 'A07'] },
  params: { ownAuth: [] as readonly string[] },
  applies: (location, graph) => {
    const unseen = doubts(location.passes.missing, graph, location.at);
    if (location.passes.items.length === 0 && unseen.length > 0 && isAdmin(location))
      throw new Undetermined(unseen);
    return location.passes.items.length > 0 && adminOf(location) !== undefined;
  },

  *run(location, graph, { ownAuth }) {
    const admin = adminOf(location);
    if (!admin || ownAuth.includes(location.path) || known(location.internal) || refuses(location)) return;
    const server = serverOf(location, graph);
    if (server && (isLocalOnly(server) || refuses(server))) return;
    if (guardOf(location.access) !== null) return;
    yield {
      message: `${location.path} leads everybody to ${admin.what}`,
      at: location.at,
      severity: admin.severity,
      witness: `curl -i '${urlTo(location, graph)}'`,
    };
  },

  bad: [
    { 'nginx.conf': 'events {} http { server { «location /actuator/» { proxy_pass http://app:8080; } } }' },
    { 'nginx.conf': 'events {} http { server { «location /admin» { proxy_pass http://127.0.0.1:8080; } } }' },
    { 'nginx/conf.d/a.conf': 'server { «location /admin/» { proxy_pass http://127.0.0.1:8080; } }' },
    // By what listens there.
    {
      'nginx.conf':
        'events {} http { upstream es { server es:9200; } server { «location /search/» { proxy_pass http://es; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { «location ~ ^/metrics» { proxy_pass http://app:8080; satisfy any; allow all; auth_basic x; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { auth_basic x; «location /grafana/» { auth_basic off; proxy_pass http://grafana:3000; } } }',
    },
  ],
  good: [
    {
      'nginx.conf':
        'events {} http { server { location /otlp/v1/metrics { proxy_pass http://otel:4318; } location /admin { auth_basic x; proxy_pass http://a; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { location /admin { auth_basic x; auth_basic_user_file u; proxy_pass http://a; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { auth_request /auth; location /admin { proxy_pass http://a; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { location /metrics { allow 10.0.0.0/8; deny all; proxy_pass http://a; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { ssl_verify_client on; location /admin { proxy_pass http://a; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { listen 127.0.0.1:80; location /admin { proxy_pass http://a; } } }',
    },
    { 'nginx.conf': 'events {} http { server { location /admin { internal; proxy_pass http://a; } } }' },
    {
      'nginx.conf':
        'events {} http { server { location /admin { if ($http_x_key != $key) { return 403; } proxy_pass http://a; } } }',
    },
  ],
  unsure: [
    // The server around it may ask for a login.
    { 'nginx/snippets/admin.conf': 'location /admin/ { proxy_pass http://127.0.0.1:8080; }' },
    {
      'nginx.conf':
        'events {} http { server { location /admin { include /srv/office.conf; proxy_pass http://a; } } }',
    },
  ],
});

type Place = Resource<'nginx.location'>;

function isAdmin({ path }: Place): boolean {
  return admins.some((admin) => admin.path.test(path));
}

function adminOf({
  path,
  passes,
}: Place): { readonly what: string; readonly severity: Severity } | undefined {
  const named = admins.find((admin) => admin.path.test(path));
  if (named) return named;
  const ports = passes.items.flatMap(({ targets }) => targets.items.map(({ port }) => port ?? 0));
  const product = ports.map((port) => openPorts.get(port)).find((name) => name);
  return product ? { what: product, severity: 'high' } : undefined;
}

/** A condition that turns strangers away: `if ($http_x_key != …) { return 403; }`. */
function refuses({ exits }: Pick<Place, 'exits'>): boolean {
  return exits.items.some(({ condition, code }) => condition !== null && code !== null && code >= 400);
}
