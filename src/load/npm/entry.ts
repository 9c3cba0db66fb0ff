import type { LoaderEntry } from '../../source.ts';

export const npm: LoaderEntry = {
  name: 'npm',
  claims: ({ uri }) => (/(^|\/)package(-lock)?\.json$/.test(uri) ? 'name' : false),
  load: async () => (await import('./npm.ts')).npm,
};
