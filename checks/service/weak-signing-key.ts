import { defineCheck } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import { isSigningKey, weaknessOfKey } from '../_lib/credentials.ts';
import { variablesOf } from '../_lib/environment.ts';
import { seen } from '../_lib/seen.ts';

export default defineCheck({
  on: 'process.environment',
  title: 'Signing key that can be guessed',
  severity: 'high',
  risk: 'missing-authentication',
  why: 'With the key anybody signs a session or token of their own and is whoever they say. A key from a dictionary or a manual is found offline from a single token.',
  remedy:
    'Generate at least 32 random bytes per installation (`openssl rand -hex 32`), give them from outside, and end the sessions that the old key signed.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html#weak-token-secret',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
  ],
  compliance: { cwe: ['321', '1391'], 'owasp-2021': ['A02'] },
  applies: ({ scope }) => scope !== 'build',

  *run(environment) {
    const { items, missing } = variablesOf(environment);
    for (const { name, value, origin } of items) {
      const text = value.state === 'unknown' ? null : value.value;
      const weakness = text === null || !isSigningKey(name) ? undefined : weaknessOfKey(text);
      if (weakness === undefined) continue;
      yield {
        message: `${name}${origin === 'default' ? ' falls back to a key that' : ''} ${weakness}, so anybody can sign what it protects`,
        at: value.at,
        severity: inScope('high', environment.scope),
        discriminator: name,
      };
    }
    // One that comes from outside is what is wanted; one that could not be read is not.
    seen([...missing, ...items.map(({ value }) => value)]);
  },

  bad: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment:\n      SECRET_KEY: «secret»\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: ["JWT_SECRET=«${JWT_SECRET:-change-me-in-production-please}»"]\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {SESSION_SECRET: «kX9vbn3»}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {DJANGO_SECRET_KEY: «aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa»}\n',
    },
    {
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    env_file: api.env\n',
      'api.env': 'APP_KEY=«your-secret-key-goes-here»\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {SECRET_KEY: "${SECRET_KEY:?}", JWT_SECRET: $JWT_SECRET, SESSION_SECRET: }\n',
    },
    // Written out, which is another finding, but strong.
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {SECRET_KEY: f8Kd02jQmz7Wplx9vB41}\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    environment: {SECRET_KEY_FILE: /run/secrets/key, JWT_SECRET: "", APP_KEY: /run/secrets/key}\n',
    },
  ],
});
