import { defineCheck, filter, known, type Resource } from '../../src/check.ts';
import { productsOf } from '../../src/facts/image-products.ts';
import { inScope } from '../../src/facts/weight.ts';
import { unlessConfigured, wordsOf } from '../_lib/configured.ts';
import { concerns, isOff, isOn, variablesOf } from '../_lib/environment.ts';
import { seemsReachable } from '../_lib/published.ts';

export default defineCheck({
  on: 'process.environment',
  title: 'Elasticsearch or OpenSearch without its security',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'Every index can be read, changed and deleted over plain HTTP by whoever reaches the port; open clusters are found and held to ransom by robots.',
  remedy:
    'Leave the security on and give the first password through `ELASTIC_PASSWORD_FILE` (`OPENSEARCH_INITIAL_ADMIN_PASSWORD`); with Elasticsearch 7 set `xpack.security.enabled=true`.',
  references: [
    'https://www.elastic.co/docs/deploy-manage/security/self-setup',
    'https://docs.opensearch.org/latest/security/configuration/disable-enable-security/',
  ],
  compliance: { cwe: ['306', '319'], 'owasp-2021': ['A07'] },
  applies: (environment) => concerns(environment, ['elasticsearch', 'opensearch'], setting),

  *run(environment, graph) {
    const severity = inScope(
      seemsReachable(environment, graph, [9200, 9300]) ? 'critical' : 'high',
      environment.scope,
    );
    const witness = 'curl http://<host>:9200/_cat/indices';
    const told = filter(variablesOf(environment), ({ name }) => setting.test(name));
    const off = told.filter(({ name, value }) => (on.test(name) ? isOff(known(value)) : isOn(known(value))));
    for (const { name, value } of off) {
      yield {
        message: `${name} switches passwords and encryption of the cluster off`,
        at: value.at,
        severity,
        witness,
        discriminator: name,
      };
    }
    const word = wordsOf(environment).find((one) =>
      /^-Expack\.security\.enabled=false$|^-Eplugins\.security\.disabled=true$/.test(one),
    );
    if (word !== undefined) {
      yield {
        message: `${word} switches passwords and encryption of the cluster off`,
        at: environment.command.at,
        severity,
        witness,
      };
    }
    if (off.length > 0 || word !== undefined || told.some(({ name }) => on.test(name))) return;
    if (known(environment.product) !== 'elasticsearch') return;
    const major = majorOf(environment);
    if (major === undefined || major >= 8) return;
    unlessConfigured(environment, graph, /elasticsearch\.yml$|elasticsearch\/config$/);
    const bare = /-oss(:|@|$)/.test(known(environment.image) ?? '');
    yield {
      message: bare
        ? `This build of Elasticsearch ${major} knows neither passwords nor encryption`
        : `Elasticsearch ${major} starts without passwords and encryption unless xpack.security.enabled is true`,
      at: environment.image.at,
      severity,
      witness,
    };
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  es:\n    image: elasticsearch:8.19.0\n    environment: ["xpack.security.enabled=«false»", discovery.type=single-node]\n',
    },
    {
      'compose.yaml':
        'services:\n  es:\n    image: «docker.elastic.co/elasticsearch/elasticsearch:7.17.0»\n    ports: ["9200:9200"]\n',
    },
    {
      'compose.yaml':
        'services:\n  os:\n    image: opensearchproject/opensearch:3\n    environment: {DISABLE_SECURITY_PLUGIN: «"true"»}\n',
    },
    {
      'compose.yaml':
        'services:\n  os:\n    image: opensearchproject/opensearch:3\n    environment: {plugins.security.disabled: «true»}\n',
    },
    {
      'compose.yaml':
        'services:\n  es:\n    image: elasticsearch:9.1.0\n    command: «elasticsearch -Expack.security.enabled=false»\n',
    },
  ],
  good: [
    { 'compose.yaml': 'services:\n  es:\n    image: elasticsearch:9.1.0\n' },
    {
      'compose.yaml':
        'services:\n  es:\n    image: elasticsearch:7.17.0\n    environment: {xpack.security.enabled: "true"}\n',
    },
    {
      'compose.yaml':
        'services:\n  os:\n    image: opensearchproject/opensearch:3\n    environment: {DISABLE_SECURITY_PLUGIN: "false"}\n',
    },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  es:\n    image: elasticsearch:${TAG}\n' },
    {
      'compose.yaml':
        'services:\n  es:\n    image: elasticsearch:7.17.0\n    volumes: ["./es.yml:/usr/share/elasticsearch/config/elasticsearch.yml:ro"]\n',
    },
    {
      'compose.yaml':
        'services:\n  es:\n    image: elasticsearch:9.1.0\n    environment: {xpack.security.enabled: $SECURE}\n',
    },
  ],
});

const setting = /^(xpack\.security\.enabled|DISABLE_SECURITY_PLUGIN|plugins\.security\.disabled)$/;
const on = /^xpack\.security\.enabled$/;

/** The major version by the tag; undefined for one that moves. */
function majorOf({ image }: Resource<'process.environment'>): number | undefined {
  const [main] = productsOf(known(image) ?? '');
  return main?.version == null ? undefined : Number.parseInt(main.version, 10);
}
