import type { Graph } from '../graph.ts';
import type { NginxOrigin } from '../model/nginx.ts';
import type { Resource } from '../model/resource.ts';
import { Undetermined } from '../model/value.ts';
import { locationFor, originOf, serverOf } from './nginx-graph.ts';
import { parseRegex, type Regex } from './pcre.ts';
import { isFoundIn } from './pcre-questions.ts';
import { samplePath } from './pcre-samples.ts';

type Place = Resource<'nginx.location'>;
type Asked = Resource<'nginx.http' | 'nginx.server' | 'nginx.location' | 'nginx.snippet'>;

/** What a request shall bring, and the variable that it shall get into; without one, anywhere in the path. */
export interface Cargo {
  readonly text: string;
  readonly from?: NginxOrigin | null;
}

/** The address of a request that comes to this block; `…` stands where no path could be made up. */
export function urlTo(resource: Asked, graph: Graph, cargo?: Cargo): string {
  return `${originTo(resource, graph)}${encoded(pathTo(resource, graph, cargo) ?? '/\u2026')}`;
}

/** Scheme, name and port of the server around the block. */
export function originTo(resource: Asked, graph: Graph): string {
  const server =
    resource.kind === 'nginx.location'
      ? serverOf(resource, graph)
      : resource.kind === 'nginx.server'
        ? resource
        : undefined;
  return server ? originOf(server) : 'http://HOST';
}

/** The path of such a request, decoded; undefined when none could be made up. */
function pathTo(resource: Asked, graph: Graph, cargo?: Cargo): string | undefined {
  if (resource.kind !== 'nginx.location') return prefixed('/', cargo)[0];
  const server = serverOf(resource, graph);
  const paths = candidates(resource, graph, cargo);
  if (!server) return paths[0];
  return paths.find((path) => arrives(path, resource, server, graph));
}

function candidates(place: Place, graph: Graph, cargo?: Cargo): readonly string[] {
  const { modifier, path } = place;
  if (modifier === '=') return [path];
  if (modifier === '@') return [];
  if (modifier === '') return prefixed(path, cargo);
  if (modifier === '^~') return prefixed(path, cargo);
  const regex = parseRegex(path, modifier === '~*');
  const found = regex ? throughRegex(regex, cargo) : [];
  const [outer] = graph.in(place, 'contains', 'nginx.location').items;
  const nested = outer && !outer.modifier.startsWith('~') ? outer.path.replace(/\/$/, '') : '';
  return nested === '' ? found : [...found, ...found.map((one) => `${nested}${one}`)];
}

function prefixed(path: string, cargo?: Cargo): readonly string[] {
  if (cargo?.from?.by !== 'group') return [under(path, cargo)];
  const special = ofPattern(cargo);
  return special === undefined ? [] : [special];
}

function under(path: string, cargo?: Cargo): string {
  if (!cargo || isElsewhere(cargo)) return path;
  return `${path}${path.endsWith('/') ? '' : '/'}${cargo.text}`;
}

/** Whether the cargo goes into a header or argument and leaves the path as it is. */
function isElsewhere({ from }: Cargo): boolean {
  return from?.by === 'variable' && !/uri|filename|script|path/.test(from.name);
}

/** A path for a group of an expression of its own, such as one of a rewrite. */
function ofPattern(cargo?: Cargo): string | undefined {
  if (cargo?.from?.by !== 'group') return undefined;
  const { pattern, folds, group } = cargo.from;
  const regex = parseRegex(pattern, folds);
  return regex ? samplePath(regex, { group, text: cargo.text }) : undefined;
}

function throughRegex(regex: Regex, cargo?: Cargo): readonly string[] {
  const plain = samplePath(regex);
  if (!cargo || isElsewhere(cargo)) return plain === undefined ? [] : [plain];
  const special = ofPattern(cargo);
  if (cargo.from?.by === 'group') return special === undefined ? [] : [special];
  const inGroups = regex.groups.map((_, index) => samplePath(regex, { group: index + 1, text: cargo.text }));
  const beside = plain === undefined ? [] : [`${plain}${cargo.text}`, `/${cargo.text}${plain}`];
  return [...inGroups, ...beside].filter(
    (one) => one !== undefined && isFoundIn(regex, one) === true,
  ) as string[];
}

function arrives(path: string, place: Place, server: Resource<'nginx.server'>, graph: Graph): boolean {
  try {
    return locationFor(path, server, graph)?.id === place.id;
  } catch (error) {
    // Locations that cannot be seen may take the request; most often they do not.
    if (error instanceof Undetermined) return true;
    throw error;
  }
}

/** Arguments that make a plain condition on one of them true: `($arg_x)`, `($arg_x = y)`. */
export function queryFor(condition: string | null): string {
  const [, name, value = '1'] = /^\(\$arg_(\w+)(?: = ([\w.-]+))?\)$/.exec(condition ?? '') ?? [];
  return name === undefined ? '' : `?${name}=${value}`;
}

/** A path as it is written in a request. */
export function encoded(path: string): string {
  return path.replace(/[^\w\-.~/:@$&()*+,;=!\u2026]/gu, (char) =>
    encodeURIComponent(char)
      .replace("'", '%27')
      .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  );
}
