import type { LoaderEntry } from '../source.ts';
import { aws } from './aws/entry.ts';
import { compose } from './compose/entry.ts';
import { docker } from './docker/entry.ts';
import { nginx } from './nginx/entry.ts';
import { npm } from './npm/entry.ts';
import { pem } from './pem/entry.ts';

/** Every format that is read. */
export const loaders: readonly LoaderEntry[] = [docker, compose, nginx, pem, npm, aws];
