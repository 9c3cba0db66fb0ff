import type { LoaderEntry } from '../../source.ts';

export const pem: LoaderEntry = {
  name: 'pem',
  claims: ({ uri }) => (/\.(pem|crt|cer|key)$/.test(uri) ? 'look' : false),
  load: async () => (await import('./pem.ts')).pem,
};
