import { defineCheck, known } from '../../src/check.ts';
import { isOpenEnded } from '../../src/facts/versions.ts';

export default defineCheck({
  on: 'package.requirement',
  title: 'Dependency without an upper bound',
  severity: 'medium',
  risk: 'supply-chain',
  why: 'The next install without a lockfile, or the next update of it, may take a new major version, which breaks, or a release that was published with a stolen account.',
  remedy: 'Ask for a range of one major version, such as `^4.21.0`, and keep a lockfile.',
  references: ['https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies'],
  compliance: { cwe: ['1357'], 'owasp-2021': ['A08'] },
  // A plugin's peers are meant to be open; the project that installs both decides.
  applies: ({ scope, group, form }) =>
    scope !== 'example' && group !== 'peer' && (form === 'range' || form === 'tag'),

  *run({ alias, spec, form, lockfile, local, at }) {
    const range = spec.startsWith('npm:') ? (/^npm:.[^@]*@?(.*)$/s.exec(spec)?.[1] ?? '') : spec;
    if (form === 'range' && !isOpenEnded(range)) return;
    if (known(local)) return;
    const what = range.trim() === '' ? 'An empty version' : `"${range}"`;
    yield {
      message: `${what} admits every future release of ${alias}`,
      at,
      severity: known(lockfile) === null ? 'medium' : 'low',
    };
  },

  bad: [
    { 'package.json': '{"dependencies":{"a":«"*"»,"b":«"latest"»,"c":«""»,"d":«"x"»,"e":«">=1.2.0"»}}' },
    { 'package.json': '{"devDependencies":{"a":«"^1.0.0 || >=3"»,"b":«"npm:c"»,"d":«"npm:@x/d@next"»}}' },
    {
      'package.json': '{"dependencies":{"a":«"*"»}}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
    },
  ],
  good: [
    {
      'package.json':
        '{"dependencies":{"a":"^1.2.0","b":"1.x","c":">=1.2.0 <2","d":"1.0.0","e":"~1","f":"1 - 2","g":"^1 || ^2","h":"npm:z@^1.0.0","i":"v2.0.0"}}',
    },
    // What a template leaves open, and what other programs' protocols mean, is not npm's to say.
    {
      'package.json':
        '{"dependencies":{"a":"^2.4.2<% if (b) { %>","b":"{{version}}","c":"patch:c@npm%3A1.0.0#~/c.patch","d":"jsr:@x/d@^1","e":"catalog:","f":"1.2.3"}}',
    },
    // Peers are open by design, and members of a workspace ask for each other by any version.
    {
      'package.json': '{"private":true,"workspaces":["packages/*"]}',
      'packages/a/package.json':
        '{"name":"@x/a","peerDependencies":{"eslint":">=8"},"dependencies":{"@x/b":"*"}}',
      'packages/b/package.json': '{"name":"@x/b"}',
    },
  ],
});
