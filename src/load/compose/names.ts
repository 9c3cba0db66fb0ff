import type { Scope } from '../../model/common.ts';
import { isForDevelopment } from '../../model/scope.ts';
import type { Listing } from '../../source.ts';

/** The file that compose takes in a folder, the first that is there. */
export const mainNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** What compose merges over it without being asked. */
export const overrideNames = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
];

/** Whether the name alone says that this is a compose file. */
export function isComposeName(uri: string): boolean {
  return /(^|\/)(docker-)?compose([._-][^/]*)?\.ya?ml$/.test(uri);
}

/** `docker-compose.test.yml`, `.devcontainer/compose.yaml`, files in folders of examples. */
export function scopeOf(uri: string, { isAside, base }: Listing): Scope {
  if (isAside(uri)) return 'example';
  return isForDevelopment(uri, base) ? 'development' : 'production';
}
