import { defineCheck, known, type Severity, some, Undetermined, type Unknown } from '../../src/check.ts';
import { doubts } from '../../src/facts/nginx-graph.ts';
import { type Distance, distanceOf } from '../../src/facts/nginx-hosts.ts';

const severities: Readonly<Record<Distance, Severity | null>> = {
  anywhere: 'high',
  private: 'medium',
  neighbour: 'medium',
  here: null,
};

export default defineCheck({
  on: 'nginx.location',
  title: 'The certificate of the backend is not checked',
  severity: 'high',
  risk: ['unencrypted-transport', 'tls'],
  why: 'nginx accepts any certificate from a backend unless told otherwise, so whoever can redirect or intercept that connection poses as the backend and reads everything in spite of the encryption.',
  remedy:
    'Set `proxy_ssl_verify on;` with `proxy_ssl_trusted_certificate`, `proxy_ssl_server_name on;` and, for an upstream block, `proxy_ssl_name` (for gRPC and uwsgi the directives of that name).',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_verify',
    'https://docs.nginx.com/nginx/admin-guide/security-controls/securing-http-traffic-upstream/',
  ],
  compliance: { cwe: ['295'], 'owasp-2021': ['A02', 'A07'], 'cis-nginx': ['4.1.10'] },
  applies: ({ passes, at }, graph) =>
    some({ ...passes, missing: doubts(passes.missing, graph, at) }, ({ tls }) => known(tls)),

  *run({ passes, at: place }, graph) {
    const blockers: Unknown[] = [...doubts(passes.missing, graph, place)];
    for (const { by, tls, targets, verify, at } of passes.items) {
      if (!known(tls) || (verify.state !== 'unknown' && verify.value)) continue;
      const host = targets.items.map((target) => target.host).find((one) => severityFor(one) !== null);
      if (host === undefined) blockers.push(...targets.missing);
      else if (verify.state === 'unknown') blockers.push(verify);
      else {
        const directive = `${by.replace(/_pass$/, '')}_ssl_verify`;
        const severity = severityFor(host) ?? 'high';
        yield {
          message: `any certificate is accepted from ${host}, since ${directive} is off`,
          at,
          severity,
        };
      }
    }
    if (blockers.length > 0) throw new Undetermined(blockers);
  },

  bad: [
    { 'nginx.conf': 'events {} http { server { location / { «proxy_pass https://api.example.com;» } } }' },
    {
      'nginx.conf':
        'events {} http { proxy_ssl_verify on; server { location / { proxy_ssl_verify off; «proxy_pass https://api.example.com;» } } }',
    },
    {
      'nginx.conf':
        'events {} http { upstream api { server api.example.com:443; } server { location / { «proxy_pass https://api;» } } }',
    },
    { 'nginx.conf': 'events {} http { server { location / { «grpc_pass grpcs://rpc.example.com;» } } }' },
    // The directive of another protocol does not count; a container of the same network is milder.
    {
      'nginx.conf':
        'events {} http { server { grpc_ssl_verify on; location / { «proxy_pass https://app:8443;» } } }',
    },
  ],
  good: [
    {
      'nginx.conf':
        'events {} http { proxy_ssl_verify on; server { location / { proxy_pass https://api.example.com; } } }',
    },
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass https://127.0.0.1:8443; } } }' },
    // An address has no name that a certificate could be checked against.
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass https://203.0.113.9; } } }' },
  ],
  unsure: [
    { 'nginx/conf.d/a.conf': 'server { location / { proxy_pass https://api.example.com; } }' },
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass https://$host; } } }' },
  ],
});

function severityFor(host: string): Severity | null {
  return /^[\d.]+$|^\[/.test(host) ? null : severities[distanceOf(host)];
}
