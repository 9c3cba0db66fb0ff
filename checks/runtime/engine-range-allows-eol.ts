import { defineCheck, known } from '../../src/check.ts';
import { supportOf } from '../_lib/support.ts';

const node =
  '{"n":"Node.js","c":"framework","r":[{"c":"26","d":"2026-05-05","e":"2029-04-30"},{"c":"25","d":"2025-10-15","e":"2026-05-31"},{"c":"24","d":"2025-05-06","e":"2028-04-30"},' +
  '{"c":"20","d":"2023-04-18","e":"2026-04-30"},{"c":"18","d":"2022-04-19","e":"2025-04-30"}]}';

export default defineCheck({
  on: 'runtime',
  title: 'Engine range that admits runtimes without security updates',
  severity: 'low',
  tier: 'hardening',
  risk: 'outdated-component',
  why: 'The project says that it may run on a release whose flaws nobody corrects any more, and build services and platforms that read the range may pick one.',
  remedy: 'Raise the lower end of the range to the oldest release that is still supported.',
  references: [
    'https://docs.npmjs.com/cli/v11/configuring-npm/package-json#engines',
    'https://endoflife.date/nodejs',
  ],
  compliance: { cwe: ['1104'], 'owasp-2021': ['A06'] },
  applies: ({ scope, form }) => scope !== 'example' && form === 'range',

  *run(runtime, graph) {
    known(runtime.cycles);
    // The newest first. What ended between two that are supported is no matter of the range's lower end.
    const cycles = graph.out(runtime, 'depends_on', 'product.cycle').items;
    const oldest = cycles.findLastIndex((cycle) => !supportOf(cycle, graph.now).ended);
    const ended = cycles.slice(oldest + 1).map(({ cycle }) => cycle);
    // Where none is supported, that is told elsewhere.
    if (ended.length === 0 || oldest === -1) return;
    yield {
      message: `"${runtime.spec}" admits ${runtime.label} ${ended.slice(0, 3).join(', ')}${ended.length > 3 ? ` and ${ended.length - 3} older` : ''}, which ${ended.length > 1 ? 'get' : 'gets'} no security updates`,
      at: runtime.at,
      severity: runtime.library ? 'info' : 'low',
    };
  },

  bad: [
    { 'package.json': '{"private":true,"engines":{"node":"«>=18»"}}', '@data/eol/nodejs': node },
    {
      'package.json': '{"name":"lib","exports":"./i.js","engines":{"node":"«^20 || >=24»"}}',
      '@data/eol/nodejs': node,
    },
  ],
  good: [
    { 'package.json': '{"engines":{"node":">=24"}}', '@data/eol/nodejs': node },
    // Releases of odd number end before older ones do; nobody leaves them out of a range.
    {
      'package.json': '{"engines":{"node":"^20.9.0 || >=22"}}',
      '@now': '2026-04-01',
      '@data/eol/nodejs': node,
    },
    // None of them is supported: a graver finding of its own.
    { 'package.json': '{"engines":{"node":"18 || 20"}}', '@data/eol/nodejs': node },
    { 'package.json': '{"engines":{"node":">=20"}}', '@now': '2026-04-30', '@data/eol/nodejs': node },
  ],
  unsure: [{ 'package.json': '{"engines":{"node":">=18"}}' }],
});
