import { defineCheck, type Severity, valueIfKnown } from '../../src/check.ts';
import {
  credentialsInUrl,
  isPlaceholder,
  looksRandom,
  secretName,
  tokensIn,
} from '../../src/facts/secrets.ts';
import { inScope } from '../../src/facts/weight.ts';
import {
  type Credential,
  credentialsOf,
  isGuessable,
  isGuessableKey,
  isSigningKey,
  namesIn,
  weaknessOf,
} from '../_lib/credentials.ts';
import { seen } from '../_lib/seen.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Secret written into the compose file',
  severity: 'high',
  risk: 'data-exposure',
  why: 'The file is copied to every clone, backup and pipeline log, and `docker inspect` shows the value to whoever may ask the engine. A secret that once was committed stays in the history.',
  remedy:
    'Change the secret, then give it through `secrets:` and the `_FILE` variable of the image, or require it from outside with `${NAME:?}`.',
  references: [
    'https://docs.docker.com/compose/how-tos/use-secrets/',
    'https://docs.docker.com/compose/how-tos/environment-variables/best-practices/',
  ],
  compliance: { cwe: ['798', '312'], 'owasp-2021': ['A07', 'A05'], 'cis-docker': ['4.10'] },

  *run(service, graph) {
    const given = credentialsOf(service, graph);
    const names = namesIn(service, graph);
    for (const credential of given) {
      const found = secretIn(credential);
      // What anybody would guess is no secret, and another check's.
      if (!found || weaknessOf(credential, names) !== undefined) continue;
      const { name, origin, at, where } = credential;
      const isDefault = origin === 'default';
      yield {
        message: isDefault
          ? `${name} falls back to ${found} that is written here, so every installation without a value shares it`
          : `${name} holds ${found} in the ${where}, for everybody who can read the file`,
        at,
        severity: inScope(severityOf(found, isDefault && !isSigningKey(name)), service.scope),

        discriminator: `${where} ${name}`,
      };
    }
    seen(given.map(({ value }) => value));
    seen(graph.out(service, 'runs', 'process.environment').items.flatMap(({ missing = [] }) => missing));
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      DB_PASSWORD: «kX9-vbn3-Qq»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      - STRIPE_API_KEY=«4eC39HqLyjWDarjtT1zdp7dc»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      - "DB_PASSWORD=«kX9-vbn3-Qq»"\n',
    },
    // A default is written out too.
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      JWT_SECRET: «"${JWT_SECRET:-f8Kd02jQmz7Wplx9}"»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      DATABASE_URL: «postgres://api:kX9-vbn3-Qq@db/api»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    build:\n      context: .\n      args: {NPM_TOKEN: «f8Kd02jQmz7Wplx9»}\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: «redis-server --requirepass kX9vbn3Qq»\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: «["redis-server", "--requirepass", "kX9vbn3Qq"]»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {DSN: «"api:kX9-vbn3-Qq@tcp(db:3306)/api?parseTime=true"»}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    healthcheck:\n      test: «["CMD", "mysqladmin", "ping", "-pkX9vbn3Qq"]»\n',
    },
    {
      'compose.yaml':
        'x-env: &env\n  DB_PASSWORD: «kX9-vbn3-Qq»\nservices:\n  a: {image: a, environment: *env}\n  b: {image: b, environment: {<<: *env, MODE: x}}\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD:?}\n      API_TOKEN: $API_TOKEN\n      SECRET_KEY:\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: [DB_PASSWORD_FILE=/run/secrets/db, TOKEN_TTL=3600s-or-so]\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {DB_PASSWORD: "${DB_PASSWORD:-}", ALLOW_EMPTY_PASSWORD: "yes", OPENAI_API_KEY: \'${KEY:-"sk-"}\', SMTP_PASSWORD: \'${SMTP:-""}\'}\n',
    },
    // Known to everybody, which is another finding.
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD: postgres}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: shop, ADMIN_PASSWORD: password of the admin, ADMIN_PASSWORD_SHA2: 8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918}\n',
    },
    // The name of a file with the password in it, and the name of a user.
    {
      'compose.yaml':
        'services:\n  broker:\n    image: confluentinc/cp-kafka:7.9.0\n    environment: {KAFKA_SSL_KEY_CREDENTIALS: broker_sslkey_creds, APP_CREDENTIALS: app.json, S3_ACCESS_KEY: reports-writer, HSM_TOKEN_LABEL: main}\n',
    },
    // From a file that git need not have.
    {
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    environment: {DB_PASSWORD: "${PW}"}\n',
      '.env': 'PW=kX9-vbn3-Qq\n',
    },
    { 'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    env_file: gone.env\n' },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: sh -c "redis-server --requirepass $$REDIS_PASSWORD"\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {DATABASE_URL: "postgres://api:${PW}@db/api", PROXY: "http://proxy:3128"}\n',
    },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    extends: {file: gone.yaml, service: api}\n',
    },
  ],
});

const token = 'the token of a provider';

/** A signing key that all installations share is no better than none, so a default of one weighs in full. */
function severityOf(found: string, isDefault: boolean): Severity {
  if (found === token) return isDefault ? 'high' : 'critical';
  return isDefault ? 'medium' : 'high';
}

/** What kind of secret it is; undefined when it is none, or is not written in the file. */
function secretIn({ name, value, origin, where }: Credential): string | undefined {
  const text = valueIfKnown(value);
  if (!text || (origin !== 'literal' && origin !== 'default')) return undefined;
  if (tokensIn(text).length > 0) return token;
  const url = credentialsInUrl(text);
  if (url) return isSecret(url.password) ? 'the password of an address' : undefined;
  // A signing key that can be guessed is another check's; the hash of a password is not the password.
  if (!isSecret(text) || isGuessableKey(name, text) || /_(sha\d*|hash|bcrypt|argon2)$/i.test(name))
    return undefined;
  const certain = name.startsWith('-') || (secretName(name) === 'sure' && where !== 'label');
  return certain || (secretName(name) !== false && looksRandom(text)) ? 'a secret' : undefined;
}

function isSecret(text: string): boolean {
  const bare = text.replace(/^["']|["']$/g, '');
  // Words about a password, where one belongs: "password of the admin"; the beginning of a key: "sk-".
  const told = (/\s/.test(bare) && /\b(password|secret|token|key)\b/i.test(bare)) || /[-_]$/.test(bare);
  return !told && !isPlaceholder(bare) && !isGuessable(bare);
}
