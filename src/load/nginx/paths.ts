import type { NginxWord } from '../../lang/nginx.ts';
import type { Placement } from '../../model/resource.ts';
import { folderOf, type Listing, resolvePath } from '../../source.ts';
import { globFiles, isGlob, matchesPath } from './glob.ts';

/** Where a configuration lives: what relative and absolute paths in it mean below the root. */
export interface Home {
  /** Folder of the main file below the root. */
  readonly folder: string;
  /** Whether that folder is really the main file's, or only a guess for a loose file. */
  readonly known: boolean;
  /** The container it runs in. */
  readonly container?: Container;
}

export interface Container {
  /** Folder of the main file there: `/etc/nginx`. */
  readonly folder: string;
  readonly placements: readonly Placement[];
}

export interface Resolution {
  readonly state: 'found' | 'empty' | 'shipped' | 'missing' | 'outside';
  readonly uris: readonly string[];
  readonly tried: readonly string[];
}

/** Folders of main files in the packages and images that people use. */
const usual = [
  '/etc/nginx',
  '/usr/local/nginx/conf',
  '/usr/local/etc/nginx',
  '/usr/local/openresty/nginx/conf',
  '/opt/nginx/conf',
];

/** Files that come with nginx or with its Debian, Fedora and official image packages. */
const shipped =
  /(^|\/)(mime\.types|fastcgi_params|fastcgi\.conf|fastcgi-php\.conf|uwsgi_params|scgi_params|proxy_params|koi-utf|koi-win|win-utf|snakeoil\.conf)$|^\/(usr\/share|etc)\/nginx\/modules[^/]*\/|(^|\/)modules-enabled\//;

/**
 * What an `include` names. Paths are relative to the folder of the main file, never to the file that includes;
 * a pattern that matches nothing is fine for nginx, a plain path is not.
 */
export function resolveInclude({ text, template }: NginxWord, home: Home, listing: Listing): Resolution {
  if (template || text.includes('$')) return { state: 'outside', uris: [], tried: [text] };
  const glob = isGlob(text);
  const { groups, certain } = candidatesFor(text, home, listing);
  for (const paths of groups) {
    const uris = paths.flatMap((path) => {
      if (glob) return globFiles(path, listing);
      return listing.get(path) ? [path] : [];
    });
    // Of a plain path the first that exists counts; a pattern gathers what several mounts bring.
    const found = glob ? [...new Set(uris)] : uris.slice(0, 1);
    if (found.length > 0)
      return { state: 'found', uris: found.map((uri) => real(uri, listing)), tried: paths };
  }
  const tried = groups.flat().length > 0 ? groups.flat() : [text];
  if (shipped.test(text)) return { state: 'shipped', uris: [], tried };
  if (!certain) return { state: 'outside', uris: [], tried };
  return { state: glob ? 'empty' : 'missing', uris: [], tried };
}

/** A link to a listed file is that file. */
function real(uri: string, listing: Listing): string {
  const link = listing.get(uri)?.link;
  return link !== undefined && listing.get(link) ? link : uri;
}

interface Candidates {
  /** What the container shows, then each other reading of the path on its own. */
  readonly groups: readonly (readonly string[])[];
  /** Whether the file, if it exists at all, must be at one of the paths. */
  readonly certain: boolean;
}

function candidatesFor(text: string, home: Home, listing: Listing): Candidates {
  const absolute = text.startsWith('/');
  const { container } = home;
  const inContainer = container
    ? placed(absolute ? text : `${container.folder}/${text}`, container.placements, listing)
    : [];
  if (!absolute) {
    const path = resolvePath(home.folder, text);
    return { groups: [inContainer, path === undefined ? [] : [path]], certain: home.known };
  }
  const below = belowHome(text, home, listing);
  return { groups: [inContainer, ...below.map((path) => [path])], certain: home.known && below.length > 0 };
}

function belowHome(text: string, home: Home, listing: Listing): string[] {
  const found: string[] = [];
  const add = (path: string | undefined): void => {
    if (path !== undefined && !found.includes(path)) found.push(path);
  };
  const { root } = listing;
  if (root && text.startsWith(`${root}/`)) add(resolvePath('', text.slice(root.length + 1)));
  for (const prefix of usual) {
    if (!text.startsWith(`${prefix}/`)) continue;
    add(resolvePath(home.folder, text.slice(prefix.length + 1)));
    // A tree that mirrors a machine: `rootfs/etc/nginx/nginx.conf`.
    const mirror = `/${home.folder}`;
    if (mirror.endsWith(prefix)) add(resolvePath(mirror.slice(1, -prefix.length), text.slice(1)));
  }
  return found;
}

/** Files below the root that the container shows at a path or pattern. */
function placed(path: string, placements: readonly Placement[], listing: Listing): string[] {
  const found: string[] = [];
  const nearestFirst = [...placements].sort((a, b) => b.to.length - a.to.length);
  for (const { from, to } of nearestFirst) {
    const target = to.replace(/\/$/, '');
    if (target === path || (isGlob(path) && listing.get(from) && matchesPath(path, target))) found.push(from);
    else if (path.startsWith(`${target}/`)) found.push(join(from, path.slice(target.length + 1)));
  }
  return found;
}

function join(folder: string, rest: string): string {
  return folder === '' ? rest : `${folder}/${rest}`;
}

/** The file of the tree that a path in the configuration names: a certificate, a list of users. */
export function fileOf(path: string, home: Home, listing: Listing): string | undefined {
  const found = candidatesFor(path, home, listing)
    .groups.flat()
    .find((uri) => listing.get(uri));
  return found === undefined ? undefined : real(found, listing);
}

/** Where a loose file's relative includes most likely begin: above the folders that only sort. */
export function likelyHome(uri: string, listing: Listing): Home {
  const own = folderOf(uri);
  let folder = own;
  for (;;) {
    if (listing.get(join(folder, 'nginx.conf'))) return { folder, known: false };
    if (folder === '') break;
    folder = folderOf(folder);
  }
  const sorted = own.replace(/(^|\/)(conf\.d|sites-[^/]*|snippets|includes?|vhosts?)$/, '');
  return { folder: sorted, known: false };
}
