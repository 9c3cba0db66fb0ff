import { defineLoader } from '../../source.ts';

export const pem = defineLoader<null>({
  name: 'pem',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
