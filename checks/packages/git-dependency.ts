import { defineCheck, known } from '../../src/check.ts';

export default defineCheck({
  on: 'package.requirement',
  title: 'Dependency straight from a repository',
  severity: 'medium',
  risk: 'supply-chain',
  why: 'A branch or tag of a repository can be moved to other code at any time. There is no checksum, no published version that advisories could name, and the build scripts of the repository run on install.',
  remedy:
    'Publish the package to a registry, your own if need be, and ask for a version. Until then name the full commit behind `#`.',
  references: ['https://docs.npmjs.com/cli/v11/configuring-npm/package-json#git-urls-as-dependencies'],
  compliance: { cwe: ['829', '494'], 'owasp-2021': ['A08'] },
  applies: ({ scope }) => scope !== 'example',

  *run({ alias, form, commit, lockfile, at }) {
    if (form !== 'git') return;
    if (commit !== null && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) {
      yield {
        message: `${alias} comes from a repository, where no checksum or advisory covers it`,
        at,
        severity: 'low',
      };
      return;
    }
    const what = commit === null ? 'the default branch' : `"${commit}"`;
    const locked = known(lockfile) !== null;
    const effect = locked ? 'the next update of the lockfile takes' : 'every install takes';
    yield {
      message: `${alias} follows ${what} of a repository, so ${effect} whatever is there then`,
      at,
      severity: locked ? 'medium' : 'high',
    };
  },

  bad: [
    { 'package.json': '{"dependencies":{"a":«"github:acme/a"»,"b":«"acme/b#main"»}}' },
    {
      'package.json':
        '{"dependencies":{"a":«"git+ssh://git@git.example.org/a.git#v1.2.3"»,"b":«"https://github.com/acme/b"»}}',
    },
    { 'package.json': '{"dependencies":{"a":«"acme/a#semver:^1.0.0"»,"b":«"git@github.com:acme/b.git"»}}' },
    { 'package.json': '{"devDependencies":{"a":«"acme/a#0123456789012345678901234567890123456789"»}}' },
    {
      'package.json': '{"dependencies":{"a":«"github:acme/a"»}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","resolved":"git+ssh://git@github.com/acme/a.git#0123456789012345678901234567890123456789"}}}',
    },
  ],
  good: [
    // Scopes, folders and archives are no repositories; neither is one that only documents where the code is.
    {
      'package.json':
        '{"repository":"github:acme/api","dependencies":{"@acme/a":"1.0.0","b":"./b","c":"file:../c","e":"patch:e@npm%3A1.0.0#~/e.patch","f":"jsr:@x/f@^1"}}',
      'tools/package.json': '{"dependencies":{"d":"https://github.com/acme/d/archive/v1.tar.gz"}}',
    },
  ],
});
