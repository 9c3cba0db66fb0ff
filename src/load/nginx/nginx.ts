import { defineLoader } from '../../source.ts';

export const nginx = defineLoader<null>({
  name: 'nginx',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
