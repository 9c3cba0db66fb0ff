import { defineCheck, known } from '../../src/check.ts';
import {
  credentialsInUrl,
  isPlaceholder,
  looksRandom,
  type SecretName,
  secretName,
  tokenIn,
} from '../../src/facts/secrets.ts';
import { isGuessable, isGuessableKey } from '../_lib/credentials.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.variable',
  title: 'A secret is written into the image as a variable',
  severity: 'high',
  risk: 'data-exposure',
  why: 'ENV is part of the image: `docker inspect` and `docker history` show it to everybody who can pull the image, and every process in the container inherits it. A later layer cannot take it back.',
  remedy:
    'Take the line out, change the secret, and hand it over when the container starts: a mounted secret file, the orchestrator’s secrets, or `RUN --mount=type=secret` for what only the build needs.',
  references: [
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.docker.com/build/building/secrets/',
  ],
  compliance: { cwe: ['798', '312'], 'owasp-2021': ['A05', 'A07'], 'cis-docker': ['4.10'] },
  equivalents: {
    hadolint: ['DL3064'],
    buildkit: ['SecretsUsedInArgOrEnv'],
    trivy: ['DS-0031'],
    dockle: ['CIS-DI-0010'],
  },
  applies: (variable, graph) => variable.keyword === 'ENV' && ships(variable, graph),

  *run(variable) {
    const { name, literal, value, at } = variable;
    const kind = secretName(name);
    if (!literal || (kind === false && value.state === 'unknown')) return;
    const text = known(value) ?? '';
    const what = secretIn(kind, text);
    // A signing key that can be guessed is another check's.
    if (what === undefined || isGuessableKey(name, text)) return;
    const message = `${name} holds ${what} that everybody who can pull the image can read`;
    yield { message, at, severity: inUse(variable, 'high'), discriminator: name };
  },

  bad: [
    { Dockerfile: 'FROM node:22\nENV NODE_ENV=production «DB_PASSWORD="k9-Wint3rmoon"»\n' },
    { Dockerfile: 'FROM node:22\nENV «JWT_SECRET b7f1c0de94aa2e5d»\n' },
    // Inherited by the stage that ships.
    { Dockerfile: 'FROM node:22 AS base\nENV «SESSION_SECRET=b7f1c0de94aa2e5d»\nFROM base\nCMD ["node"]\n' },
    // `KEY` alone says little, the value says the rest.
    { Dockerfile: 'FROM node:22\nENV «STRIPE_KEY=a8Zk2mQ9xT4vB7nL1cR6»\n' },
    { Dockerfile: 'FROM node:22\nENV «apiKey=a8Zk2mQ9xT4v»\n' },
    { Dockerfile: `FROM node:22\nENV «DEPLOY=${'ghp_'}${'a8Zk2mQ9xT4vB7nL1cR6a8Zk2mQ9xT4vB7nL'}»\n` },
    // Set through another variable of the file.
    { Dockerfile: 'FROM node:22\nENV PREFIX=k9\nENV «DB_PASSWORD=$PREFIX-Wint3rmoon»\n' },
    { Dockerfile: 'FROM node:22\nENV «DATABASE_URL=postgres://app:k9-Wint3rmoon@db.example.org/app»\n' },
    // Emptied later: the layer before still has it.
    { Dockerfile: 'FROM node:22\nENV «NPM_TOKEN=a8Zk2mQ9xT4v»\nRUN npm ci\nENV NPM_TOKEN=\n' },
    // Only `--target debug` ships it, or a service of the compose file.
    { Dockerfile: 'FROM node:22 AS debug\nENV «DB_PASSWORD=k9-Wint3rmoon»\nFROM node:22\nCMD ["node"]\n' },
    {
      Dockerfile:
        'FROM node:22 AS worker\nENV «DB_PASSWORD=k9-Wint3rmoon»\nFROM node:22\nCOPY --from=worker /app /app\n',
      'compose.yaml': 'services:\n  worker:\n    build:\n      context: .\n      target: worker\n',
    },
  ],
  good: [
    { Dockerfile: 'FROM node:22\nENV PORT=3000 NODE_ENV=production\n' },
    { Dockerfile: 'FROM node:22\nENV SECRET_KEY_BASE=tapioca\n' },
    // Settings about secrets.
    {
      Dockerfile:
        'FROM node:22\nENV SSH_AUTH_SOCK=/tmp/agent.sock DB_PASSWORD_FILE=/run/secrets/db TOKEN_EXPIRY=86400000 KEYCLOAK_VERSION=26.0.1-alpha9 KEYBOARD=us-intl-with-dead-keys PUBLIC_KEY=a8Zk2mQ9xT4vB7nL1cR6 SSH_KEY_DIR=keys2024production SECRET_ID=a8Zk2mQ9xT4v AUTH_MODULE_VERSION=1.2.3-build20240101 MAX_TOKENS=4096000 PASSWORD_RESET_URL=abcdef123456 ALLOW_EMPTY_PASSWORD=yes COMPASS=a8Zk2mQ9xT4v\n',
    },
    // The official Python image's key is a public fingerprint.
    { Dockerfile: 'FROM debian:12\nENV GPG_KEY 7169605F62C751356D054A26A821E680E5FA6305\n' },
    // Nothing, stand-ins, references.
    {
      Dockerfile:
        'FROM node:22\nENV DB_PASSWORD="" API_TOKEN=xxxxxxxx AUTH_TOKEN=<token> JWT_SECRET="{{ jwt }}" USE_SECRET=true PASSWORD=12345 DB_SECRET=/run/secrets/db SECRET_KEY_BASE=dummy APP_SECRET=your-secret-here VAULT_TOKEN=vault:secret/app\n',
    },
    // Told as a weak password, not as a leaked one.
    { Dockerfile: 'FROM postgres:17\nENV POSTGRES_PASSWORD=postgres\n' },
    {
      Dockerfile:
        'FROM node:22\nENV A_URL=https://user:$PASS@x.test B_URL=redis://:redis@cache C_URL=http://db:5432/x@y:z\n',
    },
    // Named like a key, valued like a word.
    { Dockerfile: 'FROM node:22\nENV CACHE_KEY=node-modules-production-v2 SORT_KEY=created_at\n' },
    // A builder's variables are left behind.
    {
      Dockerfile:
        'FROM node:22 AS build\nENV NPM_TOKEN=a8Zk2mQ9xT4v\nFROM node:22\nENV A=b\nCOPY --from=build /app /app\n',
    },
    // Handed over at build time; that is the build argument's fault.
    { Dockerfile: 'FROM node:22\nARG API_KEY\nENV API_KEY=$API_KEY\n' },
    { Dockerfile: 'FROM node:22\nENV AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n' },
  ],
  unsure: [{ Dockerfile: 'FROM acme/base:1\nENV DB_PASSWORD=$FROM_BASE\n' }],
});

/** What kind of secret the value is. A password out of everybody's list is another fault. */
function secretIn(kind: SecretName, text: string): string | undefined {
  const token = tokenIn(text);
  if (token) return `a ${token.kind}`;
  const password = credentialsInUrl(text)?.password;
  if (password !== undefined)
    return isPlaceholder(password) || isGuessable(password) ? undefined : 'a password in an address';
  if (kind === false || isPlaceholder(text) || isGuessable(text)) return undefined;
  return kind === 'sure' || looksRandom(text) ? 'a secret' : undefined;
}
