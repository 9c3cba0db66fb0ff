import { defineCheck, known, valueIfKnown } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';

/** Programs whose work is the network of the host itself: discovery, routing, measuring. */
const needy =
  /home-?assistant|homebridge|wireguard|tailscale|zerotier|node-exporter|netdata|pi-?hole|adguard|dhcp|avahi|mdns|plex|jellyfin|unifi|telegraf|datadog|keepalived|cloudflared/;

export default defineCheck({
  on: 'compose.service',
  title: 'Container in the network of the host',
  severity: 'medium',
  risk: 'access-control',
  why: 'Everything that the service listens on is open on the host at once, published or not, and the service reaches whatever other programs of the host keep on 127.0.0.1.',
  remedy: 'Leave `network_mode` out and publish the ports that others need.',
  references: ['https://docs.docker.com/engine/network/drivers/host/'],
  compliance: { cwe: ['668'], 'owasp-2021': ['A05'], 'cis-docker': ['5.10'] },
  equivalents: { kics: ['shared_host_network_namespace'] },

  *run({ networkMode, image, scope }) {
    if (known(networkMode) !== 'host') return;
    yield {
      message:
        'network_mode host opens every port of the service on the host and lets it reach what listens on 127.0.0.1',
      at: networkMode.at,
      severity: inScope(needy.test(valueIfKnown(image) ?? '') ? 'low' : 'medium', scope),
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    network_mode: «host»\n' },
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    network_mode: «"${NET:-host}"»\n' },
    { 'compose.yaml': 'services:\n  metrics:\n    image: prom/node-exporter\n    network_mode: «host»\n' },
  ],
  good: [
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    ports: ["80:80"]\n' },
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    network_mode: service:vpn\n' },
    { 'compose.yaml': 'services:\n  api:\n    build: {context: ., network: host}\n' },
  ],
  unsure: [{ 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    network_mode: ${NET}\n' }],
});
