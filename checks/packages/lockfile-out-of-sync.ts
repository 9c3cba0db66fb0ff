import { defineCheck, known, type Resource, valueIfKnown } from '../../src/check.ts';
import { satisfiesRange } from '../../src/facts/versions.ts';

export default defineCheck({
  on: 'package.manifest',
  title: 'Lockfile does not fit package.json',
  severity: 'medium',
  risk: ['misconfiguration', 'supply-chain'],
  why: '`npm ci` refuses to install, so deployments stop, or a build falls back to `npm install`, which takes versions that nobody tested.',
  remedy: 'Run `npm install` and commit package.json and the lockfile together.',
  references: ['https://docs.npmjs.com/cli/v11/commands/npm-ci'],
  compliance: { 'owasp-2021': ['A08'] },

  applies: ({ scope, lockfile }) => {
    const lock = valueIfKnown(lockfile);
    return scope !== 'example' && (lock === undefined || lock?.endsWith('.json') === true);
  },

  *run(manifest, graph) {
    const lock = known(manifest.lockfile);
    const asked = graph.out(manifest, 'depends_on', 'package.requirement').items.filter(isHeld);
    const wrong = asked.filter(misfits).filter(({ local }) => !known(local));
    const absent = wrong.filter(({ locked }) => known(locked) === null);
    const [first, ...others] = absent;
    if (first) {
      const what = others.length > 0 ? `${first.alias} and ${others.length} more are` : `${first.alias} is`;
      yield {
        message: `${what} not in ${lock}, so npm ci refuses to install`,
        at: first.at,
        path: others.slice(0, 20).map(({ at, alias }) => ({ at, note: `${alias} is not in it either` })),
        discriminator: 'absent',
      };
    }
    for (const { alias, spec, locked, at } of wrong) {
      const version = known(locked);
      if (version === null) continue;
      yield {
        message: `${lock} holds ${alias} ${version}, which "${spec}" does not admit, so npm ci refuses to install`,
        at,
        discriminator: alias,
      };
    }
  },

  bad: [
    {
      'package.json': '{"dependencies":{"ms":"^2.1.0","debug":«"^4.0.0"»}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"ms":"^2.1.0"}},"node_modules/ms":{"version":"2.1.3"}}}',
    },
    // What is missing is one mistake, however much of it.
    {
      'package.json':
        '{"dependencies":{"ms":«"^2.1.0"»,"debug":"^4.0.0"},"devDependencies":{"mocha":"^8.0.0"}}',
      'npm-shrinkwrap.json': '{"lockfileVersion":2,"packages":{"":{}}}',
    },
    // An empty lockfile is one of the first form, and holds nothing.
    { 'package.json': '{"dependencies":{"ms":«"^2.1.0"»}}', 'package-lock.json': '{}' },
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
    // For a name that is asked for twice, development decides, then what is optional.
    {
      'package.json':
        '{"dependencies":{"ms":"^1.0.0","qs":"^5.0.0"},"devDependencies":{"ms":"^2.0.0"},"optionalDependencies":{"ms":"0.7.0","qs":"6"}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3"},"node_modules/qs":{"version":"6.5.0"}}}',
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

type Requirement = Resource<'package.requirement'>;

/** Whether npm compares the line with the lockfile. */
function isHeld({ group, form, overridden }: Requirement): boolean {
  return !overridden && group !== 'peer' && !['workspace', 'catalog', 'unresolved'].includes(form);
}

function misfits({ form, spec, locked }: Requirement): boolean {
  const version = known(locked);
  if (version === null) return form !== 'path';
  return form === 'range' && satisfiesRange(version, rangeOf(spec)) === false;
}

/** The range of an alias is what follows its last `@`. */
function rangeOf(spec: string): string {
  return spec.startsWith('npm:') ? spec.slice(spec.lastIndexOf('@') + 1) : spec;
}
