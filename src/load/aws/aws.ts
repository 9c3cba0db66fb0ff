import { defineLoader } from '../../source.ts';

export const aws = defineLoader<null>({
  name: 'aws',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
