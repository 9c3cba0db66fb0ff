import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { textOf } from './decode.ts';
import { below, reason } from './walk.ts';

/** A file with the bytes that it has and those that it is to have. */
export interface Replacement {
  readonly uri: string;
  /** Where it really lies. */
  readonly path: string;
  /** Null for a file that does not exist yet. */
  readonly before: Buffer | null;
  readonly after: Buffer;
}

/** Said to the user as it is. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/** Brings a new text into the form of the file: its encoding and byte-order mark. Throws when the file is not as expected. */
export function replacement(root: string, uri: string, before: string | null, after: string): Replacement {
  try {
    if (before === null) {
      const folder = inside(root, dirname(join(root, uri)), uri);
      return { uri, path: join(folder, basename(uri)), before, after: Buffer.from(after) };
    }
    const path = inside(root, join(root, uri), uri);
    const bytes = readFileSync(path);
    const { encoding, mark } = formOf(bytes);
    const read = textOf({ uri, size: bytes.length }, bytes);
    if (!('text' in read) || read.notice !== undefined) throw new NotWritten(`${uri} is not valid UTF-8`);
    if (read.text !== before || !bytes.equals(encoded(before, encoding, mark)))
      throw new NotWritten(`${uri} is not what was read a moment ago`);
    return { uri, path, before: bytes, after: encoded(after, encoding, mark) };
  } catch (cause) {
    throw cause instanceof NotWritten ? cause : new NotWritten(`${uri}: ${reason(cause)}`);
  }
}

/**
 * Replaces all of them or none: everything is written beside its target first and then renamed, so that whoever reads
 * finds the old file or the new one, and never a part.
 */
export function replaceAll(files: readonly Replacement[]): void {
  const beside: { readonly file: Replacement; readonly path: string }[] = [];
  const done: Replacement[] = [];
  let current = '';
  try {
    for (const file of files) {
      current = file.uri;
      const path = join(dirname(file.path), `.${basename(file.path)}.${process.pid}.hardpan`);
      const handle = openSync(path, 'wx', 0o666);
      beside.push({ file, path });
      fill(handle, file);
    }
    for (const { file, path } of beside) {
      current = file.uri;
      renameSync(path, file.path);
      done.push(file);
    }
  } catch (cause) {
    for (const { path } of beside) rmSync(path, { force: true });
    putBack(done);
    throw new NotWritten(`${current} cannot be written: ${reason(cause)}; no file was changed`);
  }
}

/** Undoes `replaceAll`. */
export function putBack(files: readonly Replacement[]): void {
  const made = files.filter(({ before }) => before === null);
  for (const { path } of made) rmSync(path, { force: true });
  const changed = files.flatMap((file) =>
    file.before === null ? [] : [{ ...file, before: file.after, after: file.before }],
  );
  if (changed.length > 0) replaceAll(changed);
}

function fill(handle: number, { path: target, before, after }: Replacement): void {
  try {
    writeFileSync(handle, after);
    if (before !== null) likeness(handle, target);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Mode and owner of the file that will be replaced. */
function likeness(handle: number, target: string): void {
  const { mode, uid, gid } = statSync(target);
  const own = fstatSync(handle);
  if (own.uid !== uid || own.gid !== gid) fchownSync(handle, uid, gid);
  fchmodSync(handle, mode & 0o7777);
}

function inside(root: string, path: string, uri: string): string {
  const real = realpathSync(path);
  if (below(realpathSync(root), real).split('/')[0] === '..')
    throw new NotWritten(`${uri} leads out of the scanned tree`);
  return real;
}

function formOf(bytes: Buffer): { readonly encoding: 'utf8' | 'utf16le'; readonly mark: Buffer } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf16le', mark: bytes.subarray(0, 2) };
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { encoding: 'utf8', mark: bytes.subarray(0, marked ? 3 : 0) };
}

function encoded(text: string, encoding: 'utf8' | 'utf16le', mark: Buffer): Buffer {
  return Buffer.concat([mark, Buffer.from(text, encoding)]);
}
