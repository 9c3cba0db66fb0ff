import { defineCheck, known } from '../../src/check.ts';
import { credentialsInUrl, secretName } from '../../src/facts/secrets.ts';
import { isGuessable, isSigningKey } from '../_lib/credentials.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.variable',
  title: 'The image sets a password that anybody would try first',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'Every container of the image starts with this password unless somebody thinks of another one. It is among the first that scanners try, and it stands in the image for all to read.',
  remedy:
    'Leave the variable out of the image, so that the container does not start without a password of its own, and hand it over when it starts.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
  ],
  compliance: { cwe: ['1392', '521'], 'owasp-2021': ['A07'], 'cis-docker': ['4.10'] },
  equivalents: { hadolint: ['DL3064'], buildkit: ['SecretsUsedInArgOrEnv'], trivy: ['DS-0031'] },
  applies: (variable, graph) => variable.keyword === 'ENV' && ships(variable, graph),

  *run(variable) {
    const { name, value, literal, at } = variable;
    // Keys that sign are judged by what they sign, wherever they are set.
    if (!literal || isSigningKey(name)) return;
    const isPassword = secretName(name) === 'sure';
    if (!isPassword && value.state === 'unknown') return;
    const text = known(value) ?? '';
    const password = credentialsInUrl(text)?.password ?? (isPassword ? text : '');
    if (password === '' || !isGuessable(password)) return;
    const message = `${name} is set to a password that is among the first that anybody tries`;
    yield { message, at, severity: inUse(variable, 'high'), discriminator: name };
  },

  bad: [
    { Dockerfile: 'FROM postgres:17\nENV «POSTGRES_PASSWORD=postgres» POSTGRES_DB=app\n' },
    { Dockerfile: 'FROM mysql:8.4\nENV «MYSQL_ROOT_PASSWORD "Root"»\n' },
    { Dockerfile: 'FROM node:22 AS base\nENV «DB_PASS=changeme»\nFROM base\nCMD ["node", "x"]\n' },
    { Dockerfile: 'FROM node:22\nENV «DATABASE_URL=postgres://app:secret@db/app»\n' },
  ],
  good: [
    {
      Dockerfile:
        'FROM postgres:17\nENV POSTGRES_PASSWORD_FILE=/run/secrets/db POSTGRES_DB=postgres DB_USER=root\n',
    },
    { Dockerfile: 'FROM postgres:17\nENV POSTGRES_PASSWORD=k9-Wint3rmoon\n' },
    { Dockerfile: 'FROM postgres:17\nARG PW=postgres\nENV POSTGRES_PASSWORD=$PW\n' },
    { Dockerfile: 'FROM postgres:17\nENV POSTGRES_PASSWORD= DATABASE_URL=postgres://app@db/app\n' },
    {
      Dockerfile:
        'FROM node:22 AS test\nENV DB_PASSWORD=test\nFROM node:22\nENV A=b\nCOPY --from=test /a /a\n',
    },
    // A key that signs has a check of its own.
    { Dockerfile: 'FROM node:22\nENV JWT_SECRET=secret\n' },
  ],
  unsure: [{ Dockerfile: 'FROM acme/base:1\nENV DB_PASSWORD=$INHERITED\n' }],
});
