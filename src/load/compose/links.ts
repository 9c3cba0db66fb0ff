import { cyclesOf, productsOf } from '../../facts/image-products.ts';
import type { PublishedPort } from '../../model/compose.ts';
import type { Build, Edge, Resource } from '../../model/resource.ts';
import { pathSymbol } from '../../model/symbol.ts';
import { explicit, type Unknown, unresolved, unseen, valueIfKnown } from '../../model/value.ts';
import type { Reference } from '../../source.ts';
import type { MountDetail } from './mounts.ts';
import { pathFrom } from './paths.ts';
import type { Project, Service } from './projects.ts';
import { resolved } from './read.ts';
import { imageValue, serviceId } from './service.ts';
import { type Table, type Text, tableAt, textAt } from './settings.ts';
import type { World } from './world.ts';

/** Resources and edges that belong together. */
export interface Part {
  readonly resources: readonly Resource[];
  readonly edges: readonly Edge[];
}

const nothing: Part = { resources: [], edges: [] };

/** The image that a service runs, with the release cycles in it. */
export function imagePart(service: Service, project: Project, reference: Reference, now: number): Part {
  const from = serviceId(project, service.name);
  const value = imageValue(service);
  if (value.state !== 'unknown' && value.value === null) return nothing;
  const { at } = value;
  const name = valueIfKnown(value) ?? `image of service ${service.name}`;
  const id = `image:${from}`;
  const told = value.state === 'unknown' ? value : { ...value, value: name };
  const image: Resource = { kind: 'image', id, name, at, reference: told, role: 'service' };
  const runs: Edge = { from, relation: 'runs', to: { id }, at };
  if (value.state === 'unknown') return { resources: [image], edges: [runs] };
  const cycles = cyclesOf(name, reference.get, now);
  const unread = productsOf(name).filter(({ product }) => reference.get(`eol/${product}`) === undefined);
  const edges: Edge[] = [
    ...cycles.map((cycle): Edge => ({ from: id, relation: 'depends_on', to: { id: cycle.id }, at })),
    ...unread.map(({ product }): Edge => {
      return {
        from: id,
        relation: 'depends_on',
        to: unseen(`no release dates of ${product} are at hand`, at),
        at,
      };
    }),
  ];
  return { resources: [image, ...cycles], edges: [runs, ...edges] };
}

/** The Dockerfile that a service is built from. */
export function buildEdge(service: Service, project: Project, { listing }: World): readonly Edge[] {
  const build = tableAt(service.table, 'build');
  if (!build || service.doubt) return [];
  const from = serviceId(project, service.name);
  const context = textAt(build, 'context');
  const at = context?.at ?? build.at;
  const folder = context
    ? pathOf(service, context, listing.root)
    : pathFrom(build.at.source, '.', listing.root);
  const edge = (to: Edge['to']): readonly Edge[] => [{ from, relation: 'builds', to, at }];
  if (typeof folder === 'object') return edge(folder);
  if (folder === undefined) return edge(unresolved('the build context is not in the tree', at));
  const target = valueIfKnown(textIn(service, build, 'target', ''));
  const path = dockerfileIn(service, build, folder, listing.root);
  if (path === undefined || target === undefined)
    return edge(unresolved('the Dockerfile hangs on a variable', at));
  return edge({ symbol: pathSymbol(target === '' ? path : `${path}#${target.toLowerCase()}`) });
}

function dockerfileIn(
  service: Service,
  build: Table,
  folder: string,
  root: string | undefined,
): string | undefined {
  const file = valueIfKnown(textIn(service, build, 'dockerfile', 'Dockerfile'));
  return file === undefined ? undefined : pathFrom(`${folder === '' ? '' : `${folder}/`}x`, file, root);
}

/** The folder that the service's Dockerfile is built in, where the tree has it. */
export function buildOf(service: Service, { listing }: World): readonly Build[] {
  const build = tableAt(service.table, 'build');
  if (!build || service.doubt) return [];
  const context = textAt(build, 'context');
  const at = context?.at ?? build.at;
  const folder = context
    ? pathOf(service, context, listing.root)
    : pathFrom(build.at.source, '.', listing.root);
  if (typeof folder !== 'string') return [];
  const file = dockerfileIn(service, build, folder, listing.root);
  return file === undefined ? [] : [{ file, context: folder, at }];
}

function textIn(service: Service, table: Table, name: string, instead: string): ReturnType<typeof resolved> {
  const text = textAt(table, name);
  return text ? resolved(service, text) : explicit(instead, table.at);
}

/** A path below the root, undefined outside of it, or why it is not known. */
export function pathOf(service: Service, text: Text, root: string | undefined): string | undefined | Unknown {
  const value = resolved(service, text);
  return value.state === 'unknown' ? value : pathFrom(text.at.source, value.value, root);
}

/** Ports as sockets of the host. */
export function listenerPart(ports: readonly PublishedPort[], from: string): Part {
  const resources = new Map<string, Resource>();
  for (const { address, published, container, protocol, at } of ports) {
    const word = (value: typeof address | typeof published | typeof container): string =>
      value.state === 'unknown' ? '?' : String(value.value ?? '');
    const id = `network.listener:${from}/${word(address)}:${word(published)}:${word(container)}/${protocol}`;
    const name = `port ${word(published) || 'picked at random'}`;
    const tls = unresolved('what answers behind the port is not known', at);
    resources.set(id, { kind: 'network.listener', id, name, at, address, port: published, protocol, tls });
  }
  const edges = [...resources.values()].map(
    ({ id, at }): Edge => ({ from, relation: 'publishes', to: { id }, at }),
  );
  return { resources: [...resources.values()], edges };
}

/** Volumes and folders that a service keeps data in. */
export function volumePart(mounts: readonly MountDetail[], project: Project, from: string): Part {
  const resources: Resource[] = [];
  const edges: Edge[] = [];
  for (const { type, hostPath, target, volume, at } of mounts) {
    if (type === 'other') continue;
    const path = valueIfKnown(hostPath) ?? undefined;
    const kind = type === 'volume' ? (volume === undefined ? 'anonymous' : 'named') : type;
    const word = volume ?? path ?? `${from}#${valueIfKnown(target) ?? ''}`;
    const id = `volume:${project.id}#${kind} ${word}`;
    resources.push({ kind: 'volume', id, name: `volume ${word}`, at, type: kind, source: hostPath });
    edges.push({ from, relation: 'mounts', to: { id }, at });
  }
  return { resources, edges };
}
