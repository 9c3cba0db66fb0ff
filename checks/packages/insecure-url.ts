import { defineCheck, type Edit, type Fault, type Resource } from '../../src/check.ts';
import { urlHost } from '../../src/facts/npm-spec.ts';
import { encryption, isPlain, schemeOf } from '../_lib/hosts.ts';

export default defineCheck({
  on: ['package.lockfile', 'package.requirement', 'package.settings'],
  title: 'Packages are fetched without encryption',
  severity: 'high',
  risk: ['unencrypted-transport', 'supply-chain'],
  why: 'Whoever is on the way between the build and the server can answer with other code. A registry that is asked in the clear also learns and shows the token that npm sends along.',
  remedy: 'Write https:// (for repositories git+ssh:// or git+https://) and have the lockfile written anew.',
  references: ['https://docs.npmjs.com/cli/v11/using-npm/config#registry'],
  compliance: { cwe: ['319', '494'], 'owasp-2021': ['A02', 'A08'] },
  equivalents: { 'lockfile-lint': ['validate-https'] },
  fixes: {
    safe: 'writes https for the public registries and code hosts, which serve the same over it',
    unsafe: 'writes https for any other host',
  },
  applies: ({ scope }) => scope !== 'example',

  *run(resource) {
    if (resource.kind === 'package.lockfile') yield* inLockfile(resource);
    if (resource.kind === 'package.settings') yield* inSettings(resource);
    if (resource.kind === 'package.requirement') yield* inManifest(resource);
  },

  bad: [
    { '.npmrc': 'registry=«http://npm.corp.example/»\n' },
    {
      'package.json':
        '{"dependencies":{"a":«"http://files.example.org/a.tgz"»,"b":«"git://github.com/x/b.git"»}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","resolved":«"http://registry.npmjs.org/a/-/a-1.0.0.tgz"»},' +
        '"b":{"version":"1.0.0","resolved":"http://registry.npmjs.org/b/-/b-1.0.0.tgz"}}}',
    },
    { 'package.json': '{"dependencies":{"a":«"git+http://git.example.org/a.git#0123"»}}' },
  ],
  good: [
    {
      '.npmrc':
        '; registry=http://old.example/\nregistry=https://npm.corp.example/\n@dev:registry=http://localhost:4873\n',
    },
    {
      'package.json':
        '{"homepage":"http://example.org","dependencies":{"a":"https://files.example.org/a.tgz","b":"git+ssh://git@github.com/x/b.git","c":"github:x/c","d":"http://127.0.0.1:4873/d.tgz"}}',
    },
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","resolved":"https://registry.npmjs.org/a/-/a-1.0.0.tgz","funding":"http://example.org"},"node_modules/b":{"resolved":"b","link":true}}}',
    },
  ],
});

function* inLockfile({ downloads }: Resource<'package.lockfile'>): Iterable<Fault> {
  const plain = downloads.filter(({ url }) => url !== null && isPlain(url));
  const [first] = plain;
  if (!first) return;
  const host = (first.url && urlHost(first.url)) || 'the registry';
  // With a checksum another answer is noticed, so only the request can be watched.
  const checked = plain.every(({ hasIntegrity }) => hasIntegrity);
  yield {
    message: `${first.label}${plain.length > 1 ? ` and ${plain.length - 1} more` : ''} would be downloaded from ${host} without encryption`,
    at: first.at,
    severity: checked ? 'medium' : 'high',
    edits: whole(plain.map(({ url, at }) => encryption(url ?? '', at))),
    path: plain.slice(1, 20).map(({ at, label }) => ({ at, note: `${label} too` })),
  };
}

function* inSettings({ registries }: Resource<'package.settings'>): Iterable<Fault> {
  for (const { url, at } of registries) {
    if (!isPlain(url)) continue;
    const message = `Packages and tokens travel to ${urlHost(url) ?? 'the registry'} over ${schemeOf(url)}`;
    yield { message, at, edits: encryption(url, at), discriminator: urlHost(url) ?? '' };
  }
}

function* inManifest({ alias, spec, at }: Resource<'package.requirement'>): Iterable<Fault> {
  if (isPlain(spec))
    yield {
      message: `${alias} is fetched over ${schemeOf(spec)}, which anybody on the way can change`,
      at,
      edits: encryption(spec, at),
    };
}

/** All of them or none: a lockfile is one finding. */
function whole(all: readonly (readonly Edit[])[]): readonly Edit[] {
  return all.every((edits) => edits.length > 0) ? all.flat() : [];
}
