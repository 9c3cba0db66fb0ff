import { defineCheck, known, type Resource } from '../../src/check.ts';
import { urlHost } from '../../src/facts/npm-spec.ts';

type Download = Resource<'package.lockfile'>['downloads'][number];

export default defineCheck({
  on: 'package.lockfile',
  title: 'Package from a host that is not a configured registry',
  severity: 'high',
  risk: 'supply-chain',
  why: 'npm downloads from the address in the lockfile, wherever that leads. Lockfiles are long and rarely read, so a pull request that changes one address puts foreign code into the build.',
  remedy:
    'Find out who put the address there. Have the entry written anew from the registry, or name the host in the project’s .npmrc, or in this check’s `trusted` list, if it is meant.',
  references: [
    'https://docs.npmjs.com/cli/v11/using-npm/config#registry',
    'https://github.com/lirantal/lockfile-lint#readme',
  ],
  compliance: { cwe: ['829', '494'], 'owasp-2021': ['A08'] },
  equivalents: { 'lockfile-lint': ['allowed-hosts'] },
  params: { trusted: ['registry.npmjs.org', 'registry.yarnpkg.com'] },
  applies: ({ scope }) => scope !== 'example',

  *run({ downloads, registryHosts }, _graph, { trusted }) {
    const fetched = downloads.filter(({ form }) => form === 'registry' || form === 'url');
    const byHost = foreign(fetched, trusted);
    if (byHost.size === 0) return;
    const configured = known(registryHosts);
    for (const [host, from] of byHost) {
      const [first] = from;
      if (configured.includes(host) || !first) continue;
      // One host for everything is rather a mirror that is set on developers' machines than a planted address.
      const isMirror = from.length === fetched.length && from.length > 1;
      yield {
        message: `${first.label}${from.length > 1 ? ` and ${from.length - 1} more` : ''} would be downloaded from ${host}, which is no registry that this project configures`,
        at: first.at,
        severity: isMirror ? 'medium' : 'high',
        confidence: isMirror ? 'medium' : 'high',
        path: from.slice(1, 20).map(({ at, label }) => ({ at, note: `${label} too` })),
        discriminator: host,
      };
    }
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":"https://registry.npmjs.org/ms/-/ms-2.1.3.tgz","integrity":"sha512-AA=="},' +
        '"node_modules/a":{"version":"1.0.0","resolved":«"https://registry.npmjs.org.example.net/a/-/a-1.0.0.tgz"»,"integrity":"sha512-AA=="}}}',
    },
    // The name of the trusted host as a user name does not make it one.
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","resolved":«"https://registry.npmjs.org@evil.example/a/-/a-1.0.0.tgz"»,"integrity":"sha512-AA=="}}}',
    },
    // A package that a dependency asks for by address was not chosen by this project.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","integrity":"sha512-AA==","dependencies":{"b":"https://b.example/b.tgz"}},' +
        '"node_modules/b":{"version":"1.0.0","resolved":«"https://b.example/b.tgz"»,"integrity":"sha512-AA=="}}}',
    },
  ],
  good: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":"https://REGISTRY.npmjs.org/ms/-/ms-2.1.3.tgz"},' +
        '"node_modules/b":{"version":"2.1.3","resolved":"https://registry.yarnpkg.com/b/-/b-2.1.3.tgz"},"node_modules/c":{"version":"1.0.0"}}}',
    },
    // Configured, for everything or for one scope.
    {
      '.npmrc':
        'registry = "https://npm.corp.example/repository/npm/"\n@acme:registry=https://npm.pkg.github.com\n',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":"https://npm.corp.example/repository/npm/ms/-/ms-2.1.3.tgz"},' +
        '"node_modules/@acme/x":{"version":"1.0.0","resolved":"https://npm.pkg.github.com/download/@acme/x/1.0.0/0123"}}}',
    },
    // An address that the project itself writes in its package.json, a repository, and a folder.
    {
      'package.json': '{"dependencies":{"xlsx":"https://cdn.sheetjs.com/xlsx-0.20.3/xlsx-0.20.3.tgz"}}',
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"":{"dependencies":{"xlsx":"https://cdn.sheetjs.com/xlsx-0.20.3/xlsx-0.20.3.tgz"}},' +
        '"node_modules/xlsx":{"version":"0.20.3","resolved":"https://cdn.sheetjs.com/xlsx-0.20.3/xlsx-0.20.3.tgz","integrity":"sha512-AA=="},' +
        '"node_modules/g":{"version":"1.0.0","resolved":"git+ssh://git@github.com/x/g.git#0123"},"node_modules/l":{"version":"1.0.0","resolved":"file:l.tgz"}}}',
    },
  ],
});

/** Downloads by host that are neither from a trusted one nor written out in package.json. */
function foreign(
  downloads: readonly Download[],
  trusted: readonly string[],
): ReadonlyMap<string, Download[]> {
  const found = new Map<string, Download[]>();
  for (const one of downloads) {
    const host = one.url === null || one.declared ? undefined : urlHost(one.url);
    if (host === undefined || trusted.includes(host)) continue;
    const same = found.get(host);
    if (same) same.push(one);
    else found.set(host, [one]);
  }
  return found;
}
