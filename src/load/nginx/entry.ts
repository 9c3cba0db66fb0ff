import type { LoaderEntry } from '../../source.ts';

export const nginx: LoaderEntry = {
  name: 'nginx',
  after: ['docker', 'compose'],
  claims: ({ uri }) => (/(^|\/)nginx\.conf$/.test(uri) ? 'name' : false),
  load: async () => (await import('./nginx.ts')).nginx,
};
