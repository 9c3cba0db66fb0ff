import { defineCheck, type Graph, type Resource, valueIfKnown } from '../../src/check.ts';
import { exposureOf } from '../../src/facts/exposure.ts';
import { inScope } from '../../src/facts/weight.ts';
import { credentialsOf, namesIn, weaknessOf } from '../_lib/credentials.ts';
import { reachOf } from '../_lib/published.ts';
import { seen } from '../_lib/seen.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Password that anybody would try first',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'Scanners and every other container on the network try a few hundred such passwords within seconds, so the service is as open as without one.',
  remedy:
    'Generate a password per installation and give it from outside (`${NAME:?}`) or through `secrets:`. Change it in the service too: most images use the variable only when they first start.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html',
    'https://docs.docker.com/compose/how-tos/use-secrets/',
  ],
  compliance: { cwe: ['1392', '521'], 'owasp-2021': ['A07'] },

  *run(service, graph) {
    const given = credentialsOf(service, graph);
    const names = namesIn(service, graph);
    for (const credential of given) {
      const found = weaknessOf(credential, names);
      if (found === undefined) continue;
      const { name, origin, at, where } = credential;
      yield {
        message: `${name} ${origin === 'default' ? 'falls back to' : 'holds'} ${found}, which is among the first that anybody tries`,
        at,
        severity: inScope(isReached(service, graph) ? 'high' : 'medium', service.scope),
        discriminator: `${where} ${name}`,
      };
    }
    seen(given.map(({ value }) => value));
    seen(graph.out(service, 'runs', 'process.environment').items.flatMap(({ missing = [] }) => missing));
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD: «postgres»\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment:\n      - MYSQL_ROOT_PASSWORD=«Root»\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD: «"${PW:-changeme}"»\n      S3_SECRET_KEY: «\'${KEY:-"secret-key"}\'»\n',
    },
    // The same as the user.
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: «shop»}\n',
    },
    {
      'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    env_file: db.env\n',
      'db.env': 'POSTGRES_PASSWORD=«admin»  # for now\n',
    },
    // Another file may say otherwise, but need not be there.
    {
      'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    env_file: [db.env, .env.local]\n',
      'db.env': 'POSTGRES_PASSWORD=«postgres»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {DATABASE_URL: «"postgres://api:secret@db/api"»}\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: «redis-server --requirepass redis»\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD: «"${PW}"»}\n',
      '.env': 'PW=12345678\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD: "${PW:?}"}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD_FILE: /run/secrets/password}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD: kX9-vbn3-Qq, POSTGRES_USER: postgres}\n',
    },
    // What is empty is no password, but the question of another check.
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ROOT_PASSWORD: "", MYSQL_RANDOM_ROOT_PASSWORD: "yes"}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {PASSWORD_RESET: "1", SECRET_NAME: admin}\n',
    },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    extends: {file: gone.yaml, service: db}\n',
    },
  ],
});

/** Whether anybody but this host and the project gets to the service; what cannot be told counts as yes. */
function isReached(service: Resource<'compose.service'>, graph: Graph): boolean {
  const { items, missing } = service.ports;
  if (valueIfKnown(service.networkMode) === 'host') return true;
  const isPublic = items.some(
    ({ address }) => address.state === 'unknown' || reachOf(address.value) !== 'host',
  );
  return isPublic || missing.length > 0 || /^(internet|lan)$/.test(exposureOf(service, graph)?.level ?? '');
}
