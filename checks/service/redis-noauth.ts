import { defineCheck, filter, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isScripted, unlessConfigured, wordsOf } from '../_lib/configured.ts';
import { concerns, variablesOf } from '../_lib/environment.ts';
import { seemsReachable, servicesOf } from '../_lib/published.ts';

const products = new Set(['redis', 'valkey', 'keydb', 'dragonfly']);

export default defineCheck({
  on: 'process.environment',
  title: 'Redis or Valkey without a password',
  severity: 'medium',
  risk: 'missing-authentication',
  why: 'The image switches the protected mode of the program off, so it answers on every address. Whoever reaches it reads sessions and queues, and can make it write files or load code.',
  remedy:
    'Start it with a configuration file or secret that sets `requirepass` or an ACL, and keep the port inside the project.',
  references: [
    'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
    'https://github.com/docker-library/docs/blob/master/redis/README.md',
  ],
  compliance: { cwe: ['306'], 'owasp-2021': ['A07'] },
  applies: (environment, graph) =>
    servicesOf(environment, graph).length > 0 && concerns(environment, [...products], telling),

  *run(environment, graph) {
    if (!products.has(known(environment.product) ?? '')) return;
    const words = wordsOf(environment);
    if (
      words.some((word) => /(^|\/)(redis|valkey|keydb)-(cli|benchmark|sentinel)$/.test(word)) &&
      !isScripted(words)
    )
      return;
    if (asksForPassword(words)) return;
    const set = filter(
      variablesOf(environment),
      ({ name, value }) => telling.test(name) && known(value) !== '',
    );
    if (
      set.some(({ name, value }) => /PASSWORD/.test(name) || asksForPassword((known(value) ?? '').split(' ')))
    )
      return;
    unlessConfigured(environment, graph, /\.(conf|acl)$|\/etc\/(redis|valkey)|\/conf$/);
    const reachable = seemsReachable(environment, graph, [6379]);
    yield {
      message: reachable
        ? 'Without a password and with its port published, everybody who reaches the host owns this server'
        : 'Every container of its networks can use this server without a password',
      at: environment.at,
      severity: inScope(reachable ? 'critical' : 'low', environment.scope),
      witness: 'redis-cli -h <host> INFO',
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  «cache»:\n    image: redis:8\n    ports: ["6379:6379"]\n' },
    {
      'compose.yaml':
        'services:\n  «cache»:\n    image: valkey/valkey:9\n    command: valkey-server --save 60 1\n',
    },
    // Empty is no password.
    {
      'compose.yaml':
        'services:\n  «cache»:\n    image: redis:8\n    command: ["redis-server", "--requirepass", ""]\n',
    },
    {
      'compose.yaml':
        'services:\n  «cache»:\n    image: bitnami/redis:8.0\n    environment: {ALLOW_EMPTY_PASSWORD: "yes"}\n',
    },
    {
      'compose.yaml':
        'services:\n  «cache»:\n    image: redis:8\n    ports: ["127.0.0.1:6379:6379"]\n    volumes: ["data:/data"]\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: valkey/valkey:9\n    command: sh -c "valkey-server --requirepass $$REDIS_PASSWORD"\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: ["--aclfile", "/etc/users.acl"]\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: bitnami/redis:8.0\n    environment: {REDIS_PASSWORD: kX9-vbn3-Qq}\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis/redis-stack:7.4.0-v0\n    environment: {REDIS_ARGS: "--requirepass kX9-vbn3-Qq"}\n',
    },
    { 'compose.yaml': 'services:\n  job:\n    image: redis:8\n    command: redis-cli -h cache FLUSHALL\n' },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: [redis-server, /run/secrets/redis_conf]\n',
    },
    {
      'compose.yaml':
        'services:\n  cache:\n    image: redis:8\n    command: redis-server /etc/redis/redis.conf\n    volumes: ["./redis.conf:/etc/redis/redis.conf:ro"]\n',
    },
    { 'compose.yaml': 'services:\n  cache:\n    image: redis:8\n    entrypoint: /start.sh\n' },
    { 'compose.yaml': 'services:\n  cache:\n    image: redis:8\n    env_file: gone.env\n' },
  ],
});

/** Bitnami's variables, and those whose text the images add to the command. */
const telling =
  /^((REDIS|VALKEY|KEYDB)_PASSWORD(_FILE)?|(REDIS_ARGS|VALKEY_EXTRA_FLAGS|REDIS_EXTRA_FLAGS|DFLY_requirepass))$/;

/** A flag that asks for a password, anywhere in the words: scripts hold whole commands in one. */
function asksForPassword(words: readonly string[]): boolean {
  return words.some((word, index) => {
    if (/^--(requirepass|aclfile|user)$/.test(word)) return (words[index + 1] ?? '') !== '';
    return /\s--?requirepass\s+\S|--requirepass=\S|^requirepass\s|\s--aclfile\s/.test(
      ` ${word}`.slice(word.startsWith('--') ? 1 : 0),
    );
  });
}
