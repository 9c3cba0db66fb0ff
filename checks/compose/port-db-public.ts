import { defineCheck, filter, known, valueIfKnown } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isOpen, reachOf, serverOf } from '../_lib/published.ts';

const stores = new Set(['database', 'cache', 'queue', 'search', 'store']);

export default defineCheck({
  on: 'compose.service',
  title: 'Data store published to the network',
  severity: 'high',
  risk: 'access-control',
  why: 'A published port is open on every address of the host, and the rules that the engine writes for it stand before those of ufw and firewalld. Data stores found this way are emptied by robots within hours.',
  remedy:
    'Drop the port: services of the project reach each other by name without it. For a tool on the host, bind it to 127.0.0.1.',
  references: [
    'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
    'https://docs.docker.com/reference/compose-file/services/#ports',
  ],
  compliance: { cwe: ['668', '1327'], 'owasp-2021': ['A05'], 'cis-docker': ['5.9', '5.14'] },
  equivalents: { kics: ['container_traffic_not_bound_to_host_interface'] },
  applies: ({ built }) => !built,

  *run(service, graph) {
    const server = serverOf(service, graph);
    if (server.state !== 'unknown' && !stores.has(server.value?.role ?? '')) return;
    const ports = valueIfKnown(server)?.ports;
    const open = filter(
      service.ports,
      (port) => isOpen(port) && (ports?.includes(known(port.container)) ?? true),
    );
    if (open.length === 0) return;
    // With a port open it matters what runs behind it.
    const store = known(server);
    if (!store || !stores.has(store.role)) return;
    for (const { at, published, address } of open) {
      const isPrivate = reachOf(known(address)) === 'network';
      const number = valueIfKnown(published);
      const whom = isPrivate ? 'the private network of the host' : 'every address of the host';
      yield {
        message: `${store.label} is open ${number == null ? '' : `at port ${number} `}on ${whom}`,
        at,
        severity: inScope(isPrivate ? 'medium' : 'high', service.scope),
        discriminator: String(number ?? ''),
      };
    }
  },

  bad: [
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    ports: [«"5432:5432"»]\n' },
    // Another number on the host hides nothing.
    { 'compose.yaml': 'services:\n  db:\n    image: mysql:8.4\n    ports:\n      - «13306:3306»\n' },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    ports:\n      - «target: 27017\n        published: "27017"»\n',
    },
    { 'compose.yaml': 'services:\n  cache:\n    image: redis:8\n    ports: [«6379»]\n' },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgis/postgis:17-3.5\n    ports: [«"${BIND:-0.0.0.0}:5432:5432"»]\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: registry.acme.io/mirror/postgres:${TAG}\n    ports: [«"[::]:5432:5432"»]\n',
    },
    {
      'compose.yaml':
        'services:\n  mq:\n    image: rabbitmq:4-management\n    ports: [«"5671-5672:5671-5672"», "127.0.0.1:15672:15672"]\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    ports: [«"10.0.0.5:5432:5432"»]\n' },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    ports: ["127.0.0.1:5432:5432", "[::1]:5432:5432"]\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    ports: ["${SQL_PORT:-127.0.0.1:13306}:3306"]\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    expose: ["5432"]\n' },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["80:80", "443:443"]\n' },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    ports:\n      - {target: 5432, published: 5432, host_ip: 127.0.0.1}\n',
    },
    {
      'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    ports: ["5432:5432"]\n',
      'compose.override.yaml': 'services:\n  db:\n    ports: !reset []\n',
    },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx:1.30\n    ports: ["${PORT}:80"]\n' },
    // What the image runs is not known, but nothing is open.
    { 'compose.yaml': 'services:\n  db:\n    image: ${IMAGE}\n' },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    ports: ["${PORT}:5432"]\n' },
    { 'compose.yaml': 'services:\n  db:\n    image: ${IMAGE}\n    ports: ["5432:5432"]\n' },
  ],
});
