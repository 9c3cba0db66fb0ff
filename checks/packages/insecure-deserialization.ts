import { defineCheck } from '../../src/check.ts';
import {
  advisoriesFor,
  chainOf,
  explainCommand,
  idsOf,
  isOfDanger,
  lowered,
  others,
  wayOut,
  worst,
} from '../_lib/advisories.ts';

const flaws =
  '{"node-serialize":[{"ids":["CVE-2017-5941"],"affected":["*"],"severity":"critical","cwe":["502"]}],' +
  '"serialize-javascript":[{"ids":["CVE-2020-7660"],"affected":["<3.1.0"],"severity":"high","cwe":["502"]},' +
  '{"ids":["CVE-2019-16769"],"affected":["<2.1.1"],"severity":"medium","cwe":["79"]}]}';

export default defineCheck({
  on: 'package.dependency',
  title: 'Package that turns data into running code',
  severity: 'high',
  risk: ['unsafe-deserialization', 'known-vulnerability'],
  why: 'The package rebuilds objects from text in a way that lets the text choose what is run. Whoever can send such text, in a cookie or a queued message, runs code in the process.',
  remedy:
    'Update to the version that the finding names. Where there is none, replace the package: data between services is best written and read as plain JSON.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/502.html',
  ],
  compliance: { cwe: ['502'], 'owasp-2021': ['A08'] },

  applies: (dependency, graph) => isOfDanger(dependency, graph, 'deserialization'),

  *run(dependency, graph) {
    const advisories = advisoriesFor(dependency, graph);
    const unsafe = advisories.filter(({ cwe }) => cwe.includes('502'));
    if (unsafe.length === 0) return;
    // The package is reported here alone, so its other flaws count too.
    const { severity } = worst(advisories);
    const atLeast = severity === 'critical' ? 'critical' : 'high';
    yield {
      message: `${dependency.name} deserializes input unsafely (${idsOf(unsafe)}${others(advisories.length - unsafe.length)}); ${wayOut(dependency)}`,
      at: dependency.at,
      path: chainOf(dependency),
      severity: dependency.group === 'development' ? lowered(atLeast) : atLeast,
      confidence: worst(unsafe).confidence,
      ...explainCommand(dependency),
    };
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{«"node_modules/node-serialize"»:{"version":"0.0.4"},' +
        '«"node_modules/serialize-javascript"»:{"version":"1.9.1"}}}',
      '@data/advisories/npm': flaws,
    },
  ],
  good: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/serialize-javascript":{"version":"6.0.2"}}}',
      '@data/advisories/npm': flaws,
    },
  ],
  unsure: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/node-serialize":{"version":"0.0.4"}}}',
    },
  ],
});
