import type { NginxDocument } from '../../lang/nginx.ts';
import { wholeOf } from '../../model/location.ts';
import type { Placement } from '../../model/resource.ts';
import { couldAnswer, isAside, isWithin, projectFolder } from '../../model/scope.ts';
import { type Unknown, unseen } from '../../model/value.ts';
import { folderOf, type Listing, type ModelInput } from '../../source.ts';
import { type Container, type Home, likelyHome } from './paths.ts';
import { type Grown, grow } from './tree.ts';

/** One nginx, as far as the tree shows it: a main file with all that it includes, or loose files of one folder. */
export interface World extends Grown {
  /** What the outermost block stands for: `main`, or the block that loose statements must belong to. */
  readonly level: Level;
  /** The file or folder that names it. */
  readonly key: string;
  readonly placement: Placement | undefined;
  readonly home: Home;
}

type Level = 'main' | 'http' | 'server' | 'location' | 'stream' | 'upstream';

type Input = Pick<ModelInput<NginxDocument>, 'parsed' | 'failures' | 'listing' | 'placements'> & {
  /** Only to learn which files belong together. */
  readonly once?: boolean;
};

export function worlds(input: Input): readonly World[] {
  const mains = mainWorlds(input);
  const reached = new Set(mains.flatMap((world) => [world.key, ...world.reached]));
  const loose = [...input.parsed.keys()].filter((uri) => !reached.has(uri) && !isUnused(uri, input, mains));
  return [...mains, ...looseWorlds(loose, input)];
}

/** Main files; one that another includes is a part of that other. */
function mainWorlds(input: Input): World[] {
  const grown = [...input.parsed]
    .filter(([uri, { tree }]) => levelOf(tree, uri) === 'main')
    .map(([uri]) => mainWorld(uri, input));
  const inner = new Set<string>();
  for (const { key, reached } of grown) {
    if (!inner.has(key)) for (const uri of reached) if (uri !== key) inner.add(uri);
  }
  return grown.filter(({ key }) => !inner.has(key));
}

function mainWorld(uri: string, input: Input): World {
  const placement = placementOf(uri, input.placements, /\/nginx[^/]*\.conf$/);
  const container = placement && containerOf(placement, input.placements);
  const home: Home = { folder: folderOf(uri), known: true, ...(container ? { container } : {}) };
  return { ...grow([uri], 'main', null, home, input), level: 'main', key: uri, placement, home };
}

/** Loose files of one folder and level stand side by side in a block that nobody has seen. */
function looseWorlds(uris: readonly string[], input: Input): World[] {
  const taken = includedBy(uris, input);
  const groups = new Map<string, { level: Level; placement: Placement | undefined; uris: string[] }>();
  for (const uri of uris) {
    const tree = input.parsed.get(uri)?.tree;
    if (!tree || taken.has(uri)) continue;
    const level = levelOf(tree, uri);
    const placement = placementOf(uri, input.placements, /^\/etc\/nginx\/(conf\.d|templates)\/[^/]+$/);
    const key = `${level} ${placement?.into ?? ''} ${folderOf(uri)} ${level === 'http' ? '' : uri}`;
    const group = groups.get(key);
    if (group) group.uris.push(uri);
    else groups.set(key, { level, placement, uris: [uri] });
  }
  return [...groups.values()].map(({ level, placement, uris: members }) => {
    const [first = ''] = members;
    const key = level === 'http' ? `${folderOf(first)}/` : first;
    const closed = level === 'http' && placement !== undefined && isOfficial(placement, input);
    const around = closed
      ? null
      : { unknown: outsideOf(first), plain: level === 'http' && !isLost(first, input) };
    const home = homeOf(first, placement, input);
    return { ...grow(members, level, around, home, input), level, key, placement, home };
  });
}

/** Files that another loose file includes are read in its place. */
function includedBy(uris: readonly string[], input: Input): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const uri of uris) {
    if (taken.has(uri) || !input.parsed.get(uri)?.tree.directives.some(holdsInclude)) continue;
    const { reached } = grow([uri], 'http', null, homeOf(uri, undefined, input), { ...input, once: true });
    for (const other of reached) if (other !== uri) taken.add(other);
  }
  return taken;
}

function holdsInclude({ name, body }: NginxDocument['directives'][number]): boolean {
  return name === 'include' || body !== null;
}

function homeOf(uri: string, placement: Placement | undefined, input: Input): Home {
  const guess = likelyHome(uri, input.listing);
  return placement ? { ...guess, container: containerOf(placement, input.placements) } : guess;
}

/** Whether a file could not be read that may have been the one around this. */
function isLost(uri: string, { failures }: Input): boolean {
  return failures.some((lost) => couldAnswer(projectFolder(lost.uri), uri, isAside));
}

function outsideOf(uri: string): Unknown {
  return unseen('the main file that would include this one is not in the tree', wholeOf(uri));
}

const mainBlocks = new Set(['events', 'http', 'stream', 'mail']);
const httpBlocks = new Set([
  'server',
  'upstream',
  'map',
  'geo',
  'split_clients',
  'limit_req_zone',
  'log_format',
  'limit_conn_zone',
  'proxy_cache_path',
]);

/** Which block the statements of a file belong to. */
function levelOf({ directives }: NginxDocument, uri: string): Level {
  if (directives.some(({ name, body }) => mainBlocks.has(name) && body !== null)) return 'main';
  const server = directives.find(({ name, body }) => name === 'server' && body !== null);
  if (server?.body) return isStream(server.body) ? 'stream' : 'http';
  if (directives.some(({ name }) => httpBlocks.has(name))) return 'http';
  if (directives.some(({ name }) => name === 'location' || name === 'listen' || name === 'server_name'))
    return 'server';
  if (directives.some(({ name, body }) => name === 'server' && body === null)) return 'upstream';
  const plainMain = directives.some(({ name }) => name === 'worker_processes' || name === 'user');
  return plainMain && /(^|\/)nginx[^/]*\.conf$/.test(uri) ? 'main' : 'location';
}

function isStream(body: NginxDocument['directives']): boolean {
  const names = new Set(body.map(({ name }) => name));
  return names.has('proxy_pass') || names.has('ssl_preread');
}

function placementOf(uri: string, placements: readonly Placement[], target: RegExp): Placement | undefined {
  return placements.find(({ from, to }) => {
    if (uri === from) return target.test(to);
    const rest = from === '' ? uri : uri.startsWith(`${from}/`) ? uri.slice(from.length + 1) : undefined;
    return rest !== undefined && target.test(`${to.replace(/\/$/, '')}/${rest}`);
  });
}

function containerOf({ into }: Placement, placements: readonly Placement[]): Container {
  return { folder: '/etc/nginx', placements: placements.filter((other) => other.into === into) };
}

/** Whether the image brings a main file of its own that does no more than include `conf.d`. */
function isOfficial({ image, into }: Placement, { placements }: Input): boolean {
  const name = image.state === 'unknown' ? null : image.value;
  if (!name || !/^(docker\.io\/)?(library\/)?(nginx|nginxinc\/nginx-unprivileged)(:|@|$)/.test(name))
    return false;
  return !placements.some((other) => other.into === into && /^\/etc\/nginx\/?(nginx\.conf)?$/.test(other.to));
}

/** Parts of servers that lie below a main file, and that it does not include. */
function isUnused(uri: string, input: Input, mains: readonly World[]): boolean {
  const tree = input.parsed.get(uri)?.tree;
  const isPart = tree !== undefined && /^(server|location|upstream)$/.test(levelOf(tree, uri));
  if (isPart && mains.some(({ key }) => isWithin(uri, folderOf(key)))) return true;
  return isDisabled(uri, input.listing, mains);
}

/** A site that is not linked into `sites-enabled` is not in use, where that folder shows which ones are. */
function isDisabled(uri: string, listing: Listing, mains: readonly World[]): boolean {
  const [, above] = /^(.*\/|)sites-available\/[^/]+$/.exec(uri) ?? [];
  if (above === undefined || listing.children(`${above}sites-enabled`).length === 0) return false;
  return mains.some(({ key }) => folderOf(key) === above.replace(/\/$/, ''));
}
