import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { concerns, variablesOf } from '../_lib/environment.ts';
import { seemsReachable } from '../_lib/published.ts';

export default defineCheck({
  on: 'process.environment',
  title: 'PostgreSQL that asks for no password, or for one that is easily read',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'With the method trust the server believes every name: whoever reaches the port is the superuser, who can also run programs on the machine (`COPY … TO PROGRAM`).',
  remedy:
    'Set POSTGRES_PASSWORD_FILE (or POSTGRES_PASSWORD) instead and leave the method at scram-sha-256. A cluster that exists already keeps its pg_hba.conf: change it there.',
  references: [
    'https://www.postgresql.org/docs/current/auth-trust.html',
    'https://github.com/docker-library/docs/blob/master/postgres/README.md',
  ],
  compliance: { cwe: ['306'], 'owasp-2021': ['A07'] },

  applies: (environment) => concerns(environment, ['postgresql'], setting),

  *run(environment, graph) {
    const settings = filter(variablesOf(environment), ({ name }) => setting.test(name));
    for (const { name, value } of settings) {
      const text = known(value) ?? '';
      const method = name === 'POSTGRES_INITDB_ARGS' ? methodIn.exec(text)?.[1] : text.trim();
      const weak = method === undefined ? undefined : weakMethods[method];
      if (weak !== undefined) {
        const message = `${name} sets ${method}, ${weak}; scram-sha-256 is the default`;
        yield { message, at: value.at, severity: inScope('low', environment.scope), discriminator: name };
      }
      if (method !== 'trust') continue;
      yield {
        message: `${name} lets everybody who reaches the port in as any user, without a password`,
        at: value.at,
        severity: inScope(
          seemsReachable(environment, graph, [5432]) ? 'critical' : 'high',
          environment.scope,
        ),
        witness: "psql -h <host> -U postgres -c 'select current_user'",
        discriminator: name,
      };
    }
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_HOST_AUTH_METHOD: «password», POSTGRES_INITDB_ARGS: «--auth-host=md5»}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_HOST_AUTH_METHOD: «trust»\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgis/postgis\n    environment: ["POSTGRES_HOST_AUTH_METHOD=«${METHOD:-trust}»"]\n    ports: ["5432:5432"]\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    build: db\n    environment:\n      POSTGRES_INITDB_ARGS: «--auth-host=trust --data-checksums»\n',
    },
    {
      'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    env_file: db.env\n',
      'db.env': 'POSTGRES_HOST_AUTH_METHOD=«trust»\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_HOST_AUTH_METHOD: scram-sha-256}\n',
    },
    // For connections on the socket in the container alone.
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_INITDB_ARGS: "--auth-local=trust --auth-host=scram-sha-256"}\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n' },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_HOST_AUTH_METHOD: $METHOD}\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n    env_file: gone.env\n' },
  ],
});

const setting = /^POSTGRES_(HOST_AUTH_METHOD|INITDB_ARGS)$/;
const methodIn = /(?:--auth(?:-host)?[= ]|-A ?)([\w-]+)/;
const weakMethods: Readonly<Record<string, string>> = {
  password: 'which sends the password as it is',
  md5: 'whose hashes are as good as the password to whoever reads them',
};
