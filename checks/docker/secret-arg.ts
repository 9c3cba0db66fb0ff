import { defineCheck } from '../../src/check.ts';
import { isPlaceholder, isWeakPassword, looksRandom, secretName, tokenIn } from '../../src/facts/secrets.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.variable',
  title: 'A secret is passed as a build argument',
  severity: 'medium',
  risk: 'data-exposure',
  why: 'The value of a build argument stays in the history of every layer that is built after it, in the build’s provenance and in the cache; a default stands in the repository besides.',
  remedy:
    'Give it to the one step that needs it: `RUN --mount=type=secret,id=token …` with `docker build --secret id=token,env=TOKEN`.',
  references: [
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.docker.com/build/building/secrets/#secret-mounts',
  ],
  compliance: { cwe: ['522', '798'], 'owasp-2021': ['A05'], 'cis-docker': ['4.10'] },
  equivalents: { hadolint: ['DL3064'], buildkit: ['SecretsUsedInArgOrEnv'], trivy: ['DS-0031'] },
  applies: ({ keyword }) => keyword === 'ARG',

  *run(variable, graph) {
    const { name, value, literal, at, usedAt } = variable;
    const told = literal ? defaultOf(name, value.state === 'explicit' ? (value.value ?? '') : '') : undefined;
    if (told) {
      const message = `the default of the build argument ${name} is a ${told} in the repository`;
      yield {
        message,
        at,
        severity: inUse(variable, 'high'),
        discriminator: name,
      };
      return;
    }
    const [first] = usedAt;
    if (!first || secretName(name) !== 'sure' || value.state === 'inherited' || !ships(variable, graph))
      return;
    // With a default that is no secret it is there for builds that need none.
    if (value.state === 'explicit' && value.value !== null && value.value !== '') return;
    const message = `what is passed as ${name} stays readable in the history of the image`;
    const path = [{ at: first, note: 'used here' }];
    yield { message, at, severity: inUse(variable, 'medium'), path, discriminator: name };
  },

  bad: [
    {
      Dockerfile:
        'FROM node:22\nARG «NPM_TOKEN»\nRUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > .npmrc && npm ci\n',
    },
    { Dockerfile: 'FROM node:22\nARG API_URL «API_SECRET»\nENV API_SECRET=${API_SECRET}\n' },
    { Dockerfile: 'FROM node:22\nARG «DB_PASSWORD=k9-Wint3rmoon»\n' },
    {
      Dockerfile: 'ARG «DB_PASSWORD=k9-Wint3rmoon»\nFROM node:22\nARG DB_PASSWORD\nRUN echo "$DB_PASSWORD"\n',
    },
    // In a builder a default still stands in the repository.
    {
      Dockerfile:
        'FROM node:22 AS build\nARG «NPM_TOKEN=a8Zk2mQ9xT4v»\nFROM node:22\nCOPY --from=build /app /app\n',
    },
    // Declared in a parent, used in the stage that ships.
    {
      Dockerfile:
        'FROM node:22 AS base\nARG «GITHUB_TOKEN»\nFROM base\nRUN git clone https://$GITHUB_TOKEN@github.com/acme/app\n',
    },
  ],
  good: [
    {
      Dockerfile: 'ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nARG GIT_SHA\nRUN echo $GIT_SHA > /version\n',
    },
    // Not used where it would stay: builders are thrown away.
    {
      Dockerfile:
        'FROM node:22 AS build\nARG NPM_TOKEN\nRUN echo "_authToken=$NPM_TOKEN" > .npmrc && npm ci && rm .npmrc\nFROM node:22\nCOPY --from=build /app /app\n',
    },
    {
      Dockerfile:
        'FROM node:22\nARG TOKEN_TTL=3600000 GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305 SECRET_FILE\nRUN cat $SECRET_FILE\n',
    },
    { Dockerfile: 'FROM node:22\nARG SECRET_KEY_BASE=dummy\nRUN rake assets:precompile\n' },
    {
      Dockerfile:
        'FROM node:22\nRUN --mount=type=secret,id=npm NPM_TOKEN=$(cat /run/secrets/npm) npm ci\nARG A\n',
    },
  ],
});

/** What kind of secret a default is; undefined for none. */
function defaultOf(name: string, text: string): string | undefined {
  const token = tokenIn(text);
  if (token) return token.kind;
  const kind = secretName(name);
  if (kind === false || isPlaceholder(text) || isWeakPassword(text)) return undefined;
  return kind === 'sure' || looksRandom(text) ? 'secret' : undefined;
}
