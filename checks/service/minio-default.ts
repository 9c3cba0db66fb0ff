import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { unlessConfigured } from '../_lib/configured.ts';
import { isGuessable } from '../_lib/credentials.ts';
import { concerns, variablesOf } from '../_lib/environment.ts';
import { seemsReachable, servicesOf } from '../_lib/published.ts';

const password = /^MINIO_(ROOT_PASSWORD|SECRET_KEY)(_FILE)?$/;

export default defineCheck({
  on: 'process.environment',
  title: 'MinIO with its well-known password',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'minioadmin/minioadmin opens every bucket and the console. Anybody who has read the manual knows it.',
  remedy:
    'Set MINIO_ROOT_USER and MINIO_ROOT_PASSWORD (or the file that MINIO_ROOT_PASSWORD_FILE names) to values generated for this installation.',
  references: [
    'https://min.io/docs/minio/linux/reference/minio-server/settings/root-credentials.html',
    'https://cwe.mitre.org/data/definitions/1392.html',
  ],
  compliance: { cwe: ['1392'], 'owasp-2021': ['A07'] },
  applies: (environment, graph) =>
    servicesOf(environment, graph).length > 0 && concerns(environment, ['minio'], password),

  *run(environment, graph) {
    const set = filter(variablesOf(environment), ({ name }) => password.test(name));
    const severity = inScope(
      seemsReachable(environment, graph, [9000, 9001]) ? 'critical' : 'high',
      environment.scope,
    );
    for (const { name, value } of set) {
      if (name.endsWith('_FILE') || !isGuessable(known(value) ?? '')) continue;
      yield {
        message: `${name} is a password that everybody knows`,
        at: value.at,
        severity,
        discriminator: name,
      };
    }
    if (set.some(({ value }) => known(value)) || known(environment.product) !== 'minio') return;
    unlessConfigured(environment, graph, /\/etc\/(default\/)?minio|config\.env$/);
    yield {
      message: 'No password is set, so MinIO takes minioadmin for user and password',
      at: environment.at,
      severity,
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  «s3»:\n    image: minio/minio\n    command: server /data\n' },
    {
      'compose.yaml':
        'services:\n  s3:\n    image: quay.io/minio/minio\n    environment: {MINIO_ROOT_USER: minio, MINIO_ROOT_PASSWORD: «minio123»}\n    ports: ["9000:9000"]\n',
    },
    {
      'compose.yaml':
        'services:\n  s3:\n    image: minio/minio\n    environment: {MINIO_ACCESS_KEY: minio, MINIO_SECRET_KEY: «"${KEY:-minioadmin}"»}\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  s3:\n    image: minio/minio\n    environment: {MINIO_ROOT_USER: ops, MINIO_ROOT_PASSWORD: kX9-vbn3-Qq}\n',
    },
    {
      'compose.yaml':
        'services:\n  s3:\n    image: minio/minio\n    environment: {MINIO_ROOT_PASSWORD_FILE: /run/secrets/minio}\n',
    },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  s3:\n    image: minio/minio\n    environment: {MINIO_ROOT_PASSWORD: $PW}\n',
    },
    { 'compose.yaml': 'services:\n  s3:\n    image: minio/minio\n    env_file: gone.env\n' },
  ],
});
