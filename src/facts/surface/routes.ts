import type { Graph } from '../../graph.ts';
import type { NginxListen, NginxScope } from '../../model/nginx.ts';
import type { Resource } from '../../model/resource.ts';
import { isWithin } from '../../model/scope.ts';
import { known, valueIfKnown } from '../../model/value.ts';
import { exposureOf } from '../exposure.ts';
import { guardOf } from '../nginx-access.ts';
import { locationsOf } from '../nginx-graph.ts';
import { facts, type SurfaceEntry, told } from './entry.ts';

type Server = Resource<'nginx.server'>;
type Place = Resource<'nginx.location'>;

/** Ways in through web servers: each name and path that answers, and what is behind it. */
export function routesOf(graph: Graph): readonly SurfaceEntry[] {
  return graph
    .all('nginx.server')
    .items.filter(({ protocol }) => protocol === 'http')
    .flatMap((server) => ofServer(server, graph));
}

function ofServer(server: Server, graph: Graph): readonly SurfaceEntry[] {
  const places = locationsOf(server, graph).items.filter((one) => answers(one));
  const paths = new Set(places.map(({ path }) => path));
  // What no location takes is answered by the server itself.
  const own = paths.has('/') ? [] : [server];
  return originsOf(server, graph).flatMap((origin) => [
    ...own.map((one) => routeOf(one, `${origin}/`, server, graph)),
    ...places.map((place) => routeOf(place, `${origin}${pathOf(place)}`, server, graph)),
  ]);
}

function answers({ internal, modifier }: Place): boolean {
  return modifier !== '@' && valueIfKnown(internal) !== true;
}

function pathOf({ path, modifier }: Place): string {
  return modifier === '' || modifier === '^~' ? path : ` ${modifier} ${path}`;
}

/** `https://name` for each name and socket, with the port that leads there from outside. */
function originsOf(server: Server, graph: Graph): readonly string[] {
  const names = server.names.items.map(({ text }) => (text === '' || text === '_' ? '*' : text));
  const found = server.listens.items.flatMap((listen) => {
    const secure = valueIfKnown(listen.tls) === true;
    // It ends every TLS connection before a request can be sent.
    if (secure && valueIfKnown(server.rejectsHandshake) === true) return [];
    const scheme = secure ? 'https' : 'http';
    const port = portFrom(server, listen, graph);
    const shown = port === null || port === (secure ? 443 : 80) ? '' : `:${port}`;
    return (names.length > 0 ? names : ['*']).map((name) => `${scheme}://${name}${shown}`);
  });
  return [...new Set(found)].sort();
}

/** The port on the host, where a container publishes the one that is listened on. */
function portFrom(server: Server, listen: NginxListen, graph: Graph): number | null {
  const port = valueIfKnown(listen.port) ?? null;
  for (const { from, into } of graph.placements) {
    const service = isWithin(server.at.source, from) ? graph.get(into) : undefined;
    if (service?.kind !== 'compose.service') continue;
    const published = service.ports.items.find(({ container }) => valueIfKnown(container) === port);
    if (published) return valueIfKnown(published.published) ?? port;
  }
  return port;
}

function routeOf(at: Server | Place, subject: string, server: Server, graph: Graph): SurfaceEntry {
  const from = (exposureOf(at, graph) ?? exposureOf(server, graph))?.level ?? 'none';
  return {
    kind: 'in',
    subject,
    facts: facts({
      from,
      to: told(() => targetOf(at, graph)),
      ...guardsOf(at),
      limit: told(() => (known(at.rateLimited) ? 'yes' : 'none')),
    }),
  };
}

/** nginx answers a `return` before it asks for a login or looks at addresses. */
function guardsOf(at: Server | Place): Readonly<Record<string, string>> {
  if (at.exits.items.some(({ always }) => always)) return { login: 'none', addresses: 'any' };
  return { login: told(() => loginOf(at)), addresses: told(() => addressesOf(at)) };
}

function targetOf(at: Server | Place, graph: Graph): string {
  const exit = at.exits.items.find(({ always }) => always);
  if (exit) return exit.target === '' ? `answer ${exit.code ?? ''}`.trim() : `redirect to ${exit.target}`;
  const own = at.kind === 'nginx.location' ? ownTargetOf(at, graph) : undefined;
  if (own !== undefined) return own;
  const root = known(at.root);
  return root === null ? 'files of the build' : `files ${root}`;
}

function ownTargetOf(at: Place, graph: Graph): string | undefined {
  const [pass] = at.passes.items;
  if (pass) return backendsOf(at, graph) || pass.target;
  const status = valueIfKnown(at.status) ?? null;
  if (status) return `page ${status.text}`;
  const alias = known(at.alias);
  if (alias) return `files ${alias.text}`;
  return (valueIfKnown(at.answers) ?? null) === null ? undefined : 'an answer of its own';
}

/** Services that the location hands requests to, else the addresses. */
function backendsOf(at: Place, graph: Graph): string {
  const names = graph.out(at, 'proxies_to', 'network.endpoint').items.flatMap((endpoint) => {
    const services = graph.out(endpoint, 'resolves_to', 'compose.service').items;
    return services.length > 0 ? services.map(({ service }) => `service ${service}`) : [endpoint.name];
  });
  return [...new Set(names)].sort().join(', ');
}

function loginOf({ access }: NginxScope): string {
  if (guardOf(access) !== 'login') return 'none';
  const { basic, request } = access;
  if ((valueIfKnown(basic) ?? null) !== null) return 'basic';
  return (valueIfKnown(request) ?? null) === null ? 'by a module' : 'by request';
}

function addressesOf({ access: { rules } }: NginxScope): string {
  const allowed = rules.items.filter((rule) => rule.allows && rule.source !== 'all');
  const closed = rules.items.some((rule) => !rule.allows && rule.source === 'all');
  if (!closed) return 'any';
  return allowed.length === 0
    ? 'no one'
    : [...new Set(allowed.map(({ source }) => source))].sort().join(', ');
}
