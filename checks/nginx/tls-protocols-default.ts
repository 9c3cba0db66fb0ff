import { defineCheck, type Edit, type Graph, known, type Resource, valueIfKnown } from '../../src/check.ts';
import { tlsAddressOf } from '../../src/facts/nginx-graph.ts';
import { onceForAll } from '../_lib/http-block.ts';

export default defineCheck({
  on: 'nginx.server',
  title: 'The TLS versions are left to the release of nginx',
  severity: 'low',
  confidence: 'low',
  tier: 'hardening',
  risk: 'tls',
  why: 'Before 1.27.3 nginx offers TLS 1.0 and 1.1 when nothing is written. Whether a client gets them then hangs on how the OpenSSL of the machine is set up, and that changes with every base image.',
  remedy: 'Write `ssl_protocols TLSv1.2 TLSv1.3;` into the http block.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://www.rfc-editor.org/rfc/rfc8996',
  ],
  compliance: { cwe: ['326'], 'owasp-2021': ['A02'], 'cis-nginx': ['4.1.4'] },
  equivalents: { gixy: ['weak_ssl_tls'], semgrep: ['missing-ssl-version'] },
  fixes: {
    safe: 'writes `ssl_protocols TLSv1.2 TLSv1.3;` into the http block where an official Alpine image is known, whose OpenSSL speaks nothing older anyway',
    unsafe: 'writes the same elsewhere; old clients may need TLS 1.0 or 1.1',
  },
  applies: ({ tls, rejectsHandshake }) => known(tls) && !known(rejectsHandshake),

  *run(server, graph) {
    const { protocols } = server;
    const offered = known(protocols);
    if (protocols.state !== 'default') return;
    const old = offered?.filter((name) => /^SSL|^TLSv1(\.1)?$/.test(name)) ?? null;
    if (old?.length === 0) return;
    yield {
      message:
        old === null
          ? 'nothing says which TLS versions are offered, and before 1.27.3 nginx offers TLSv1 and TLSv1.1 then'
          : `this release of nginx offers ${old.join(', ')}, since nothing else is written`,
      at: server.at,
      edits: insertion(server, graph),
      witness: `openssl s_client -connect ${tlsAddressOf(server)} -tls1_1 </dev/null`,
    };
  },

  bad: [
    { 'nginx.conf': 'events {} http { «server» { listen 443 ssl; } }' },
    {
      Dockerfile: 'FROM nginx:1.18\nCOPY site.conf /etc/nginx/conf.d/default.conf\n',
      'site.conf': '«server» { listen 443 ssl; }\n',
    },
    {
      Dockerfile: 'FROM nginx:1.26-alpine\nCOPY site.conf /etc/nginx/conf.d/default.conf\n',
      'site.conf': '«server» {\n  listen 443 ssl;\n}\n',
    },
    // Its OpenSSL is older, so the edit may lock clients out.
    {
      Dockerfile: 'FROM nginx:1.22-alpine\nCOPY site.conf /etc/nginx/conf.d/default.conf\n',
      'site.conf': '«server» {\n  listen 443 ssl;\n}\n',
    },
    {
      '@facts': '{ "nginxVersion": "1.27.2" }',
      'nginx.conf': 'events {} http { «server» { listen 443 ssl; } }',
    },
  ],
  good: [
    { 'nginx.conf': 'events {} http { ssl_protocols TLSv1.3; server { listen 443 ssl; } }' },
    // Another check speaks of what is written.
    { 'nginx.conf': 'events {} http { server { listen 443 ssl; ssl_protocols TLSv1 TLSv1.2; } }' },
    {
      Dockerfile: 'FROM nginx:1.29\nCOPY site.conf /etc/nginx/conf.d/default.conf\n',
      'site.conf': 'server { listen 443 ssl; }\n',
    },
  ],
  unsure: [
    { 'nginx/conf.d/a.conf': 'server { listen 443 ssl; }' },
    { 'nginx.conf': 'events {} http { include /srv/tls.conf; server { listen 443 ssl; } }' },
  ],
});

function insertion(server: Resource<'nginx.server'>, graph: Graph): readonly Edit[] {
  const [http] = graph.in(server, 'contains', 'nginx.http').items;
  const safety = http && refusesOldOnes(server, http, graph) ? 'safe' : 'unsafe';
  return onceForAll(server, graph, 'ssl_protocols TLSv1.2 TLSv1.3;', safety);
}

/**
 * OpenSSL 3.1 speaks TLS 1.0 and 1.1 at security level 0 alone, and the official Alpine images have had it since
 * nginx 1.26, at its own level. Those on Debian have 3.0, which still lets both through without a signature
 * (https://github.com/openssl/openssl/commit/7bf2e4d7f0c7ae19b7a8c416910886a7171e9820).
 */
function refusesOldOnes(
  { ciphers }: Resource<'nginx.server'>,
  { version }: Resource<'nginx.http'>,
  { placements }: Graph,
): boolean {
  if (version.state !== 'explicit' || !/^1\.(2[6-9]|[3-9]\d)(\.|$)/.test(version.value)) return false;
  if (ciphers.state === 'unknown' || ciphers.value.includes('@SECLEVEL')) return false;
  const placement = placements.find(({ at }) => at === version.at);
  const image = placement && valueIfKnown(placement.image);
  return /^(docker\.io\/)?(library\/nginx|nginx|nginxinc\/nginx-unprivileged):[\d.]+-alpine(-|$)/.test(
    image ?? '',
  );
}
