import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { concerns, variablesOf } from '../_lib/environment.ts';
import { seemsReachable } from '../_lib/published.ts';

const empty = /^(MYSQL|MARIADB)_ALLOW_EMPTY_(ROOT_)?PASSWORD$/;
const given = /^(MYSQL|MARIADB)_((RANDOM_)?ROOT_PASSWORD|ROOT_PASSWORD_(FILE|HASH))$/;

export default defineCheck({
  on: 'process.environment',
  title: 'MySQL or MariaDB with an empty root password',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'The image creates root for every host (`root@%`), so whoever reaches the port owns all data and can write files as the server.',
  remedy:
    'Set MYSQL_ROOT_PASSWORD_FILE (MARIADB_ROOT_PASSWORD_FILE) or MYSQL_RANDOM_ROOT_PASSWORD, and give the applications users of their own.',
  references: [
    'https://github.com/docker-library/docs/blob/master/mysql/README.md',
    'https://dev.mysql.com/doc/refman/8.4/en/default-privileges.html',
  ],
  compliance: { cwe: ['258', '306'], 'owasp-2021': ['A07'] },

  applies: (environment) => concerns(environment, ['mysql', 'mariadb'], empty),

  *run(environment, graph) {
    const variables = variablesOf(environment);
    const switches = filter(variables, ({ name, value }) => empty.test(name) && isSet(known(value)));
    if (switches.length === 0) return;
    if (filter(variables, ({ name, value }) => given.test(name) && isSet(known(value))).length > 0) return;
    for (const { name, value } of switches) {
      const text = known(value) ?? '';
      const meaning = /^(0|no|false|off)$/i.test(text) ? ` (any text switches it on, also "${text}")` : '';
      yield {
        message: `${name} leaves root without a password${meaning}, and the image lets root in from every host`,
        at: value.at,
        severity: inScope(
          seemsReachable(environment, graph, [3306]) ? 'critical' : 'high',
          environment.scope,
        ),
        witness: "mysql -h <host> -u root -e 'select current_user()'",
        discriminator: name,
      };
    }
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment:\n      MYSQL_ALLOW_EMPTY_PASSWORD: «"yes"»\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mariadb:11.8\n    ports: ["3306:3306"]\n    environment: [MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=«1»]\n',
    },
    // The image only looks whether it is set.
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: «"no"», MYSQL_DATABASE: shop}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: «"${EMPTY:-yes}"», MYSQL_ROOT_PASSWORD: ""}\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: "", MYSQL_ROOT_PASSWORD_FILE: /run/secrets/root}\n',
    },
    // A password beats the switch.
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: "yes", MYSQL_ROOT_PASSWORD: kX9-vbn3-Qq}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: "yes", MYSQL_RANDOM_ROOT_PASSWORD: "yes"}\n',
    },
    // Without any of these the image refuses to start.
    { 'compose.yaml': 'services:\n  db:\n    image: mysql:8.4\n' },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ALLOW_EMPTY_PASSWORD: "yes", MYSQL_ROOT_PASSWORD: $PW}\n',
    },
  ],
});

function isSet(text: string | null): boolean {
  return text !== null && text !== '';
}
