import { defineCheck, type Severity, some, Undetermined, type Unknown } from '../../src/check.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';
import { type Distance, distanceOf } from '../../src/facts/nginx-hosts.ts';

const severities: Readonly<Record<Distance, Severity | null>> = {
  anywhere: 'high',
  private: 'low',
  neighbour: 'info',
  here: null,
};
const order: readonly Distance[] = ['anywhere', 'private', 'neighbour', 'here'];

export default defineCheck({
  on: 'nginx.location',
  title: 'Requests go to the backend in clear text',
  severity: 'high',
  risk: 'unencrypted-transport',
  why: 'TLS ends at nginx, so cookies, passwords and answers cross the network to the backend readable and changeable for everybody on that way.',
  remedy:
    'Let the backend speak TLS and use `https://` (or `grpcs://`) with `proxy_ssl_verify on`, or keep the hop on this machine.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
    'https://docs.nginx.com/nginx/admin-guide/security-controls/securing-http-traffic-upstream/',
  ],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'] },
  applies: ({ passes, at }, graph) =>
    some(
      { ...passes, missing: doubts(passes.missing, graph, at) },
      ({ by }) => by === 'proxy_pass' || by === 'grpc_pass',
    ),

  *run({ passes, at: place }, graph) {
    const blockers: Unknown[] = [...doubts(passes.missing, graph, place)];
    for (const { by, tls, targets, at } of passes.items) {
      if (by !== 'proxy_pass' && by !== 'grpc_pass') continue;
      if (tls.state === 'unknown') blockers.push(tls);
      if (tls.state === 'unknown' || tls.value) continue;
      const hosts = targets.items.map(({ host }) => host);
      const distance = order.find((one) => hosts.some((host) => distanceOf(host) === one));
      const host = hosts.find((one) => distanceOf(one) === distance);
      const severity = distance && severities[distance];
      if (severity) yield { message: `requests cross the network to ${host} unencrypted`, at, severity };
      else blockers.push(...targets.missing);
    }
    if (blockers.length > 0) throw new Undetermined(blockers);
  },

  bad: [
    { 'nginx.conf': 'events {} http { server { location / { «proxy_pass http://api.example.com;» } } }' },
    // Through an upstream block.
    {
      'nginx.conf':
        'events {} http { upstream api { server 127.0.0.1:1; server 203.0.113.9:80; } server { location / { «proxy_pass http://api;» } } }',
    },
    { 'nginx.conf': 'events {} http { server { location / { «proxy_pass http://10.0.0.5:8080;» } } }' },
    { 'nginx.conf': 'events {} http { server { location / { «proxy_pass http://app:8080;» } } }' },
    { 'nginx.conf': 'events {} http { server { location / { «grpc_pass rpc.example.com:50051;» } } }' },
    // A variable that can only be one thing.
    {
      'nginx.conf':
        'events {} http { server { location / { set $up api.example.com; «proxy_pass http://$up:8080;» } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { location / { if ($arg_a) { «proxy_pass http://api.example.com;» } } } }',
    },
  ],
  good: [
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass http://127.0.0.1:3000; } } }' },
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass http://unix:/run/app.sock:/; } } }' },
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass https://api.example.com; } } }' },
    {
      'nginx.conf':
        'events {} http { upstream api { server unix:/run/a; server [::1]:80; } server { location / { proxy_pass http://api/x; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { location / { set $proto https; set $up app; proxy_pass $proto://$up:8443; } } }',
    },
  ],
  unsure: [
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass http://$backend; } } }' },
    // An upstream of that name may be anywhere.
    { 'nginx/conf.d/a.conf': 'server { location / { proxy_pass http://api; } }' },
    { 'nginx.conf.template': 'server { location / { proxy_pass http://${API_HOST}; } }' },
  ],
});
