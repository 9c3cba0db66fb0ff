import { defineLoader } from '../../source.ts';

export const compose = defineLoader<null>({
  name: 'compose',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
