import { type Graph, known, type Resource, type Value, valueIfKnown } from '../../src/check.ts';
import { serviceOfProduct } from '../../src/facts/image-services.ts';
import type { PublishedPort } from '../../src/model/compose.ts';
import { byDefault, mapValue } from '../../src/model/value.ts';

/** Who reaches a port that is published at this address of the host: only the host, its private network, or all. */
export function reachOf(address: string): 'host' | 'network' | 'everybody' {
  const text = address.replace(/^\[|\]$/g, '').toLowerCase();
  if (text === 'localhost' || text === '::1' || text.startsWith('127.')) return 'host';
  return /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.|^(f[cd]|fe80)[0-9a-f]*:/.test(text)
    ? 'network'
    : 'everybody';
}

/** Whether other hosts reach the port. */
export function isOpen({ address }: PublishedPort): boolean {
  return reachOf(known(address)) !== 'host';
}

/** What kind of server the service is; null for one that is not known by its image. */
export function serverOf(service: Resource<'compose.service'>, graph: Graph): Value<Server | null> {
  const [environment] = graph.out(service, 'runs', 'process.environment').items;
  if (!environment) return byDefault(null, service.at);
  return mapValue(environment.product, (product) =>
    product === null ? null : (serviceOfProduct(product) ?? null),
  );
}

type Server = NonNullable<ReturnType<typeof serviceOfProduct>>;

/** The compose services that run in this environment. */
export function servicesOf(
  environment: Resource<'process.environment'>,
  graph: Graph,
): readonly Resource<'compose.service'>[] {
  return graph.in(environment, 'runs', 'compose.service').items;
}

/** Whether other hosts reach one of the services, as far as it can be told: it only weighs a finding. */
export function seemsReachable(
  environment: Resource<'process.environment'>,
  graph: Graph,
  ports: readonly number[],
): boolean {
  return servicesOf(environment, graph).some(
    (service) =>
      valueIfKnown(service.networkMode) === 'host' ||
      service.ports.items.some(({ address, container }) => {
        const open = valueIfKnown(address);
        const port = valueIfKnown(container);
        return open !== undefined && reachOf(open) !== 'host' && port !== undefined && ports.includes(port);
      }),
  );
}
