import { defineCheck } from '../../src/check.ts';
import {
  advisoriesFor,
  chainOf,
  explainCommand,
  idsOf,
  isMalicious,
  isOfDanger,
} from '../_lib/advisories.ts';

const taken =
  '{"event-stream":[{"ids":["GHSA-mh6f-8j2x-4483"],"affected":[">=3.3.6 <4.0.0"],"severity":"critical","cwe":["506"]}]}';

export default defineCheck({
  on: 'package.dependency',
  title: 'Package that was published to do harm',
  severity: 'critical',
  risk: 'supply-chain',
  why: 'The version holds code that steals or destroys. It runs on every machine that installs or starts it, with the rights of whoever does.',
  remedy:
    'Remove the version, and replace every secret that was within reach of the machines that installed it: tokens, keys, environment variables, files of the user.',
  references: [
    'https://cwe.mitre.org/data/definitions/506.html',
    'https://docs.npmjs.com/reporting-malware-in-an-npm-package',
  ],
  compliance: { cwe: ['506'], 'owasp-2021': ['A08'] },

  applies: (dependency, graph) => isOfDanger(dependency, graph, 'malicious'),

  *run(dependency, graph) {
    const harmful = advisoriesFor(dependency, graph).filter(isMalicious);
    if (harmful.length === 0) return;
    yield {
      message: `${dependency.name} is a version that was published to do harm (${idsOf(harmful)})`,
      at: dependency.at,
      path: chainOf(dependency),
      ...explainCommand(dependency),
    };
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{«"node_modules/event-stream"»:{"version":"3.3.6","dev":true}}}',
      '@data/advisories/npm': taken,
    },
  ],
  good: [
    // The name was taken over and given back: other versions of it are sound.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/event-stream":{"version":"3.3.4"},' +
        '"node_modules/a/node_modules/event-stream":{"version":"4.0.1"}}}',
      '@data/advisories/npm': taken,
    },
  ],
});
