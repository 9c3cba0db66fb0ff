import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { reason } from '../collect/walk.ts';
import { UsageError } from './error.ts';

/** Writes a file whole or not at all: who is interrupted keeps the old one. */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new UsageError(`cannot write ${file}: ${reason(cause)}`);
  }
}

/** Text of files that may have been through other hands, without what steers a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
