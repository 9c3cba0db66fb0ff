import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { unlessConfigured, wordsOf } from '../_lib/configured.ts';
import { concerns, variablesOf } from '../_lib/environment.ts';
import { seemsReachable, servicesOf } from '../_lib/published.ts';

export default defineCheck({
  on: 'process.environment',
  title: 'MongoDB without authentication',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'The official image listens on every address and asks nobody who they are unless a root user is set, so every neighbour on the network reads and drops all databases.',
  remedy:
    'Set MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD_FILE before the first start. For data that exists already, create the user first, then start with --auth.',
  references: [
    'https://github.com/docker-library/docs/blob/master/mongo/README.md',
    'https://www.mongodb.com/docs/manual/administration/security-checklist/',
  ],
  compliance: { cwe: ['306'], 'owasp-2021': ['A07'] },
  applies: (environment, graph) =>
    servicesOf(environment, graph).length > 0 && concerns(environment, ['mongodb'], account),

  *run(environment, graph) {
    if (known(environment.product) !== 'mongodb') return;
    const words = wordsOf(environment);
    // Other programs of the image are clients.
    if (words.some((word) => /(^|\/)(mongo|mongosh|mongodump|mongorestore|mongoimport|mongos)$/.test(word)))
      return;
    const off = words.includes('--noauth');
    if (!off && words.some((word) => /^--(auth|keyFile|clusterAuthMode)\b/.test(word))) return;
    const set = filter(variablesOf(environment), ({ name }) => account.test(name));
    const users = set.filter(({ name, value }) => /USER/.test(name) && known(value));
    const passwords = set.filter(({ name, value }) => /PASSWORD/.test(name) && known(value));
    if (!off && users.length > 0 && passwords.length > 0) return;
    if (!off && passwords.some(({ name }) => name.startsWith('MONGODB_'))) return;
    if (!off)
      unlessConfigured(environment, graph, /\.(conf|ya?ml)$|\/etc\/mongo|\/opt\/bitnami\/mongodb\/conf/);
    yield {
      message: off
        ? '--noauth lets everybody who reaches the port read and change all databases'
        : 'No root user is set, so the image starts without authentication and listens on every address',
      at: off ? environment.command.at : environment.at,
      severity: inScope(seemsReachable(environment, graph, [27017]) ? 'critical' : 'high', environment.scope),
      witness: 'mongosh mongodb://<host>:27017 --eval "db.adminCommand({listDatabases: 1})"',
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  «db»:\n    image: mongo:8\n' },
    {
      'compose.yaml':
        'services:\n  «db»:\n    image: mongo:${TAG}\n    ports: ["27017:27017"]\n    command: mongod --replSet rs0\n',
    },
    // A user without a password is none.
    {
      'compose.yaml':
        'services:\n  «db»:\n    image: mongo:8\n    environment: {MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_DATABASE: shop}\n',
    },
    {
      'compose.yaml':
        'services:\n  «db»:\n    image: mongo:8\n    environment: {MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_ROOT_PASSWORD: "${PW:-}"}\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    command: «--noauth»\n    environment: {MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_ROOT_PASSWORD: kX9-vbn3-Qq}\n',
    },
    {
      'compose.yaml':
        'services:\n  «db»:\n    image: mongo:8\n    volumes: ["data:/data/db", "./init.js:/docker-entrypoint-initdb.d/init.js:ro"]\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    environment: {MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_ROOT_PASSWORD_FILE: /run/secrets/mongo}\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: mongo:8\n    command: ["mongod", "--auth"]\n' },
    {
      'compose.yaml': 'services:\n  db:\n    image: mongo:8\n    command: --keyFile /etc/key --replSet rs0\n',
    },
    { 'compose.yaml': 'services:\n  dump:\n    image: mongo:8\n    command: mongodump --uri mongodb://db\n' },
    {
      'compose.yaml':
        'services:\n  db:\n    image: bitnami/mongodb:8.0\n    environment: {MONGODB_ROOT_PASSWORD: kX9-vbn3-Qq}\n',
    },
  ],
  unsure: [
    {
      'compose.yaml': 'services:\n  db:\n    image: mongo:8\n    command: [--config, /run/secrets/mongod]\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    environment: {MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_ROOT_PASSWORD: $PW}\n',
    },
    { 'compose.yaml': 'services:\n  db:\n    image: mongo:8\n    env_file: gone.env\n' },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    command: -f /etc/mongod.conf\n    volumes: ["./mongod.conf:/etc/mongod.conf"]\n',
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: mongo:8\n    entrypoint: ["/bin/sh", "-c", "exec start-mongo"]\n',
    },
  ],
});

/** Variables of the official image, and of Bitnami's. */
const account = /^MONGO(_INITDB|DB)_ROOT_(USERNAME|USER|PASSWORD)(_FILE)?$/;
