import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { wordsOf } from '../_lib/configured.ts';
import { isOff, isOn, variablesOf } from '../_lib/environment.ts';
import { seen } from '../_lib/seen.ts';

export default defineCheck({
  on: 'process.environment',
  title: 'Certificates are not checked',
  severity: 'high',
  risk: 'tls',
  why: 'The connection is encrypted to whoever answers. Anybody on the way can stand in for the other side, read the credentials and change the answers.',
  remedy:
    'Let the program check again and give it the certificate of the private authority instead (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, sslrootcert).',
  references: [
    'https://cwe.mitre.org/data/definitions/295.html',
    'https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue',
  ],
  compliance: { cwe: ['295'], 'owasp-2021': ['A02', 'A07'] },
  equivalents: { checkov: ['CKV2_DOCKER_5', 'CKV2_DOCKER_6', 'CKV2_DOCKER_14'] },
  // Not judged twice: a build stage's own settings are not in what ships.
  applies: ({ scope }) => scope !== 'build',

  *run(environment) {
    const variables = variablesOf(environment);
    for (const { name, value } of variables.items) {
      const text = value.state === 'unknown' ? null : value.value;
      if (text === null || !switchesOff(name, text)) continue;
      yield {
        message: `${name} lets the program take any certificate for the right one`,
        at: value.at,
        severity: inScope('high', environment.scope),
        discriminator: name,
      };
    }
    const flag = wordsOf(environment).find((word) => switches.test(word));
    if (flag !== undefined) {
      yield {
        message: `${flag} lets the program take any certificate for the right one`,
        at: environment.command.at,
        severity: inScope('high', environment.scope),
        discriminator: flag,
      };
    }
    seen(variables.items.map(({ value }) => value));
    filter(variables, ({ name, value }) => suspicious.test(name) && known(value) === '');
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  proxy:\n    image: traefik:v3.6\n    command: «[--providers.docker, --serversTransport.insecureSkipVerify=true]»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: «"0"»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: [PYTHONHTTPSVERIFY=«0», "GIT_SSL_NO_VERIFY=«true»"]\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {ES_SSL_VERIFY: «"false"», VAULT_SKIP_VERIFY: «"1"»}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {GRAFANA_TLS_SKIP_VERIFY_INSECURE: «"true"», ELASTICSEARCH_SSL_VERIFICATIONMODE: «none»}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {JDBC_URL: «"jdbc:sqlserver://db;encrypt=true;trustServerCertificate=true"»}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {MONGO_URL: «"mongodb://db/?tls=true&tlsAllowInvalidCertificates=true"»}\n',
    },
    {
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    env_file: api.env\n',
      'api.env': 'PGSSLMODE=require\nNODE_TLS_REJECT_UNAUTHORIZED=«0»\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  proxy:\n    image: acme/proxy:1\n    command: --serversTransport.insecureSkipVerify=false --tls-verify\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {NODE_TLS_REJECT_UNAUTHORIZED: "1", ES_SSL_VERIFY: "true", VAULT_SKIP_VERIFY: "false"}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {GIT_SSL_NO_VERIFY: "", EMAIL_VERIFY: "false", TLS_VERIFY_DEPTH: "0"}\n',
    },
    // Without encryption there is nothing to check, which is another matter.
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {PGSSLMODE: disable, DOCKER_TLS_VERIFY: ""}\n',
    },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {NODE_TLS_REJECT_UNAUTHORIZED: $CHECK}\n',
    },
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    env_file: gone.env\n' },
  ],
});

/** On is off: `…_SKIP_VERIFY=1`. */
const skipping =
  /^(GIT_SSL_NO_VERIFY|(\w+_)?(SKIP_(TLS|SSL|CERT)_VERIF\w*|(TLS|SSL)_SKIP_VERIF\w*|SKIP_VERIFY|INSECURE_SKIP_VERIFY|INSECURE_TLS|TLS_INSECURE|SSL_INSECURE|(TLS|SSL)_NO_VERIFY))$/i;
/** Off is off: `…_SSL_VERIFY=false`. */
const checking =
  /^(NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|(\w+_)?(TLS_REJECT_UNAUTHORIZED|SSL_VERIFY|TLS_VERIFY|VERIFY_(SSL|TLS|CERTS?|CERTIFICATES?)|SSL_VERIFICATION|SSL_VERIFICATIONMODE|SSL_STRICT|STRICT_SSL))$/i;
const suspicious = new RegExp(`${skipping.source}|${checking.source}`, 'i');
/** Options of programs that switch it off. */
const switches =
  /^--?([\w.-]+[.-])?(insecure-?skip-?(tls-?)?verify|skip-?(tls|ssl)-?verify|(tls|ssl)-?skip-?verify|(tls|ssl)-?no-?verify|no-?(ssl|tls)-?verify|no-verify-ssl|no-check-certificate)(=(true|1))?$/i;
/** Parameters of addresses. */
const parameters =
  /[?&;](?:trustServerCertificate=true|tlsAllowInvalid(?:Certificates|Hostnames)=true|tlsInsecure=true|ssl_cert_reqs=(?:none|CERT_NONE)|sslmode=no-verify|rejectUnauthorized=false|verifyServerCertificate=false|sslVerification=none)(?:[&;]|$)/i;

function switchesOff(name: string, text: string): boolean {
  if (name === 'DOCKER_TLS_VERIFY') return text === '0';
  if (skipping.test(name)) return isOn(text);
  if (checking.test(name)) return isOff(text);
  return text.length < 4096 && parameters.test(text);
}
