import type { Variable } from '../../model/common.ts';
import type { Edge, Resource } from '../../model/resource.ts';
import { dnsSymbol } from '../../model/symbol.ts';
import { explicit } from '../../model/value.ts';

/** `scheme://[user[:password]@]host[:port]`, also behind `jdbc:`. */
const address =
  /^(?:jdbc:)?([a-z][a-z0-9+.-]*):\/\/(?:[^/?#\s@]*@)?(\[[0-9a-f:]+\]|[\w.-]+)(?::(\d{1,5}))?(?=[/?#,]|$)/i;

/** Where a service connects to, by the addresses in its variables. */
export function endpointsOf(
  service: string,
  variables: Readonly<Record<string, Variable>>,
): { readonly resources: readonly Resource[]; readonly edges: readonly Edge[] } {
  const resources: Resource[] = [];
  const edges: Edge[] = [];
  for (const [name, { value, at }] of Object.entries(variables)) {
    const match =
      value.state === 'unknown' || value.value === null ? null : address.exec(value.value.slice(0, 2048));
    if (!match) continue;
    const [, scheme = '', host = '', port] = match;
    const id = `network.endpoint:${service}/${name}`;
    resources.push({
      kind: 'network.endpoint',
      id,
      name: `${scheme}://${host}${port === undefined ? '' : `:${port}`}`,
      at,
      scheme: explicit(scheme.toLowerCase(), at),
      host: explicit(host, at),
      port: explicit(port === undefined ? null : Number(port), at),
    });
    edges.push({ from: service, relation: 'connects_to', to: { id }, at });
    edges.push({ from: id, relation: 'resolves_to', to: { symbol: dnsSymbol(host) }, at });
  }
  return { resources, edges };
}
