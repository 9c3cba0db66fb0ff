import { folderOf, resolvePath, type Skipped } from '../source.ts';
import { foreignness } from './foreign.ts';

/** A file, or a link to one, of a tree that is not on this machine's disk, by its path below the tree's root. */
export interface Member {
  readonly uri: string;
  /** What a link says: from its own folder, or, for a hard link, from the root. */
  readonly target?: string;
  readonly hard?: boolean;
}

/** Without what lies in folders that a scan of the same tree on disk would not look into. */
export function pruned<M extends Member>(
  members: ReadonlyMap<string, M>,
  ignored: (path: string) => boolean,
): { readonly files: readonly M[]; readonly skipped: readonly Skipped[] } {
  const reasons = new Map<string, string | undefined>([['', undefined]]);
  const reasonFor = (folder: string): string | undefined => {
    if (!reasons.has(folder)) {
      const above = folderOf(folder);
      const beside = (name: string): boolean => members.has(above === '' ? name : `${above}/${name}`);
      const own = foreignness(folder.slice(above.length).replace(/^\//, ''), beside);
      const hidden = ignored(`${folder}/`) ? '.hardpanignore' : undefined;
      reasons.set(folder, reasonFor(above) ?? own ?? hidden);
    }
    return reasons.get(folder);
  };
  const files: M[] = [];
  const skipped = new Map<string, string>();
  for (const member of members.values()) {
    const why = reasonFor(folderOf(member.uri));
    if (why !== undefined) skipped.set(`${outermost(member.uri, reasonFor)}/`, why);
    else if (ignored(member.uri)) skipped.set(member.uri, '.hardpanignore');
    else files.push(member);
  }
  return { files, skipped: [...skipped].map(([path, why]) => ({ path, why })) };
}

function outermost(uri: string, reasonFor: (folder: string) => string | undefined): string {
  let folder = folderOf(uri);
  while (reasonFor(folderOf(folder)) !== undefined) folder = folderOf(folder);
  return folder;
}

const mostHops = 40;

/** Where a link ends, or why it leads nowhere. */
export function settle(
  first: Member,
  members: ReadonlyMap<string, Member>,
): { readonly path: string } | { readonly error: string } {
  let member = first;
  for (let hop = 0; hop < mostHops; hop += 1) {
    const { target = '', hard, uri } = member;
    // An absolute target means the root of the machine, whose place the tree takes.
    const path = resolvePath(hard || target.startsWith('/') ? '' : folderOf(uri), target);
    if (path === undefined) return { error: `symbolic link to ${first.target} leaves the scanned tree` };
    const next = members.get(path);
    if (!next && !isFolder(path, members)) return { error: `symbolic link to ${first.target} leads nowhere` };
    if (next?.target === undefined) return { path };
    member = next;
  }
  return { error: `symbolic link to ${first.target} goes round in a circle` };
}

function isFolder(path: string, members: ReadonlyMap<string, Member>): boolean {
  if (path === '') return true;
  for (const uri of members.keys()) if (uri.startsWith(`${path}/`)) return true;
  return false;
}
