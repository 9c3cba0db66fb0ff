import { defineCheck, known, type Resource, type Severity } from '../../src/check.ts';
import { daysSince } from '../_lib/days.ts';
import { type Support, supportOf } from '../_lib/support.ts';

const node =
  '{"n":"Node.js","c":"framework","r":[{"c":"26","d":"2026-05-05","e":"2029-04-30"},{"c":"24","d":"2025-05-06","e":"2028-04-30"},' +
  '{"c":"20","d":"2023-04-18","e":"2026-04-30"},{"c":"18","d":"2022-04-19","e":"2025-04-30"},{"c":"16","d":"2021-04-20","e":"2023-09-11"},{"c":"0.12","d":"2015-02-06","e":"2016-12-31"}]}';

export default defineCheck({
  on: 'runtime',
  title: 'Runtime without security updates',
  severity: 'high',
  risk: 'outdated-component',
  why: 'Flaws that are found in the runtime now are published but no longer corrected in this release, and every service on it has them for good.',
  remedy:
    'Move to a release that is still supported, and change every place that names the old one together.',
  references: ['https://endoflife.date', 'https://nodejs.org/en/about/previous-releases'],
  compliance: { cwe: ['1104'], 'owasp-2021': ['A06'] },
  applies: ({ scope }) => scope !== 'example',

  *run(runtime, graph) {
    if (known(runtime.cycles).length === 0) return;
    const cycles = graph.out(runtime, 'depends_on', 'product.cycle').items;
    const ended = cycles
      .map((cycle) => ({ cycle, support: supportOf(cycle, graph.now) }))
      .filter(({ support }) => support.ended);
    const [newest] = ended;
    if (!newest || ended.length < cycles.length) return;
    yield {
      message: messageOf(runtime, newest.cycle, newest.support),
      at: runtime.at,
      severity: severityOf(newest.support, runtime.library && runtime.form === 'range', graph.now),
    };
  },

  bad: [
    { '.nvmrc': '«v16.20.2»\n', '@data/eol/nodejs': node },
    { '.nvmrc': '# the api\n«lts/hydrogen»\n', '@data/eol/nodejs': node },
    { '.node-version': '«18»', '@data/eol/nodejs': node },
    { '.tool-versions': 'terraform 1.5.0\nnodejs «16.20.2» 18.0.0 # old\n', '@data/eol/nodejs': node },
    { 'package.json': '{"volta":{"node":"«0.12.18»"}}', '@data/eol/nodejs': node },
    // No release that the range admits is supported.
    { 'package.json': '{"engines":{"node":"«>=16 <20»"}}', '@data/eol/nodejs': node },
    { 'package.json': '{"engines":{"node":"«0.12.x || 18»"}}', '@data/eol/nodejs': node },
  ],
  good: [
    { '.nvmrc': '24\n', '@data/eol/nodejs': node },
    // Moves with the newest release.
    { '.nvmrc': 'lts/*\n', '@data/eol/nodejs': node },
    // One supported release is enough for a range.
    { 'package.json': '{"engines":{"node":">=16"}}', '@data/eol/nodejs': node },
    { 'package.json': '{"engines":{"node":"^18 || ^20 || >=22"}}', '@data/eol/nodejs': node },
    // The last day is a day of support.
    { '.nvmrc': '20', '@now': '2026-04-30', '@data/eol/nodejs': node },
    // Newer than anything that the data knows.
    { '.nvmrc': '40.1.0', '@data/eol/nodejs': node },
  ],
  unsure: [
    { '.nvmrc': 'system', '@data/eol/nodejs': node },
    { '.nvmrc': '16' },
    { 'package.json': '{"engines":{"node":"whatever"}}', '@data/eol/nodejs': node },
  ],
});

function messageOf(
  { label, form, spec }: Resource<'runtime'>,
  { cycle, newest }: Resource<'product.cycle'>,
  { since, extended }: Support,
): string {
  const when = since === null ? '' : ` since ${since}`;
  const what =
    form === 'pin'
      ? `${label} ${cycle} has had no security updates${when}`
      : `Every ${label} release that "${spec}" admits is without security updates, ${cycle}${when}`;
  const paid = extended === null ? '' : ` except under extended support until ${extended}`;
  return `${what}${paid}${newest === null ? '' : `; ${newest} is supported`}`;
}

/** A library's range says what it was tested with, not what runs. */
function severityOf({ since, extended }: Support, isLibrary: boolean, now: number): Severity {
  if (isLibrary) return 'info';
  const isLong = since === null || daysSince(Date.parse(since), now) > 365;
  if (extended !== null) return isLong ? 'medium' : 'low';
  return isLong ? 'high' : 'medium';
}
