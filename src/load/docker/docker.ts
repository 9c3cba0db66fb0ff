import { defineLoader } from '../../source.ts';

export const docker = defineLoader<null>({
  name: 'docker',
  kinds: [],
  parse: () => null,
  model: () => ({ resources: [], edges: [] }),
});
