import type { LoaderEntry } from '../../source.ts';
import { isComposeName } from './names.ts';

export const compose: LoaderEntry = {
  name: 'compose',
  claims: ({ uri }) => {
    if (!/\.ya?ml$/.test(uri)) return false;
    return isComposeName(uri) ? 'name' : 'look';
  },
  recognises: (head) => /^services:[ \t]*(?:#.*)?\r?$/m.test(head) && /^[ \t]+(?:image|build):/m.test(head),
  load: async () => (await import('./compose.ts')).compose,
};
