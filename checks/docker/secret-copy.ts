import { defineCheck, known } from '../../src/check.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.copy',
  title: 'A file of secrets is copied into the image',
  severity: 'high',
  risk: 'data-exposure',
  why: 'Whoever can pull the image can unpack the file from its layer, also when a later instruction deletes it.',
  remedy:
    'Mount the file when the container starts, or with `RUN --mount=type=secret` for the step of the build that needs it; list it in .dockerignore, and change what it holds.',
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/build/concepts/context/#dockerignore-files',
  ],
  compliance: { cwe: ['538', '312'], 'owasp-2021': ['A05'], 'cis-docker': ['4.10'] },
  equivalents: { trivy: ['DS-0031'], dockle: ['CIS-DI-0010'] },
  applies: (copy, graph) => copy.from === null && ships(copy, graph),

  *run(copy) {
    for (const { path, kind, listed, at } of known(copy.namedSecrets)) {
      const message = `${path} (${kind}) becomes part of the image`;
      // Keys look like certificates and logins like settings, until they are read.
      const confidence =
        listed || !/^(key file|package registry credentials)$/.test(kind) ? 'high' : 'medium';
      yield { message, at, severity: inUse(copy, 'high'), confidence, discriminator: path };
    }
  },

  bad: [
    { Dockerfile: 'FROM node:22\nCOPY package.json «.env» /app/\n' },
    { Dockerfile: 'FROM node:22\nCOPY --chown=node "package.json" «config/.env.production» ./\n' },
    { Dockerfile: 'FROM node:22\nADD ["«id_rsa»", "/root/.ssh/id_rsa"]\n' },
    { Dockerfile: 'FROM node:22\nARG MODE\nCOPY «.env.$MODE» /app/.env\n' },
    { Dockerfile: 'FROM node:22\nCOPY «.ssh» /root/.ssh\nCOPY «.aws/credentials» /root/.aws/credentials\n' },
    { Dockerfile: 'FROM node:22\nARG STAGE=prod\nCOPY «.env.$STAGE» /app/.env\n' },
    {
      Dockerfile: 'FROM node:22\nCOPY «.npmrc» ./\nRUN npm ci && rm .npmrc\n',
      '.npmrc': '//registry.npmjs.org/:_authToken=0a1b2c3d\n',
    },
    // A key by its text, in a file that could have been a certificate.
    {
      Dockerfile: 'FROM nginx:1.27\nCOPY «certs/server.pem» /etc/nginx/\n',
      'certs/server.pem': `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN ${'PRIVATE'} KEY-----\nMIIC\n-----END ${'PRIVATE'} KEY-----\n`,
    },
    { Dockerfile: 'FROM nginx:1.27\nCOPY «tls/server.key» /etc/nginx/\n' },
    { Dockerfile: 'FROM node:22\nONBUILD COPY «credentials.json» /app/\n' },
    {
      'docker/Dockerfile': 'FROM node:22\nCOPY package.json «.env» ./\n',
      'package.json': '{}',
      '.env': 'A=b',
    },
  ],
  good: [
    {
      Dockerfile:
        'FROM node:22\nCOPY .env.example .env.sample .env.template .env.dist deploy.pub package.json ./\n',
    },
    {
      Dockerfile:
        'FROM nginx:1.27\nCOPY certs/server.pem /etc/nginx/\nCOPY ca.pem cacerts.jks fullchain.pem /etc/ssl/\n',
      'certs/server.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    },
    {
      Dockerfile:
        'FROM node:22 AS build\nCOPY .npmrc ./\nRUN npm ci\nFROM node:22\nCOPY index.js ./\nCOPY --from=build /app/.env /app/.env\n',
    },
    { Dockerfile: 'FROM node:22\nCOPY src/environment.ts src/tokens.json keys/ README.md ./\n' },
    // Settings, and a token that only the environment has.
    {
      Dockerfile: 'FROM node:22\nCOPY .npmrc .yarnrc.yml web/.yarnrc.yml ./\n',
      '.npmrc': 'engine-strict=true\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n',
      '.yarnrc.yml': 'nodeLinker: node-modules\n',
    },
    // The variable leaves no doubt about what is copied.
    { Dockerfile: 'FROM debian:12\nARG TARGETARCH\nCOPY ./app-linux-$TARGETARCH /bin/app\n' },
    // Left out of the context: the build stops, nothing leaks.
    { Dockerfile: 'FROM node:22\nCOPY .env ./\n', '.env': 'A=b', '.dockerignore': '.env*\n' },
  ],
  unsure: [{ Dockerfile: 'FROM node:22\nARG CONFIG\nCOPY $CONFIG /app/config\n' }],
});
