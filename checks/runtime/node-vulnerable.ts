import { defineCheck, known, type Resource } from '../../src/check.ts';

const flaws =
  '{"node":[{"ids":["CVE-2024-27983"],"vulnerable":"18.x || 20.x || 21.x","patched":"^18.20.1 || ^20.12.1 || ^21.7.2","severity":"high","environments":["all"]},' +
  '{"ids":["CVE-2024-22019"],"vulnerable":"18.x || 20.x","patched":"^18.19.1 || ^20.11.1","severity":"medium"},' +
  '{"ids":["CVE-2024-27980"],"vulnerable":"18.x || 20.x","patched":"^18.20.4 || ^20.15.1","severity":"high","environments":["win32"]}]}';

export default defineCheck({
  on: 'runtime',
  title: 'Node.js release with known flaws',
  severity: 'high',
  confidence: 'medium',
  risk: ['known-vulnerability', 'outdated-component'],
  why: 'The flaws are described in public and corrected in later releases of the same series. Where this file decides what runs, the service can be attacked through the runtime itself.',
  remedy:
    'Name the newest release of the series, or only its major version so that every build takes the newest.',
  references: [
    'https://nodejs.org/en/blog/vulnerability',
    'https://github.com/nodejs/security-wg/tree/main/vuln/core',
  ],
  compliance: { cwe: ['1395'], 'owasp-2021': ['A06'] },
  applies: ({ scope, product }) => scope !== 'example' && product === 'nodejs',

  *run({ label, spec, flaws: found, at }) {
    const all = known(found);
    if (all.length === 0) return;
    const sorted = [...all].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
    const ids = sorted.slice(0, 4).map(({ id }) => id);
    const more = all.length > 4 ? ` and ${all.length - 4} more` : '';
    yield {
      message: `${label} ${spec} has known flaws (${ids.join(', ')}${more})${wayOut(all)}`,
      at,
      severity: sorted[0]?.severity ?? 'medium',
    };
  },

  bad: [
    { '.nvmrc': '«v18.18.0»\n', '@data/advisories/nodejs': flaws, '@data/eol/nodejs': '{"r":[]}' },
    { 'package.json': '{"volta":{"node":"«20.11.1»"}}', '@data/advisories/nodejs': flaws },
    { '.tool-versions': 'nodejs «18.20.0»\n', '@data/advisories/nodejs': flaws },
  ],
  good: [
    { '.nvmrc': '20.12.1\n', '@data/advisories/nodejs': flaws },
    // What only Windows has is no matter for a server's pin.
    { '.nvmrc': '18.20.1\n', '@data/advisories/nodejs': flaws },
    // Less than a full version means the newest of them.
    { '.nvmrc': '18\n', '@data/advisories/nodejs': flaws },
    { '.nvmrc': 'lts/hydrogen\n', '@data/advisories/nodejs': flaws },
    { 'package.json': '{"engines":{"node":">=18.0.0"}}', '@data/advisories/nodejs': flaws },
  ],
  unsure: [{ '.nvmrc': '18.18.0\n' }],
});

type Flaw = Extract<Resource<'runtime'>['flaws'], { readonly value: unknown }>['value'][number];

const severities = ['low', 'medium', 'high', 'critical'];

function rank({ severity }: Flaw): number {
  return severities.indexOf(severity);
}

/** The highest of the releases that correct one each, when each has one. */
function wayOut(flaws: readonly Flaw[]): string {
  const fixes = flaws.map(({ fixed }) => fixed);
  if (fixes.some((fix) => fix === null)) return '; no release of this series corrects them all';
  const numbers = fixes.map((fix) => (fix ?? '').split('.').map(Number));
  const highest = numbers.reduce((a, b) => (isHigher(b, a) ? b : a));
  return `; ${highest.join('.')} corrects them`;
}

function isHigher(left: readonly number[], right: readonly number[]): boolean {
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs !== -1 && (left[differs] ?? 0) > (right[differs] ?? 0);
}
