import type { LoaderEntry } from '../../source.ts';

export const docker: LoaderEntry = {
  name: 'docker',
  claims: ({ uri }) => (/(^|\/)Dockerfile$/.test(uri) ? 'name' : false),
  load: async () => (await import('./docker.ts')).docker,
};
