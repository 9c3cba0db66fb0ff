import { readFileSync } from 'node:fs';
import { type Entry, readBaseline } from '../baseline/file.ts';
import { reason } from '../collect/walk.ts';
import { UsageError } from './error.ts';

export const usualBaseline = 'hardpan-baseline.json';

/** The entries of a baseline file; a file that cannot be used is the user's to set right. */
export function openBaseline(file: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const why = reason(cause) === 'ENOENT' ? 'there is no such baseline' : reason(cause);
    throw new UsageError(`${file}: ${why}; hardpan baseline create makes one`);
  }
  return baselineFrom(file, text);
}

export function baselineFrom(name: string, text: string): readonly Entry[] {
  try {
    return readBaseline(name, text);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}
