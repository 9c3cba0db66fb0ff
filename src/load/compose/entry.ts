import type { LoaderEntry } from '../../source.ts';

export const compose: LoaderEntry = {
  name: 'compose',
  after: ['docker'],
  claims: ({ uri }) => (/(^|\/)(docker-)?compose[^/]*\.ya?ml$/.test(uri) ? 'name' : false),
  load: async () => (await import('./compose.ts')).compose,
};
