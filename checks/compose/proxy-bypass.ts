import {
  defineCheck,
  filter,
  type Graph,
  known,
  type Location,
  type Many,
  type Resource,
} from '../../src/check.ts';
import { distanceOf } from '../../src/facts/nginx-hosts.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isOpen } from '../_lib/published.ts';

const nginx = (location: string) =>
  `events {}\nhttp {\n  server {\n    listen 80;\n    location / { ${location} }\n  }\n}\n`;
const compose = (ports: string) =>
  `services:\n  proxy:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n  api:\n    image: acme/api:1.2\n    ports: [${ports}]\n`;

interface Route {
  readonly location: Resource<'nginx.location'>;
  readonly port: number | null;
  /** The proxy runs on the host and uses the published port, not the container's. */
  readonly onHost: boolean;
  readonly at: Location;
}

export default defineCheck({
  on: 'compose.service',
  title: 'A backend is published past its proxy',
  severity: 'medium',
  risk: 'access-control',
  why: 'Whoever uses the second door meets none of what the proxy does: no TLS, no login, no limits, no log.',
  remedy:
    'Remove the port, or bind it to 127.0.0.1; the proxy reaches the service over their network without it.',
  references: ['https://docs.docker.com/engine/network/port-publishing/'],
  compliance: { cwe: ['419'], 'owasp-2021': ['A05'] },
  applies: (service) => service.ports.items.length > 0,

  *run(service, graph) {
    const open = service.ports.items.filter((port) => isOpen(port));
    if (open.length === 0) return;
    const routes = routesTo(service, graph);
    for (const port of open) {
      const container = known(port.container);
      const outer = known(port.published);
      const route = routes.find((one) => one.port === null || one.port === (one.onHost ? outer : container));
      if (!route) continue;
      const guarded = routes.some(({ location }) => isGuarded(location));
      const published = outer ?? 'a random port';
      const login = guarded ? ', which asks for a login' : '';
      yield {
        message: `Port ${published} leads to ${service.name} without ${route.location.name} in between${login}`,
        at: port.at,
        path: [{ at: route.at, note: 'the way through the proxy' }],
        severity: inScope(guarded ? 'high' : 'medium', service.scope),
        discriminator: String(published),
      };
    }
  },

  bad: [
    { 'nginx.conf': nginx('proxy_pass http://api:3000;'), 'compose.yaml': compose('«"8080:3000"»') },
    {
      'nginx.conf': nginx(
        'auth_basic staff; auth_basic_user_file /etc/nginx/users; proxy_pass http://api:3000;',
      ),
      'compose.yaml': compose('«"3000:3000"»'),
    },
    {
      'nginx.conf': nginx('proxy_pass http://localhost:8080;'),
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1.2\n    ports: [«"8080:3000"»]\n',
    },
  ],
  good: [
    // A proxy on the host, and a port that it alone can reach.
    {
      'nginx.conf': nginx('proxy_pass http://127.0.0.1:8080;'),
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1.2\n    ports: ["127.0.0.1:8080:3000"]\n',
    },
    { 'nginx.conf': nginx('proxy_pass http://api:3000;'), 'compose.yaml': compose('"127.0.0.1:8080:3000"') },
    // Another port of the same service is another matter.
    { 'nginx.conf': nginx('proxy_pass http://api:3000;'), 'compose.yaml': compose('"9090:9090"') },
  ],
  unsure: [
    { 'nginx.conf': nginx('proxy_pass http://api:3000;'), 'compose.yaml': compose('"$BIND:8080:3000"') },
  ],
});

/** Locations that hand requests to the service, with the port that they use. */
function routesTo(service: Resource<'compose.service'>, graph: Graph): readonly Route[] {
  const all = <T>(many: Many<T>): readonly T[] => filter(many, () => true);
  return all(graph.in(service, 'resolves_to', 'network.endpoint')).flatMap((endpoint) =>
    all(graph.in(endpoint, 'proxies_to', 'nginx.location')).map((location) => ({
      location,
      port: endpoint.port.state === 'unknown' ? null : endpoint.port.value,
      onHost: distanceOf(known(endpoint.host)) === 'here',
      at: endpoint.at,
    })),
  );
}

function isGuarded({ access }: Resource<'nginx.location'>): boolean {
  return [access.basic, access.request, access.other].some(
    (way) => way.state !== 'unknown' && way.value !== null,
  );
}
