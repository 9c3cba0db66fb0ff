import { defineCheck, known, type Resource, some } from '../../src/check.ts';

export default defineCheck({
  on: 'package.manifest',
  title: 'No lockfile fixes the versions of dependencies',
  severity: 'medium',
  risk: 'supply-chain',
  why: 'Without a lockfile every install takes the newest release that the ranges admit, of the packages named here and of all that they need. What was tested is not what is deployed, and a release that somebody published an hour ago with a stolen account is installed at once.',
  remedy:
    'Run `npm install` (or the package manager in use), commit the lockfile that it writes, and install with `npm ci`, which takes exactly what the lockfile says.',
  references: ['https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json'],
  compliance: { cwe: ['1357'], 'owasp-2021': ['A08'] },

  applies: (manifest, graph) =>
    manifest.scope !== 'example' && !some(graph.in(manifest, 'contains', 'package.manifest'), () => true),

  *run(manifest, graph) {
    const members = graph.out(manifest, 'contains', 'package.manifest').items;
    const asked = [manifest, ...members]
      .flatMap((one) => graph.out(one, 'depends_on', 'package.requirement').items)
      .filter(isFetched);
    if (asked.length === 0) return;
    const lock = known(manifest.lockfile);
    if (lock !== null && graph.listing.get(lock)?.ignored !== true) return;
    const names = asked.filter(({ local }) => !known(local));
    if (names.length === 0) return;
    const ignored = lock === null ? 'there is no lockfile' : `git ignores ${lock}`;
    yield {
      message: `${ignored}, so each install may bring other versions of ${counted(names)} and of all that they need`,
      at: manifest.listAt,
      severity: manifest.library ? 'low' : 'medium',
    };
  },

  bad: [
    { 'package.json': '{"private":true,«"dependencies"»:{"express":"^4.21.0"}}' },
    // The packages that an exact version needs are open all the same.
    { 'package.json': '{"private":true,«"devDependencies"»:{"jest":"29.7.0"}}' },
    // A library is installed by others without its lock, but its own build is not.
    { 'package.json': '{"name":"lib","exports":"./index.js",«"dependencies"»:{"ms":"^2.1.0"}}' },
    // The lockfile of another project does not fix the versions of this one.
    {
      'package.json': '{"private":true}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{"":{}}}',
      'services/api/package.json': '{"private":true,«"dependencies"»:{"express":"^4.21.0"}}',
    },
    // A workspace as a whole has one lockfile or none: its root is told, once.
    {
      'package.json': '{"private":true,"workspaces":["packages/*"],«"devDependencies"»:{"jest":"^29.0.0"}}',
      'packages/a/package.json': '{"name":"a","dependencies":{"express":"^4.21.0"}}',
      'packages/b/package.json': '{"name":"b","dependencies":{"a":"*"}}',
    },
    {
      'package.json': '{"private":true,«"dependencies"»:{"express":"^4.21.0"}}',
      'package-lock.json': { text: '{"lockfileVersion":3,"packages":{}}', ignored: true, tracked: false },
    },
  ],
  good: [
    {
      'package.json': '{"private":true,"dependencies":{"express":"^4.21.0"}}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
    },
    {
      'package.json': '{"private":true,"dependencies":{"express":"^4.21.0"}}',
      'yarn.lock': '# yarn lockfile v1\n',
    },
    {
      'package.json': '{"private":true,"dependencies":{"express":"^4.21.0"}}',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    },
    { 'package.json': '{"private":true,"dependencies":{"express":"^4.21.0"}}', 'bun.lock': '{}' },
    // The workspace's lockfile holds the versions of its members.
    {
      'package.json': '{"private":true,"workspaces":{"packages":["./packages/*"]}}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
      'packages/a/package.json': '{"name":"a","dependencies":{"express":"^4.21.0"}}',
    },
    {
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'apps/web/package.json': '{"private":true,"dependencies":{"express":"^4.21.0"}}',
    },
    // So does a lockfile of the project that asks for the folder, in each form.
    {
      'package.json': '{"private":true,"dependencies":{"a":"file:a"}}',
      'a/package.json': '{"name":"a","version":"1.0.0","dependencies":{"ms":"^2.0.0"}}',
      'package-lock.json':
        '{"lockfileVersion":1,"dependencies":{"a":{"version":"file:a","requires":{"ms":"^2.0.0"}},"ms":{"version":"2.1.3"}}}',
    },
    // Nothing is fetched: no dependencies, or only folders of the tree.
    { 'package.json': '{"type":"module"}' },
    { 'package.json': '{"private":true,"dependencies":{"a":"file:../a","b":"workspace:*"}}' },
    { 'package.json': '{"name":"plugin","peerDependencies":{"eslint":">=8"}}' },
  ],
});

/** Whether an install fetches it for the project itself. */
function isFetched({ form, group }: Resource<'package.requirement'>): boolean {
  return group !== 'peer' && !['path', 'workspace', 'catalog'].includes(form);
}

function counted(names: readonly Resource<'package.requirement'>[]): string {
  const [first] = names;
  return names.length === 1 && first ? first.alias : `${names.length} packages`;
}
