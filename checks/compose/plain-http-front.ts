import {
  defineCheck,
  filter,
  type Graph,
  known,
  type Resource,
  some,
  valueIfKnown,
} from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isOpen, serverOf } from '../_lib/published.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Web server that offers only unencrypted HTTP',
  severity: 'medium',
  confidence: 'medium',
  risk: 'unencrypted-transport',
  why: 'Everybody between a visitor and the host reads and changes what goes over the line: passwords, session cookies, pages.',
  remedy:
    'Publish 443 with a certificate and let port 80 do nothing but redirect. If something in front ends the encryption, bind the port to an address that only it reaches.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html',
    'https://letsencrypt.org/getting-started/',
  ],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'] },

  *run(service, graph) {
    const server = serverOf(service, graph);
    if (server.state !== 'unknown' && server.value?.role !== 'proxy') return;
    const [port] = filter(service.ports, (one) => known(one.published) === 80 && isOpen(one));
    if (!port || 'tlsTerminatedBy' in graph.declared) return;
    if (known(server)?.role !== 'proxy') return;
    const others = projectOf(service, graph);
    if (some({ items: others, missing: [] }, encrypts)) return;
    yield {
      message:
        'Port 80 is published and no service of the project publishes 443, so visitors have no encrypted way in',
      at: port.at,
      severity: inScope('medium', service.scope),
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: [«"80:80"»]\n' },
    {
      'compose.yaml':
        'services:\n  web:\n    image: traefik:v3.6\n    ports: ["127.0.0.1:8080:8080", «"80:8000"»]\n',
    },
    // A way in for the host alone is none.
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx:1.30\n    ports: [«"80:80"», "127.0.0.1:443:443"]\n',
    },
  ],
  good: [
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    ports: ["${PORT}:80"]\n' },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80", "443:443"]\n' },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["127.0.0.1:80:80"]\n' },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["8080:80"]\n' },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80"]\n  tls:\n    image: haproxy:3.2\n    ports: ["443:443"]\n',
    },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80"]\n  tunnel:\n    image: cloudflare/cloudflared:2026.5.0\n',
    },
    {
      'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80"]\n',
      '@facts': '{"tlsTerminatedBy":"load balancer"}',
    },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  web:\n    image: ${IMAGE}\n    ports: ["80:80"]\n' },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80"]\n  tls:\n    image: acme/tls\n    ports: ["${TLS_PORT}:443"]\n',
    },
  ],
});

/** The services that are started together with this one. */
function projectOf(
  service: Resource<'compose.service'>,
  graph: Graph,
): readonly Resource<'compose.service'>[] {
  return graph
    .in(service, 'contains', 'project')
    .items.flatMap((project) => graph.out(project, 'contains', 'compose.service').items);
}

/** It publishes 443 to others, or brings visitors in through a tunnel. */
function encrypts({ ports, image }: Resource<'compose.service'>): boolean {
  if (/cloudflared|ngrok|tailscale/.test(valueIfKnown(image) ?? '')) return true;
  return some(ports, (port) => known(port.published) === 443 && isOpen(port));
}
