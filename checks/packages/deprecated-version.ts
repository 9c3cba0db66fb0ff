import { defineCheck, known } from '../../src/check.ts';
import { chainOf } from '../_lib/advisories.ts';

export default defineCheck({
  on: 'package.dependency',
  title: 'Package version that its publisher has withdrawn from use',
  severity: 'low',
  tier: 'hardening',
  risk: 'outdated-component',
  why: 'The publisher has marked the version: it has a flaw, or nobody maintains it any more. New flaws in it will not be corrected.',
  remedy: 'Follow the publisher’s note: update, or replace the package by the one that it names.',
  references: ['https://docs.npmjs.com/deprecating-and-undeprecating-packages-or-package-versions'],
  compliance: { cwe: ['1104'], 'owasp-2021': ['A06'] },
  applies: ({ scope }) => scope !== 'example',

  *run(dependency) {
    const note = known(dependency.deprecated);
    if (note === null) return;
    yield {
      message: `${dependency.name} is marked as deprecated: ${shortened(note)}`,
      at: dependency.deprecated.at,
      path: chainOf(dependency),
      severity: dependency.direct && dependency.group !== 'development' ? 'low' : 'info',
    };
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"request":"^2.88.0"}},"node_modules/request":{"version":"2.88.2","deprecated":«"request has been deprecated"»}}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/a/node_modules/glob":{"version":"7.2.3","deprecated":«"Glob versions prior to v9 are no longer supported"»}}}',
    },
  ],
  good: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3"},"node_modules/debug":{"version":"4.4.3","deprecated":""}}}',
    },
  ],
});

/** The publisher's words, in one line that is no longer than a line. */
function shortened(note: string): string {
  const line = note.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
