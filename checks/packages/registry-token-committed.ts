import { defineCheck, type Fault, type Resource } from '../../src/check.ts';

/** What a key of .npmrc ends in, and a name for the variable that takes the place of its value. */
const variables = [
  ['_authToken', 'NPM_TOKEN'],
  ['_password', 'NPM_PASSWORD'],
  ['_auth', 'NPM_AUTH'],
] as const;

export default defineCheck({
  on: ['package.settings', 'package.requirement', 'package.lockfile'],
  title: 'Registry credentials in a file of the project',
  severity: 'critical',
  risk: ['data-exposure', 'supply-chain'],
  why: 'Everybody who can read the repository, a copy of it, or an image that the file was copied into can read private packages with the token, and, where it may write, publish code under your name.',
  remedy:
    'Revoke the token at the registry. Refer to an environment variable in its place (`${NPM_TOKEN}`), which the pipeline sets, or keep the line in the .npmrc of the user.',
  references: [
    'https://docs.npmjs.com/using-private-packages-in-a-ci-cd-workflow',
    'https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#auth-related-configuration',
  ],
  compliance: { cwe: ['798', '312'], 'owasp-2021': ['A07'] },
  fixes: {
    unsafe:
      'puts a variable such as `${NPM_TOKEN}` in the place of the secret in .npmrc; it has to be set, and the secret revoked',
  },

  *run(resource) {
    if (resource.kind === 'package.settings') yield* inSettings(resource);
    if (resource.kind === 'package.requirement' && resource.holdsSecret) {
      yield rated(
        { message: `The address of ${resource.alias} holds a password or token`, at: resource.at },
        resource,
      );
    }
    if (resource.kind === 'package.lockfile') {
      const [first, ...others] = resource.downloads.filter(({ holdsSecret }) => holdsSecret);
      if (!first) return;
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      yield rated(
        { message: `The address of ${first.label}${more} holds a password or token`, at: first.at },
        resource,
      );
    }
  },

  bad: [
    { '.npmrc': '//registry.npmjs.org/:_authToken=«npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789»\n' },
    { '.npmrc': '_auth = "«YWRtaW46czNjcjN0cGFzcw==»"\n//npm.corp.example/:_password=«czNjcjN0cGFzcw==»\n' },
    { '.npmrc': 'registry=«https://deploy:s3cr3tpass@npm.corp.example/»\n' },
    {
      'package.json':
        '{"dependencies":{"a":«"git+https://ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123@github.com/acme/a.git"»}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","resolved":«"https://deploy:s3cr3tpass@npm.corp.example/a/-/a-1.0.0.tgz"»,"integrity":"sha512-AA=="}}}',
    },
    // Not in git yet, and nothing keeps it out.
    {
      '.npmrc': {
        text: '//r.example/:_authToken=«npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789»\n',
        tracked: false,
      },
    },
  ],
  good: [
    {
      '.npmrc': '//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n//r.example/:_password="${NPM_PASSWORD-}"\n',
    },
    {
      '.npmrc':
        '; //registry.npmjs.org/:_authToken=npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789\n//r.example/:username=deploy\n//r.example/:_authToken=\n//r.example/:always-auth=true\n',
    },
    // git ignores it, so it stays on the machine that it is meant for.
    {
      '.npmrc': {
        text: '//r.example/:_authToken=npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789\n',
        tracked: false,
        ignored: true,
      },
    },
    { '.npmrc': '//r.example/:_authToken=<your-token-here>\nregistry=https://${USER}:${PASS}@r.example/\n' },
    {
      'package.json':
        '{"dependencies":{"a":"git+ssh://git@github.com/acme/a.git","b":"https://b.example/@scope/b.tgz","c":"git+https://${TOKEN}@github.com/acme/c.git"}}',
    },
  ],
});

function* inSettings(settings: Resource<'package.settings'>): Iterable<Fault> {
  if (settings.tracked === false && settings.ignored) return;
  for (const { key, literal, at } of settings.credentials) {
    if (literal) {
      const name = variables.find(([suffix]) => key.endsWith(suffix))?.[1];
      const edits = name === undefined ? [] : [{ at, text: `\${${name}}`, safety: 'unsafe' as const }];
      const message = `${key} is written out in ${settings.name}`;
      yield rated({ message, at, edits, discriminator: key }, settings);
    }
  }
}

/** Tokens of tests and examples are mostly made up. */
function rated(fault: Fault, { scope }: { readonly scope: string }): Fault {
  return scope === 'example' ? { ...fault, severity: 'medium', confidence: 'low' } : fault;
}
