import { type Entry, folderOf, type Listing, resolvePath } from '../../source.ts';
import { listAt, type Setting, type Table, type Text, tableAt, textAt } from './settings.ts';
import type { ComposeFile } from './tree.ts';
import { resolve, type Variables } from './variables.ts';

/** A file that a compose file names. */
export interface Named {
  /** Below the root, links followed; undefined when it is elsewhere or hangs on a variable that is not set. */
  readonly uri: string | undefined;
  readonly text: Text;
  readonly required: boolean;
  readonly raw: boolean;
}

/** Follows a link to the listed file that it stands for. */
export function entryAt(listing: Listing, uri: string): Entry | undefined {
  const entry = listing.get(uri);
  return entry?.link === undefined ? entry : (listing.get(entry.link) ?? entry);
}

/** A path as written in a compose file, below the root; undefined when it leaves it. */
export function pathFrom(source: string, path: string, root?: string): string | undefined {
  if (/^([a-z+]+:\/\/|git@|~|[A-Za-z]:\\)/.test(path)) return undefined;
  if (!path.startsWith('/')) return resolvePath(folderOf(source), path);
  if (root === undefined || !`${path}/`.startsWith(`${root}/`)) return undefined;
  return resolvePath('', path.slice(root.length));
}

/** Files of a service's `env_file`, in order. */
export function environmentFiles(service: Table, variables: Variables, listing: Listing): readonly Named[] {
  return listAt(service, 'env_file').flatMap((item) => {
    const text = item.kind === 'table' ? textAt(item, 'path') : item.kind === 'text' ? item : undefined;
    if (!text) return [];
    const table = item.kind === 'table' ? item : undefined;
    const required = textAt(table, 'required')?.text !== 'false';
    return [{ ...named(text, variables, listing), required, raw: textAt(table, 'format')?.text === 'raw' }];
  });
}

/** Compose files that `include` names, each with those that are merged over it. */
export function includedFiles(
  file: ComposeFile,
  variables: Variables,
  listing: Listing,
): readonly (readonly Named[])[] {
  return listAt(file.root, 'include').map((item) => {
    const paths: readonly Setting[] = item.kind === 'table' ? listAt(item, 'path') : [item];
    return paths.flatMap((path) => (path.kind === 'text' ? [named(path, variables, listing)] : []));
  });
}

/** The service that another one extends: where it is, and its name. */
export function extended(
  service: Table,
  variables: Variables,
  listing: Listing,
): { readonly file: Named | undefined; readonly service: string; readonly text: Text } | undefined {
  const short = textAt(service, 'extends');
  if (short) return { file: undefined, service: short.text, text: short };
  const table = tableAt(service, 'extends');
  const name = textAt(table, 'service');
  if (!name) return undefined;
  const file = textAt(table, 'file');
  return { file: file && named(file, variables, listing), service: name.text, text: name };
}

function named(text: Text, variables: Variables, listing: Listing): Named {
  const { text: path, missing } = resolve(text.text, variables);
  const uri = missing.length > 0 ? undefined : pathFrom(text.at.source, path, listing.root);
  const entry = uri === undefined ? undefined : entryAt(listing, uri);
  return { uri: entry?.uri ?? uri, text, required: true, raw: false };
}
