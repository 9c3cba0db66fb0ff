import { defineCheck, known } from '../../src/check.ts';
import {
  advisoriesFor,
  chainOf,
  explainCommand,
  idsOf,
  isOfDanger,
  lowered,
  wayOut,
  worst,
} from '../_lib/advisories.ts';

const lodash =
  '{"lodash":[{"ids":["CVE-2020-8203"],"affected":[">=3.7.0 <4.17.19"],"severity":"high"},' +
  '{"ids":["CVE-2020-28500"],"affected":["<4.17.21"],"severity":"medium"}]}';

export default defineCheck({
  on: 'package.dependency',
  title: 'Package with known flaws',
  severity: 'high',
  risk: 'known-vulnerability',
  why: 'Flaws of published packages are described in public together with the versions that have them, so attackers look for exactly these versions. A lockfile installs the same flawed version on every deployment.',
  remedy:
    'Move to the version that the finding names: `npm update` where the declared range reaches it, else raise the range; for a package that something else asks for, update that, or set the version under `overrides` in package.json.',
  references: ['https://docs.npmjs.com/cli/v11/commands/npm-audit', 'https://osv.dev/list?ecosystem=npm'],
  compliance: { cwe: ['1395'], 'owasp-2021': ['A06'] },

  // Packages with worse than ordinary flaws have checks of their own, so that each is reported once.
  applies: (dependency, graph) => isOfDanger(dependency, graph, 'flawed'),

  *run(dependency, graph) {
    const advisories = advisoriesFor(dependency, graph);
    if (advisories.length === 0) {
      known(dependency.version);
      return;
    }
    const { severity, confidence } = worst(advisories);
    const doubtful = confidence === 'low' ? '; the record is uncertain, so check it first' : '';
    yield {
      message: `${dependency.name} has known flaws (${idsOf(advisories)}); ${wayOut(dependency)}${doubtful}`,
      at: dependency.at,
      path: chainOf(dependency),
      severity: dependency.group === 'development' ? lowered(severity) : severity,
      confidence,
      ...explainCommand(dependency),
    };
  },

  bad: [
    {
      'package.json': '{"name":"api","private":true,"dependencies":{"lodash":"^4.17.0"}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"lodash":"^4.17.0"}},' +
        '«"node_modules/lodash"»:{"version":"4.17.15"}}}',
      '@data/advisories/npm': lodash,
    },
    // Two versions of one package are judged each for itself.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","dependencies":{"lodash":"3"}},' +
        '"node_modules/lodash":{"version":"4.17.21"},' +
        '«"node_modules/a/node_modules/lodash"»:{"version":"3.10.1"}}}',
      '@data/advisories/npm': lodash,
    },
    // The package behind an alias is what is installed.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{«"node_modules/underscore"»:{"name":"lodash","version":"4.17.20"}}}',
      '@data/advisories/npm': lodash,
    },
    // The old form nests packages in packages.
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"lodash":"4"},' +
        '"dependencies":{«"lodash"»:{"version":"4.17.4"}}}}}',
      '@data/advisories/npm': lodash,
    },
    // The old form has the address in the place of the version.
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{«"lodash"»:{"version":"https://registry.npmjs.org/lodash/-/lodash-4.17.4.tgz","integrity":"sha512-AA=="}}}',
      '@data/advisories/npm': lodash,
    },
    // A pre-release comes before its release, so it is still flawed.
    {
      'npm-shrinkwrap.json':
        '{"lockfileVersion":2,"packages":{«"node_modules/lodash"»:{"version":"4.17.21-rc.1"}},' +
        '"dependencies":{"lodash":{"version":"4.17.21-rc.1"}}}',
      '@data/advisories/npm': lodash,
    },
  ],
  good: [
    {
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.21"}}}',
      '@data/advisories/npm': lodash,
    },
    // A folder of the same tree that shares its name with a published package.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"resolved":"libs/lodash","link":true},' +
        '"libs/lodash":{"version":"4.0.0"},"node_modules/express":{"version":"4.21.2"}}}',
      '@data/advisories/npm': lodash,
    },
    // npm does not look at a package-lock.json beside a shrinkwrap.
    {
      'npm-shrinkwrap.json': '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.21"}}}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.15"}}}',
      '@data/advisories/npm': lodash,
    },
    // A flaw that was brought in later than this version.
    {
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"3.6.0"}}}',
      '@data/advisories/npm': '{"lodash":[{"ids":["CVE-2020-8203"],"affected":[">=3.7.0 <4.17.19"]}]}',
    },
  ],
  unsure: [
    { 'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.15"}}}' },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"lodash":{"version":"git+https://git.example.org/lodash.git#0123456789012345678901234567890123456789"}}}',
      '@data/advisories/npm': lodash,
    },
  ],
});
