import { defineCheck, type Resource } from '../../src/check.ts';

export default defineCheck({
  on: 'package.lockfile',
  title: 'Downloads without a checksum',
  severity: 'medium',
  risk: 'supply-chain',
  why: 'npm compares a download with the checksum in the lockfile. Where there is none it installs whatever the registry, a mirror or somebody on the way hands out.',
  remedy:
    'Have the lockfile written anew: remove node_modules and the lockfile, run `npm install` with a current npm, and look at the difference before you commit it.',
  references: ['https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages'],
  compliance: { cwe: ['353', '494'], 'owasp-2021': ['A08'] },
  equivalents: { 'lockfile-lint': ['validate-integrity'] },
  applies: ({ scope }) => scope !== 'example',

  *run({ downloads }) {
    const fetched = downloads.filter(({ form }) => form === 'registry' || form === 'url');
    const bare = fetched.filter(({ hasIntegrity }) => !hasIntegrity);
    const [first] = bare;
    if (!first) return;
    yield {
      message: `${bare.length} of ${fetched.length} downloads have no checksum to be compared with: ${named(bare)}`,
      at: first.at,
      path: bare.slice(1, 20).map(({ at, label }) => ({ at, note: `${label} has none either` })),
    };
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":«"https://registry.npmjs.org/ms/-/ms-2.1.3.tgz"»},' +
        '"node_modules/a":{"version":"1.0.0","resolved":"https://registry.npmjs.org/a/-/a-1.0.0.tgz","integrity":"sha512-AA=="}}}',
    },
    // Neither an address nor a checksum: npm asks the registry for anything of this version.
    { 'package-lock.json': '{"lockfileVersion":2,"packages":{«"node_modules/ms"»:{"version":"2.1.3"}}}' },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{«"ms"»:{"version":"2.1.3","resolved":false,"integrity":""}}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/x":{"version":"1.0.0","resolved":«"https://cdn.example.org/x.tgz"»}}}',
    },
  ],
  good: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","integrity":"sha512-AA=="}}}',
    },
    // Links, workspaces, repositories, and what another package carries inside have no checksum of their own.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/a":{"resolved":"packages/a","link":true},"packages/a":{"version":"1.0.0"},' +
        '"node_modules/g":{"version":"1.0.0","resolved":"git+ssh://git@github.com/x/g.git#0123456789012345678901234567890123456789"},' +
        '"node_modules/npm/node_modules/ms":{"version":"2.1.3","inBundle":true}}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"npm":{"version":"6.0.0","integrity":"sha512-AA==","dependencies":{"ms":{"version":"2.0.0","bundled":true}}},' +
        '"f":{"version":"file:../f"},"g":{"version":"github:x/g#0123456789012345678901234567890123456789","from":"github:x/g"},"o":{"optional":true}}}',
    },
  ],
});

function named(downloads: Resource<'package.lockfile'>['downloads']): string {
  const labels = downloads.slice(0, 3).map(({ label }) => label);
  return `${labels.join(', ')}${downloads.length > 3 ? ` and ${downloads.length - 3} more` : ''}`;
}
