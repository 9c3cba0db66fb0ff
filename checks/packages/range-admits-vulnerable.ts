import { defineCheck, type Edit, known, valueIfKnown } from '../../src/check.ts';
import { affectedShare, raisedRange } from '../../src/facts/versions.ts';
import { advisoriesFor, idsOf, lowered, worst } from '../_lib/advisories.ts';

const flaws =
  '{"lodash":[{"ids":["CVE-2021-23337"],"affected":["<4.17.21"],"severity":"high"}],' +
  '"ms":[{"ids":["CVE-2017-20162"],"affected":["<2.0.0"],"severity":"medium"}]}';

export default defineCheck({
  on: 'package.requirement',
  title: 'Version range that admits versions with known flaws',
  severity: 'low',
  risk: 'known-vulnerability',
  why: 'No lockfile says which version is installed, so the range decides. Where every version in it has the flaw, so has the product; where some have, an old cache or mirror is enough to get one.',
  remedy: 'Raise the lower end of the range to a version without the flaw, and commit a lockfile.',
  references: ['https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies'],
  compliance: { cwe: ['1395'], 'owasp-2021': ['A06'] },
  fixes: {
    safe: 'raises the lower end of `^` and `~` ranges within the same range: without a lockfile npm takes the newest anyway',
  },

  // What a lockfile holds is judged there.
  applies: ({ scope, form, group, lockfile }) =>
    scope !== 'example' &&
    form === 'range' &&
    group !== 'peer' &&
    valueIfKnown(lockfile)?.endsWith('.json') !== true,

  *run(requirement, graph) {
    const { alias, spec, group, overridden, local, locked, at } = requirement;
    const advisories = advisoriesFor(requirement, graph);
    if (advisories.length === 0 || overridden || known(local)) return;
    const range = spec.startsWith('npm:') ? spec.slice(spec.lastIndexOf('@') + 1) : spec;
    const whole = advisories.filter(({ affected }) => affectedShare(range, affected) === 'all');
    if (whole.length > 0) {
      const { severity, confidence } = worst(whole);
      yield {
        message: `${isExact(range) ? `${alias} ${range}` : `Every version of ${alias} that "${spec}" admits`} has known flaws (${idsOf(whole)})`,
        at,
        severity: group === 'development' ? lowered(severity) : severity,
        confidence,
      };
      return;
    }
    known(locked);
    yield {
      message: `"${spec}" admits versions of ${alias} with known flaws (${idsOf(advisories)}), and no lockfile rules them out`,
      at,
      confidence: worst(advisories).confidence,
      edits: raised(
        spec,
        advisories.map(({ affected }) => affected),
        at,
      ),
    };
  },

  bad: [
    { 'package.json': '{"dependencies":{"lodash":«"^4.17.0"»}}', '@data/advisories/npm': flaws },
    {
      'package.json': '{"dependencies":{"lodash":«"4.17.15"»,"ms":«"^1.0.0"»}}',
      '@data/advisories/npm': flaws,
    },
    // Every version that fits is flawed, whatever the other lockfile says.
    {
      'package.json': '{"devDependencies":{"old":«"npm:ms@~0.7.1"»}}',
      'yarn.lock': '# yarn lockfile v1\n',
      '@data/advisories/npm': flaws,
    },
  ],
  good: [
    { 'package.json': '{"dependencies":{"lodash":"^4.17.21","ms":"2.x"}}', '@data/advisories/npm': flaws },
    {
      'package.json': '{"dependencies":{"lodash":"^4.17.21"},"peerDependencies":{"ms":"*"}}',
      '@data/advisories/npm': flaws,
    },
    {
      'package.json': '{"dependencies":{"lodash":"^4.0.0","x":"1.0.0"},"overrides":{"lodash":"4.17.21"}}',
      '@data/advisories/npm': flaws,
    },
  ],
  unsure: [
    // The lockfile may hold a sound version; nobody has read it.
    {
      'package.json': '{"dependencies":{"lodash":"^4.17.0"}}',
      'yarn.lock': '# yarn lockfile v1\n',
      '@data/advisories/npm': flaws,
    },
    { 'package.json': '{"dependencies":{"lodash":"^4.17.0"}}' },
  ],
});

function isExact(range: string): boolean {
  return /^=?v?\d+\.\d+\.\d+\S*$/.test(range.trim());
}

function raised(spec: string, affected: readonly (readonly string[])[], at: Edit['at']): readonly Edit[] {
  const range = raisedRange(spec, affected);
  if (range === undefined || at.end - at.start !== spec.length + 2) return [];
  return [{ at, text: `"${range}"`, safety: 'safe' }];
}
