import type { Graph } from '../graph.ts';
import type { Location } from '../model/location.ts';
import type { Resource } from '../model/resource.ts';
import { known, type Many, Undetermined, type Unknown, type Value } from '../model/value.ts';
import { parseRegex } from './pcre.ts';
import { isFoundIn } from './pcre-questions.ts';

type Server = Resource<'nginx.server'>;
type Place = Resource<'nginx.location'>;

/**
 * What keeps "nothing of the sort is written here" from being said: files that could not be read, and templates. An
 * include that leads out of the tree is told of once, by its own check, and nothing else is asked about it.
 */
export function doubts(missing: readonly Unknown[], graph: Graph, at: Location): readonly Unknown[] {
  return missing.filter(({ sort }) => sort === 'unresolved' || graph.unseen('nginx.server', at).length > 0);
}

/** The value as far as the tree shows it. */
export function shown<T>(value: Value<T>, otherwise: T, graph: Graph, at: Location): T {
  if (value.state === 'unknown' && doubts([value], graph, at).length === 0) return otherwise;
  return known(value);
}

/** The server around a location; undefined for a location of a loose file. */
export function serverOf(location: Place, graph: Graph): Server | undefined {
  if (!around.has(location)) around.set(location, foundAround(location, graph));
  return around.get(location);
}

/** Remembered, since a location that nests deep would be climbed out of by each of those in it. */
const around = new WeakMap<Place, Server | undefined>();

function foundAround(location: Place, graph: Graph): Server | undefined {
  const [server] = graph.in(location, 'contains', 'nginx.server').items;
  if (server) return server;
  const [outer] = graph.in(location, 'contains', 'nginx.location').items;
  return outer && serverOf(outer, graph);
}

/** Every location of a server, nested ones too. */
export function locationsOf(server: Server, graph: Graph): Many<Place> {
  const items: Place[] = [];
  const missing: Unknown[] = [];
  const work: (Server | Place)[] = [server];
  for (let at = work.pop(); at; at = work.pop()) {
    const inner = graph.out(at, 'contains', 'nginx.location');
    items.push(...inner.items);
    missing.push(...inner.missing);
    work.push(...inner.items);
  }
  return { items, missing };
}

/** Names that a server of the same `http` block serves over TLS. */
export function secureNames(server: Server, graph: Graph): ReadonlySet<string> {
  const [http] = graph.in(server, 'contains', 'nginx.http').items;
  if (!http) return new Set();
  let names = secure.get(http);
  if (!names) {
    const servers = graph.out(http, 'contains', 'nginx.server').items;
    const found = servers.filter(({ tls }) => tls.state !== 'unknown' && tls.value);
    names = new Set(found.flatMap((one) => one.names.items.map(({ text }) => text)));
    secure.set(http, names);
  }
  return names;
}

const secure = new WeakMap<object, ReadonlySet<string>>();

/** The location that answers for a path: exact, longest prefix, then expressions in order, as nginx searches. */
export function locationFor(path: string, server: Server, graph: Graph): Place | undefined {
  return search(path, server, graph)?.place;
}

interface Hit {
  readonly place: Place;
  /** An exact match or an expression; `^~` forbids the expressions of its own level only. */
  readonly final: boolean;
}

function search(path: string, within: Server | Place, graph: Graph): Hit | undefined {
  const { items, missing } = graph.out(within, 'contains', 'nginx.location');
  // A location that nobody saw might fit better than all that are seen.
  if (missing.length > 0) throw new Undetermined(missing);
  const exact = items.find((one) => one.modifier === '=' && one.path === path);
  if (exact) return { place: exact, final: true };
  const prefix = longest(items.filter((one) => isPrefix(one) && path.startsWith(one.path)));
  const nested = prefix && search(path, prefix, graph);
  if (nested?.final) return nested;
  if (prefix?.modifier !== '^~') {
    const match = items.find((one) => (one.modifier === '~' || one.modifier === '~*') && matches(one, path));
    if (match) return { place: search(path, match, graph)?.place ?? match, final: true };
  }
  if (nested) return nested;
  return prefix && { place: prefix, final: false };
}

function isPrefix({ modifier }: Place): boolean {
  return modifier === '' || modifier === '^~';
}

function longest(places: readonly Place[]): Place | undefined {
  return places.reduce<Place | undefined>(
    (best, one) => (best === undefined || one.path.length > best.path.length ? one : best),
    undefined,
  );
}

/** Whether the location's expression fits the path. */
function matches({ path, modifier, pathAt }: Place, request: string): boolean {
  const regex = parseRegex(path, modifier === '~*');
  const found = regex ? isFoundIn(regex, request) : undefined;
  if (found !== undefined) return found;
  throw new Undetermined([
    { state: 'unknown', sort: 'unresolved', reason: `what "${path}" matches cannot be told`, at: pathAt },
  ]);
}

/** Whether only this machine can connect to any of its sockets. */
export function isLocalOnly({ listens }: Server): boolean {
  const local = (address: string): boolean =>
    address.startsWith('unix:') ||
    address.startsWith('127.') ||
    address === '[::1]' ||
    address === 'localhost';
  if (listens.items.some(({ address }) => !local(address))) return false;
  if (listens.missing.length > 0) throw new Undetermined(listens.missing);
  return listens.items.length > 0;
}

/** An exact name to show in a request; the first that is one. */
export function hostFor({ names }: Server): string {
  return names.items.find(({ text }) => /^[a-z0-9.-]+$/.test(text) && text !== '_')?.text ?? 'HOST';
}

/** `http://name[:port]` of the server's first socket, or of the first that does or does not speak TLS. */
export function originOf(server: Server, wanted?: 'tls' | 'plain'): string {
  const fitting = server.listens.items.find(
    ({ tls }) => tls.state !== 'unknown' && tls.value === (wanted === 'tls'),
  );
  const listen = (wanted && fitting) ?? server.listens.items[0];
  const secure = listen?.tls.state !== 'unknown' && listen?.tls.value === true;
  const port = listen && listen.port.state !== 'unknown' ? listen.port.value : null;
  const usual = port === null || port === (secure ? 443 : 80);
  return `${secure ? 'https' : 'http'}://${hostFor(server)}${usual ? '' : `:${port}`}`;
}

/** `name:port` of the server's first socket that speaks TLS. */
export function tlsAddressOf(server: Server): string {
  const [, host = 'HOST', port = '443'] = /^\w+:\/\/([^:]*)(?::(\d+))?$/.exec(originOf(server, 'tls')) ?? [];
  return `${host}:${port}`;
}
