import type { LoaderEntry } from '../../source.ts';

export const aws: LoaderEntry = {
  name: 'aws',
  claims: ({ uri }) => (/\.json$/.test(uri) ? 'look' : false),
  load: async () => (await import('./aws.ts')).aws,
};
