import { serviceOfImage } from '../../facts/image-services.ts';
import type { ComposeKinds, PublishedPort } from '../../model/compose.ts';
import type { Resource } from '../../model/resource.ts';
import { dnsSymbol, socketSymbol } from '../../model/symbol.ts';
import { byDefault, mapValue, type Value, valueIfKnown } from '../../model/value.ts';
import { commandOf, type Environment, variablesIn, wordsAt } from './environment.ts';
import { type MountDetail, mountsOf } from './mounts.ts';
import { portsOf } from './ports.ts';
import type { Project, Service } from './projects.ts';
import { boolValue, resolved, rough, textValue } from './read.ts';
import { listAt, tableAt, textAt } from './settings.ts';

export function serviceId(project: Project, name: string): string {
  return `compose.service:${project.id}#${name}`;
}

/** The service as a resource, and its mounts with what joins them. */
export function serviceResource(
  service: Service,
  project: Project,
): { readonly resource: Resource<'compose.service'>; readonly mounts: readonly MountDetail[] } {
  const { name, table, key } = service;
  const build = tableAt(table, 'build');
  const mounts = mountsOf(service, project);
  const ports = portsOf(service);
  const resource: Resource<'compose.service'> = {
    kind: 'compose.service',
    id: serviceId(project, name),
    name: `service ${name}`,
    at: key,
    symbols: [...new Set([...dnsNames(service).map(dnsSymbol), ...socketsOf(ports.items)])],
    service: name,
    scope: project.scope,
    profiles: listAt(table, 'profiles').flatMap((item) =>
      item.kind === 'text' ? [rough(service, item)] : [],
    ),
    built: build !== undefined,
    image: textValue(service, table, 'image'),
    privileged: boolValue(service, table, 'privileged'),
    networkMode: textValue(service, table, 'network_mode'),
    mounts,
    ports,
    ...limitsOf(service),
    buildArguments: Object.fromEntries(variablesIn(service, tableAt(build, 'args'))),
    buildContexts: [...(tableAt(build, 'additional_contexts')?.entries.keys() ?? [])],
    labels: Object.fromEntries(variablesIn(service, tableAt(table, 'labels'))),
    healthcheck: healthcheckOf(service),
  };
  return { resource, mounts: mounts.items };
}

/** Ports of the host that lead to the service, also for a proxy on the host. */
function socketsOf(ports: readonly PublishedPort[]): readonly string[] {
  return ports.flatMap(({ address, published, protocol }) => {
    const port = valueIfKnown(published) ?? null;
    const from = valueIfKnown(address);
    const reached = from !== undefined && /^(|0\.0\.0\.0|127\..*|\[?::1?\]?|localhost)$/.test(from);
    return port !== null && reached && protocol === 'tcp' ? [socketSymbol(port)] : [];
  });
}

/** Environment and command of the service, for checks on whatever starts a process. */
export function environmentResource(
  service: Service,
  project: Project,
  { variables, missing }: Environment,
): Resource<'process.environment'> {
  const image = imageValue(service);
  return {
    kind: 'process.environment',
    id: `process.environment:${serviceId(project, service.name)}`,
    name: `environment of service ${service.name}`,
    at: service.key,
    variables,
    ...(missing.length > 0 ? { missing } : {}),
    command: commandOf(service),
    image,
    product: productOf(service, image),
    scope: project.scope,
  };
}

/** What it runs; null where the project builds it, since `image` then only names the result. */
export function imageValue(service: Service): Value<string | null> {
  if (service.doubt) return service.doubt;
  if (service.table.entries.has('build')) return byDefault(null, service.key);
  return textValue(service, service.table, 'image');
}

function productOf(service: Service, image: Value<string | null>): Value<string | null> {
  if (image.state !== 'unknown')
    return mapValue(image, (text) => (text === null ? null : (serviceOfImage(text)?.product ?? null)));
  const text = service.doubt ? undefined : textAt(service.table, 'image');
  const product = text && serviceOfImage(rough(service, text))?.product;
  return product === undefined ? image : byDefault(product, image.at);
}

/** Names under which other containers of its networks find it. */
function dnsNames(service: Service): readonly string[] {
  const { name, table } = service;
  const own = ['container_name', 'hostname'].flatMap((key) => {
    const text = textAt(table, key);
    const value = text && resolved(service, text);
    return value && value.state !== 'unknown' ? [value.value] : [];
  });
  const networks = tableAt(table, 'networks')?.entries ?? new Map();
  const aliases = [...networks.values()].flatMap(({ value }) =>
    value.kind === 'table'
      ? listAt(value, 'aliases').flatMap((item) => (item.kind === 'text' ? [rough(service, item)] : []))
      : [],
  );
  return [name, ...own, ...aliases];
}

type Limits = Pick<ComposeKinds['compose.service'], 'memoryLimit' | 'cpuLimit' | 'pidsLimit'>;

function limitsOf(service: Service): Limits {
  const { table } = service;
  const limits = tableAt(tableAt(tableAt(table, 'deploy'), 'resources'), 'limits');
  const own = (name: string): Value<string | null> => textValue(service, table, name);
  const deployed = (name: string): Value<string | null> => textValue(service, limits, name);
  return {
    memoryLimit: firstOf([own('mem_limit'), deployed('memory')]),
    cpuLimit: firstOf([own('cpus'), own('cpu_quota'), own('cpuset'), deployed('cpus')]),
    pidsLimit: firstOf([own('pids_limit'), deployed('pids')]),
  };
}

/** The first that is said; `0` and `-1` take a limit away. */
function firstOf(values: readonly Value<string | null>[]): Value<string | null> {
  const told = values.map((value) =>
    mapValue(value, (text) => (text === '0' || text === '-1' ? null : text)),
  );
  const said = told.find((value) => value.state !== 'unknown' && value.value !== null);
  const [first] = told;
  return said ?? told.find((value) => value.state === 'unknown') ?? (first as Value<string | null>);
}

function healthcheckOf(service: Service): Value<string | null> {
  const table = tableAt(service.table, 'healthcheck');
  const test = table && wordsAt(service, 'test', table);
  if (service.doubt || !test) return service.doubt ?? service.gap ?? byDefault(null, service.key);
  return { state: 'explicit', value: test.words.join(' '), at: test.at };
}
