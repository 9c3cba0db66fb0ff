import { defineCheck, filter, valueIfKnown } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isEngineSocket } from '../_lib/mounts.ts';
import { seen } from '../_lib/seen.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Container with the socket of the container engine',
  severity: 'high',
  risk: 'access-control',
  why: 'Whoever can write to the socket starts a container that mounts the disk of the host. A takeover of this one service is a takeover of the machine, and a read-only mount changes nothing: it protects the file, not what is said through it.',
  remedy:
    'Give the service a filtering proxy of the socket that lets only the calls through that it needs, on an internal network of its own.',
  references: [
    'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
    'https://github.com/Tecnativa/docker-socket-proxy',
  ],
  compliance: { cwe: ['250', '269'], 'owasp-2021': ['A05'], 'cis-docker': ['5.32'] },
  equivalents: {
    kics: ['docker_socket_mounted_in_container'],
    semgrep: ['exposing-docker-socket-volume'],
  },

  *run({ mounts, image, scope }) {
    // Its whole purpose is to let less through.
    const isProxy = /socket-?proxy/.test(valueIfKnown(image) ?? '');
    for (const { at, readOnly } of filter(mounts, isEngineSocket)) {
      const though = valueIfKnown(readOnly) === true ? ', read-only or not,' : '';
      yield {
        message: `The socket of the container engine${though} makes this container as powerful as root on the host`,
        at,
        severity: inScope(isProxy ? 'medium' : 'high', scope),
      };
    }
    seen(mounts.items.flatMap(({ hostPath, target }) => [hostPath, target]));
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  proxy:\n    image: traefik:v3.6\n    volumes:\n      - «/var/run/docker.sock:/var/run/docker.sock»\n',
    },
    // Read-only does not help.
    {
      'compose.yaml':
        'services:\n  proxy:\n    image: traefik:v3.6\n    volumes: [«"/run/docker.sock:/tmp/docker.sock:ro"»]\n',
    },
    {
      'compose.yaml':
        'services:\n  ui:\n    image: portainer/portainer-ce\n    volumes:\n      - «type: bind\n        source: /var/run/podman/podman.sock\n        target: /var/run/docker.sock»\n',
    },
    {
      'compose.yaml':
        'services:\n  ui:\n    image: portainer/portainer-ce\n    volumes: [«"${DOCKER_SOCKET:-/var/run/docker.sock}:/var/run/docker.sock"»]\n',
    },
    // Where it comes from is not known, where it goes tells enough.
    {
      'compose.yaml':
        'services:\n  ui:\n    image: portainer/portainer-ce\n    volumes: [«"${XDG_RUNTIME_DIR}/docker.sock:/var/run/docker.sock"»]\n',
    },
    {
      'compose.yaml':
        'services:\n  ui:\n    image: portainer/portainer-ce\n    volumes: ["sock:/sock"]\nvolumes:\n  sock: {driver_opts: {type: none, o: bind, device: /var/run/docker.sock}}\n'.replace(
          '"sock:/sock"',
          '«"sock:/sock"»',
        ),
    },
    {
      'compose.yaml': 'services:\n  ui:\n    image: ui\n    volumes: [«"${SOCKET}:/s"»]\n',
      '.env': 'SOCKET=/var/run/docker.sock\n',
    },
    {
      'compose.yaml':
        'services:\n  proxy:\n    image: tecnativa/docker-socket-proxy\n    volumes: [«/var/run/../run//docker.sock:/var/run/docker.sock:ro»]\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    volumes: ["./html:/usr/share/nginx/html:ro", "data:/data"]\n',
    },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    environment: {DOCKER_HOST: "tcp://socket-proxy:2375"}\n',
    },
    // The named volume only sits at that path.
    {
      'compose.yaml':
        'services:\n  dind:\n    image: docker:27-dind\n    volumes: ["run:/var/run/docker.sock"]\n',
    },
    {
      'compose.yaml':
        'services:\n  ui:\n    image: ui\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]\n',
      'compose.override.yaml': 'services:\n  ui:\n    volumes: !override []\n',
    },
  ],
  unsure: [{ 'compose.yaml': 'services:\n  ui:\n    extends: {file: base.yaml, service: ui}\n' }],
});
