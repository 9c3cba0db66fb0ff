import type { Graph } from '../../graph.ts';
import type { PublishedPort } from '../../model/compose.ts';
import type { Resource } from '../../model/resource.ts';
import { valueIfKnown } from '../../model/value.ts';
import { backupServices, covers, dataMount } from '../backups.ts';
import { exposureOf, reachOfPort } from '../exposure.ts';
import { serviceOfImage } from '../image-services.ts';
import { facts, type SurfaceEntry } from './entry.ts';

type Service = Resource<'compose.service'>;

/** What runs, what of it is past its end of life, and what it connects to; and the stores among it. */
export function servicesOf(graph: Graph): readonly SurfaceEntry[] {
  const services = graph
    .all('compose.service')
    .items.filter(({ scope }) => scope !== 'example' && scope !== 'build');
  return services.flatMap((service) => {
    const store = dataMount(service, graph) ? [storeOf(service, services, graph)] : [];
    return [serviceEntry(service, graph), ...portsOf(service, graph), ...store];
  });
}

function nameOf({ id, service }: Service): string {
  const project = id.slice('compose.service:'.length, id.lastIndexOf('#'));
  return project === '' || project === '.' ? service : `${project}/${service}`;
}

function serviceEntry(service: Service, graph: Graph): SurfaceEntry {
  return {
    kind: 'service',
    subject: nameOf(service),
    facts: facts({
      from: exposureOf(service, graph)?.level ?? 'its project',
      image: valueIfKnown(service.image) ?? (service.built ? 'built here' : 'cannot be told'),
      'end of life': endedIn(service, graph).join(', '),
      reaches: connectionsOf(service, graph).join(', '),
    }),
  };
}

/** Ports that lead straight to the service, whatever proxy there may be beside them. */
function portsOf(service: Service, graph: Graph): readonly SurfaceEntry[] {
  if (isProxy(service, graph)) return [];
  return service.ports.items.map((port) => ({
    kind: 'in' as const,
    subject: `port ${shown(port)}`,
    facts: facts({ from: reachOfPort(port, graph), to: `service ${service.service}` }),
  }));
}

/** What its ports lead to is told route by route. */
function isProxy(service: Service, graph: Graph): boolean {
  return graph.placements.some(({ into, to }) => into === service.id && /\/nginx(\/|\.conf$|$)/.test(to));
}

function shown({ address, published, container, protocol }: PublishedPort): string {
  const host = valueIfKnown(address) ?? '?';
  const outer = valueIfKnown(published);
  const inner = valueIfKnown(container) ?? '?';
  const number = outer === undefined ? '?' : (outer ?? 'picked at random');
  const where = host === '' || host === '0.0.0.0' ? '' : ` on ${host}`;
  return `${number}${where}${inner === number ? '' : ` (${inner} inside)`}${protocol === 'udp' ? ' udp' : ''}`;
}

/** `Node.js 14` for each release in the service's image, or in what it is built on, that has ended. */
function endedIn(service: Service, graph: Graph): readonly string[] {
  const images = [
    ...graph.out(service, 'runs', 'image').items,
    ...graph
      .out(service, 'builds', 'docker.stage')
      .items.flatMap((stage) => graph.out(stage, 'depends_on', 'image').items),
  ];
  const cycles = images.flatMap((image) => graph.out(image, 'depends_on', 'product.cycle').items);
  const ended = cycles.filter(({ endOfLife }) =>
    typeof endOfLife === 'string' ? Date.parse(endOfLife) <= graph.now : endOfLife,
  );
  return [...new Set(ended.map(({ label, cycle }) => `${label} ${cycle}`))].sort();
}

/** Services by name, and hosts outside of the tree. */
function connectionsOf(service: Service, graph: Graph): readonly string[] {
  const ends = graph.out(service, 'connects_to', 'network.endpoint').items.flatMap((endpoint) => {
    const services = graph.out(endpoint, 'resolves_to', 'compose.service').items;
    const host = valueIfKnown(endpoint.host) ?? '?';
    return services.length > 0 ? services.map((one) => one.service) : [host];
  });
  return [...new Set(ends)].filter((name) => name !== service.service).sort();
}

function storeOf(service: Service, all: readonly Service[], graph: Graph): SurfaceEntry {
  const image = valueIfKnown(service.image) ?? '';
  const users = all.filter((one) => connectionsOf(one, graph).includes(service.service)).map(nameOf);
  return {
    kind: 'data',
    subject: nameOf(service),
    facts: facts({
      kind: serviceOfImage(image)?.label ?? image,
      'end of life': endedIn(service, graph).join(', '),
      backup: backupOf(service, graph),
      'used by': users.sort().join(', '),
      from: exposureOf(service, graph)?.level ?? 'its project',
    }),
  };
}

function backupOf(service: Service, graph: Graph): string {
  if (graph.declared['backups'] !== undefined) return 'declared';
  const jobs = backupServices(service, graph).filter((job) => covers(job, service, graph));
  if (jobs.length > 0)
    return jobs
      .map((job) => job.service)
      .sort()
      .join(', ');
  return graph.unseen('backup.job', service.at).length > 0 ? 'cannot be told' : 'none';
}
