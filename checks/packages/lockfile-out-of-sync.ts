import { defineCheck, known, valueIfKnown } from '../../src/check.ts';
import { satisfiesRange } from '../../src/facts/versions.ts';

export default defineCheck({
  on: 'package.requirement',
  title: 'Lockfile does not fit package.json',
  severity: 'medium',
  risk: ['misconfiguration', 'supply-chain'],
  why: '`npm ci` refuses to install, so deployments stop, or a build falls back to `npm install`, which takes versions that nobody tested.',
  remedy: 'Run `npm install` and commit package.json and the lockfile together.',
  references: ['https://docs.npmjs.com/cli/v11/commands/npm-ci'],
  compliance: { 'owasp-2021': ['A08'] },

  applies: ({ scope, group, form, lockfile }) => {
    const lock = valueIfKnown(lockfile);
    if (scope === 'example' || group === 'peer' || form === 'workspace' || form === 'catalog') return false;
    return lock === undefined || lock?.endsWith('.json') === true;
  },

  *run({ alias, spec, form, locked, lockfile, overridden, local, at }) {
    if (overridden) return;
    const version = known(locked);
    const lock = known(lockfile);
    if (version === null) {
      if (form === 'path' || known(local)) return;
      yield { message: `${alias} is not in ${lock}, so npm ci refuses to install`, at };
    } else if (form === 'range' && satisfiesRange(version, rangeOf(spec)) === false && !known(local)) {
      yield {
        message: `${lock} holds ${alias} ${version}, which "${spec}" does not admit, so npm ci refuses to install`,
        at,
      };
    }
  },

  bad: [
    {
      'package.json': '{"dependencies":{"ms":"^2.1.0","debug":«"^4.0.0"»}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"ms":"^2.1.0"}},"node_modules/ms":{"version":"2.1.3"}}}',
    },
    {
      'package.json': '{"devDependencies":{"ms":«"^1.0.0"»}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","dev":true}}}',
    },
    // Optional packages have their place in the lockfile too.
    {
      'package.json': '{"optionalDependencies":{"fsevents":«"^2.3.0"»}}',
      'package-lock.json': '{"lockfileVersion":1,"dependencies":{}}',
    },
    // The range behind an alias counts.
    {
      'package.json': '{"dependencies":{"old":«"npm:ms@^1.0.0"»}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/old":{"name":"ms","version":"2.1.3"}}}',
    },
  ],
  good: [
    {
      'package.json': '{"dependencies":{"ms":"^2.0.0","debug":"latest"}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"ms":"^2.1.0","gone":"1"}},' +
        '"node_modules/ms":{"version":"2.1.3"},"node_modules/debug":{"version":"4.4.3"},"node_modules/gone":{"version":"1.0.0"}}}',
    },
    // Set to another version on purpose.
    {
      'package.json': '{"dependencies":{"ms":"^1.0.0"},"overrides":{"ms":"2.1.3"}}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3"}}}',
    },
    // A sibling, a folder, a repository: there is no version to compare.
    {
      'package.json':
        '{"workspaces":["packages/*"],"dependencies":{"a":"^9.0.0","b":"file:b","c":"github:x/c"}}',
      'packages/a/package.json': '{"name":"a","version":"1.0.0"}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"resolved":"packages/a","link":true},"packages/a":{"version":"1.0.0"},' +
        '"node_modules/b":{"resolved":"b","link":true},"b":{},"node_modules/c":{"version":"3.0.0","resolved":"git+ssh://git@github.com/x/c.git#0123"}}}',
    },
    // The old form holds a member's own copies below its link.
    {
      'package.json': '{"workspaces":["packages/*"],"dependencies":{"ms":"^2.0.0"}}',
      'packages/a/package.json': '{"name":"a","dependencies":{"ms":"^1.0.0"}}',
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"ms":{"version":"2.1.3"},"a":{"version":"file:packages/a","requires":{"ms":"^1.0.0"},"dependencies":{"ms":{"version":"1.0.1"}}}}}',
    },
    // A member's own copy comes before that of the root.
    {
      'package.json': '{"workspaces":["packages/*"],"dependencies":{"ms":"^2.0.0"}}',
      'packages/a/package.json': '{"name":"a","dependencies":{"ms":"^1.0.0"}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3"},"packages/a":{"version":"1.0.0"},' +
        '"packages/a/node_modules/ms":{"version":"1.0.1"}}}',
    },
  ],
});

/** The range of an alias is what follows its last `@`. */
function rangeOf(spec: string): string {
  return spec.startsWith('npm:') ? spec.slice(spec.lastIndexOf('@') + 1) : spec;
}
