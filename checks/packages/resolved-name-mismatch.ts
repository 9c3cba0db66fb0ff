import { defineCheck, type Resource } from '../../src/check.ts';

type Download = Resource<'package.lockfile'>['downloads'][number];

export default defineCheck({
  on: 'package.lockfile',
  title: 'Lockfile entry that downloads another package than it names',
  severity: 'critical',
  risk: 'supply-chain',
  why: 'npm installs what the address gives, under the name of the entry. An entry that names one package or version and fetches another is how tampering with a lockfile looks: reviewers and scanners read the name.',
  remedy:
    'Find out how the entry came about. Remove it and have it written anew with `npm install`; if the package was installed anywhere, treat the secrets within its reach as known to others.',
  references: [
    'https://snyk.io/blog/why-npm-lockfiles-can-be-a-security-blindspot-for-injecting-malicious-modules/',
  ],
  compliance: { cwe: ['494', '829'], 'owasp-2021': ['A08'] },
  equivalents: { 'lockfile-lint': ['validate-package-names'] },
  applies: ({ scope }) => scope !== 'example',

  *run({ downloads }) {
    for (const download of downloads) {
      const fetched = fetchedBy(download);
      const named = fileOf(download);
      if (fetched === undefined || named === undefined || fetched === named) continue;
      yield {
        message: `The entry of ${download.label} downloads ${fetched}`,
        at: download.at,
        discriminator: download.label,
      };
    }
  },

  bad: [
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":«"https://registry.npmjs.org/evil/-/evil-2.1.3.tgz"»,"integrity":"sha512-AA=="}}}',
    },
    // The same name in another scope, and an older version than the entry says.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/@acme/x":{"version":"1.0.0","resolved":«"https://registry.npmjs.org/@evil/x/-/x-1.0.0.tgz"»},' +
        '"node_modules/lodash":{"version":"4.17.21","resolved":«"https://registry.npmjs.org/lodash/-/lodash-4.17.15.tgz"»}}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"ms":{"version":"2.1.3","resolved":«"https://registry.npmjs.org/ms/-/ms-2.0.0.tgz"»}}}',
    },
  ],
  good: [
    // Aliases, scopes (encoded or not), paths of mirrors, build metadata, other forms of download.
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/ms":{"version":"2.1.3","resolved":"https://registry.npmjs.org/ms/-/ms-2.1.3.tgz"},' +
        '"node_modules/old":{"name":"ms","version":"1.0.0","resolved":"https://registry.npmjs.org/ms/-/ms-1.0.0.tgz"},' +
        '"node_modules/@a/b":{"version":"1.0.0","resolved":"https://npm.example/artifactory/api/npm/npm/@a/b/-/@a/b-1.0.0.tgz"},' +
        '"node_modules/@a/c":{"version":"1.0.0","resolved":"https://registry.npmjs.org/@a%2fc/-/c-1.0.0.tgz?cache=1"},' +
        '"node_modules/d":{"version":"1.0.0+build.1","resolved":"https://registry.npmjs.org/d/-/d-1.0.0.tgz"},' +
        '"node_modules/e":{"version":"1.0.0","resolved":"https://cdn.example/whatever.tgz"},"node_modules/f":{"version":"1.0.0"}}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"old":{"version":"npm:ms@1.0.0","resolved":"https://registry.npmjs.org/ms/-/ms-1.0.0.tgz"},"g":{"version":"github:x/g#0123"},"h":{"version":"https://registry.npmjs.org/ms/-/ms-1.0.0.tgz"}}}',
    },
  ],
});

/** `@scope/name-1.0.0.tgz` of a registry's address; undefined for addresses of any other shape. */
function fetchedBy({ url }: Download): string | undefined {
  const path = url
    ?.replace(/[?#].*$/s, '')
    .replace(/%2f/gi, '/')
    .replace(/%40/g, '@');
  const found = /(?:^|\/)((?:@[^/]+\/)?[^/]+)\/-\/(?:@[^/]+\/)?([^/]+\.tgz)$/.exec(path ?? '');
  const [, name = '', file = ''] = found ?? [];
  return found ? `${scopeOf(name)}${file}` : undefined;
}

/** The file that the registry gives for an entry. */
function fileOf({ packageName, version }: Download): string | undefined {
  if (version === null) return undefined;
  const release = version.replace(/\+.*$/, '');
  return `${packageName}-${release}.tgz`;
}

function scopeOf(name: string): string {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/') + 1) : '';
}
