import type { LoaderEntry } from '../../source.ts';

const names =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|\.npmrc|\.nvmrc|\.node-version|\.tool-versions|\.python-version|\.ruby-version)$/;

/** What is in these was installed, not written: the lockfile tells of it. */
const installed = /(^|\/)(node_modules|bower_components|jspm_packages)\//;

export const npm: LoaderEntry = {
  name: 'npm',
  claims: ({ uri }) => (names.test(uri) && !installed.test(uri) ? 'name' : false),
  load: async () => (await import('./npm.ts')).npm,
};
