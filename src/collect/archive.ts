import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { limits as defaultLimits, type Limits } from '../limits.ts';
import { type Collector, folderOf, resolvePath } from '../source.ts';
import { type Member, pruned, settle } from './members.ts';
import { type MemoryFile, memory } from './memory.ts';

export interface ArchiveOptions {
  /** Whether the archive's own `.hardpanignore` counts. */
  readonly treeConfig: boolean;
  readonly limits?: Limits;
}

/**
 * A tar archive, plain or gzipped, unpacked in memory only, and seen as the folder that it was made of. Throws on
 * what is no archive, is cut off or exceeds a limit.
 */
export async function archive(
  path: string,
  { treeConfig, limits = defaultLimits }: ArchiveOptions,
): Promise<Collector> {
  const members = await membersOf(unpacked(readFileSync(path), limits), limits);
  const { files, skipped } = pruned(members, treeConfig ? await ignoring(members) : () => false);
  return memory(
    path,
    files.flatMap((member) => fileOf(member, members)),
    skipped,
  );
}

/** A file, or a link to one, by its path below the archive's root. */
interface Unpacked extends Member {
  readonly mode: number;
  readonly bytes: Uint8Array;
}

type Members = ReadonlyMap<string, Unpacked>;

async function membersOf(bytes: Uint8Array, limits: Limits): Promise<Members> {
  const { unpackTar } = await import('modern-tar');
  const found = new Map<string, Unpacked>();
  let count = 0;
  const filter = (): boolean => {
    count += 1;
    if (count > limits.archiveEntries) throw new Error(`has more than ${limits.archiveEntries} entries`);
    return true;
  };
  for (const { header, data = new Uint8Array() } of await unpackTar(bytes, { strict: true, filter })) {
    const uri = resolvePath('', header.name);
    if (uri === undefined || uri === '') continue;
    const mode = (header.mode ?? 0o644) & 0o7777;
    if (header.type === 'file') found.set(uri, { uri, mode, bytes: data });
    else if (header.type === 'symlink' || header.type === 'link')
      found.set(uri, { uri, mode, bytes: data, target: header.linkname ?? '', hard: header.type === 'link' });
  }
  return found;
}

function unpacked(bytes: Buffer, limits: Limits): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1024 * 1024, bytes.length * limits.archiveRatio) });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLarge) throw new Error(`unpacks to more than ${limits.archiveRatio} times its size`);
    throw new Error('is not a readable gzip file');
  }
}

async function ignoring(members: Members): Promise<(path: string) => boolean> {
  const file = members.get('.hardpanignore');
  if (!file) return () => false;
  const { default: ignore } = await import('ignore');
  const rules = ignore().add(Buffer.from(file.bytes).toString('utf8'));
  return (path) => rules.ignores(path);
}

/** The file; of a link the entry that leads to its file, or why it leads nowhere; of a linked folder its files. */
function fileOf(member: Unpacked, members: Members): readonly MemoryFile[] {
  const { uri, mode, bytes, target } = member;
  if (target === undefined) return [{ uri, mode, bytes }];
  const to = settle(member, members);
  if ('error' in to) return [{ uri, ...to }];
  const real = members.get(to.path);
  if (real) return [{ uri, mode: real.mode, bytes: real.bytes, link: to.path }];
  return [...members.values()]
    .filter((one) => folderOf(one.uri) === to.path && one.target === undefined)
    .map((one) => ({
      uri: `${uri}${one.uri.slice(to.path.length)}`,
      mode: one.mode,
      bytes: one.bytes,
      link: one.uri,
    }));
}
