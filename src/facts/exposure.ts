import type { Graph } from '../graph.ts';
import type { PublishedPort } from '../model/compose.ts';
import type { Location } from '../model/location.ts';
import type { Kind, Relation, Resource } from '../model/resource.ts';
import { isWithin } from '../model/scope.ts';
import { valueIfKnown } from '../model/value.ts';
import { isInNetwork } from './networks.ts';

type ExposureLevel = 'internet' | 'lan' | 'private' | 'none' | 'unknown';

/** Who can reach a resource, with the steps that prove it, from the outside in. */
export interface Exposure {
  readonly level: ExposureLevel;
  readonly path: readonly { readonly at: Location; readonly note: string }[];
}

/** From most to least exposed. An unknown way in is worth more than none: it may lead anywhere. */
const order: readonly ExposureLevel[] = ['internet', 'lan', 'private', 'unknown', 'none'];

const memory = new WeakMap<Graph, ReadonlyMap<string, Exposure>>();

/** How far out a resource can be reached from; undefined for what no way in leads to, as far as the tree tells. */
export function exposureOf(resource: Resource, graph: Graph): Exposure | undefined {
  let known = memory.get(graph);
  if (!known) {
    known = spread(graph);
    memory.set(graph, known);
  }
  return known.get(resource.id);
}

/** Where a request goes on from a resource that it has reached, and what code runs there. */
const hops: Readonly<Partial<Record<Kind, readonly (readonly [Relation, Kind])[]>>> = {
  'nginx.server': [['contains', 'nginx.location']],
  'nginx.location': [
    ['contains', 'nginx.location'],
    ['proxies_to', 'network.endpoint'],
  ],
  'network.endpoint': [['resolves_to', 'compose.service']],
  'compose.service': [
    ['runs', 'image'],
    ['builds', 'docker.stage'],
    ['runs', 'process.environment'],
  ],
  'docker.stage': [
    ['depends_on', 'image'],
    ['runs', 'package.manifest'],
    ['runs', 'process.environment'],
  ],
  'package.manifest': [
    ['depends_on', 'package.dependency'],
    ['depends_on', 'package.requirement'],
  ],
};

function spread(graph: Graph): ReadonlyMap<string, Exposure> {
  const reached = new Map<string, Exposure>();
  const queue: Resource[] = [];
  const reach = (resource: Resource, found: Exposure): void => {
    const before = reached.get(resource.id);
    if (before && order.indexOf(before.level) <= order.indexOf(found.level)) return;
    reached.set(resource.id, found);
    queue.push(resource);
  };
  for (const service of graph.all('compose.service').items) {
    for (const found of publishedBy(service, graph)) reach(service, found);
  }
  settle();
  // A web server in a container is as open as the container's ports, so these come second.
  for (const server of graph.all('nginx.server').items) {
    for (const found of servedBy(server, graph, reached)) reach(server, found);
  }
  settle();
  return reached;

  function settle(): void {
    for (let resource = queue.pop(); resource; resource = queue.pop()) follow(resource);
  }

  function follow(resource: Resource): void {
    const from = reached.get(resource.id);
    for (const [relation, kind] of hops[resource.kind] ?? []) {
      for (const next of graph.out(resource, relation, kind).items) {
        // What only developers install does not run where requests arrive.
        if ('group' in next && next.group === 'development') continue;
        const step = { at: next.at, note: next.name };
        if (from) reach(next, { level: from.level, path: [...from.path, step] });
      }
    }
  }
}

/** Ports that the public side of a network is made for: a host that publishes them is meant to be found. */
const publicPorts = new Set([22, 25, 80, 443, 465, 587, 853, 993]);

function publishedBy(service: Resource<'compose.service'>, graph: Graph): readonly Exposure[] {
  return service.ports.items.map((port) => ({
    level: reachOfPort(port, graph),
    path: [{ at: port.at, note: `port ${portText(port)} of ${service.name}` }],
  }));
}

/** Who can reach a port by the address that it is bound to, and by what such ports are for. */
export function reachOfPort({ address, published }: PublishedPort, graph: Graph): ExposureLevel {
  if (address.state === 'unknown') return 'unknown';
  const port = published.state === 'unknown' ? 0 : (published.value ?? 0);
  return levelAt(address.value, port, graph);
}

/** How far out an address of the host is reached from: as the user declares, else as its port suggests. */
function levelAt(address: string, port: number, { declared }: Graph): ExposureLevel {
  if (isLoopback(address)) return 'none';
  const isPrivate = isPrivateAddress(address) || isTrusted(address, declared['trustedNetworks']);
  const host = order.find((level) => level === declared['hostExposure']);
  const likely = publicPorts.has(port) ? 'internet' : 'lan';
  if (!isPrivate) return host ?? likely;
  return host === 'none' ? 'none' : 'private';
}

function isTrusted(address: string, networks: unknown): boolean {
  return Array.isArray(networks) && networks.some((network) => isInNetwork(address, String(network)));
}

function portText({ published, container }: PublishedPort): string {
  const value = published.state === 'unknown' ? undefined : published.value;
  return String(value ?? (container.state === 'unknown' ? 'unknown' : container.value));
}

/** By the container that the configuration is put into, else by its own sockets on this host. */
function servedBy(
  server: Resource<'nginx.server'>,
  graph: Graph,
  reached: ReadonlyMap<string, Exposure>,
): readonly Exposure[] {
  const containers = graph.placements
    .filter(({ from }) => isWithin(server.at.source, from))
    .filter(({ into }) => !sharesHost(graph.get(into)));
  const onHost = containers.length === 0;
  return server.listens.items.flatMap((listen): readonly Exposure[] => {
    const step = { at: listen.at, note: server.name };
    if (listen.address.startsWith('unix:') || isLoopback(listen.address)) return [];
    const port = listen.port.state === 'unknown' ? null : listen.port.value;
    if (onHost) return [{ level: levelAt(listen.address, port ?? 0, graph), path: [step] }];
    return containers.flatMap(({ into }) => {
      const service = graph.get(into);
      const found = portOf(service, port, graph);
      // Of a port that the container keeps to itself, what its other ports let in says nothing.
      const kept = port !== null && service !== undefined && isKept(service);
      const outer = found ?? (kept ? undefined : reached.get(into));
      return outer ? [{ level: outer.level, path: [...outer.path.slice(0, 1), step] }] : [];
    });
  });
}

function sharesHost(service: Resource | undefined): boolean {
  return service?.kind === 'compose.service' && valueIfKnown(service.networkMode) === 'host';
}

/** Whether all ports that lead to the service are known, so that one which is not among them leads nowhere. */
function isKept(service: Resource): boolean {
  if (service.kind !== 'compose.service') return false;
  const { ports } = service;
  return ports.missing.length === 0 && ports.items.every(({ container }) => container.state !== 'unknown');
}

/** The published port that leads to a container's port; undefined when none does or it cannot be told. */
function portOf(service: Resource | undefined, port: number | null, graph: Graph): Exposure | undefined {
  if (service?.kind !== 'compose.service' || port === null) return undefined;
  const index = service.ports.items.findIndex(
    ({ container }) => container.state !== 'unknown' && container.value === port,
  );
  return publishedBy(service, graph)[index];
}

function isLoopback(address: string): boolean {
  return /^(127\.|\[?::1\]?$|localhost$)/.test(address);
}

function isPrivateAddress(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[?f[cd])/.test(
    address,
  );
}
