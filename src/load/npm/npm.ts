import { defineLoader } from '../../source.ts';

export const npm = defineLoader<null>({
  name: 'npm',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
