import type { Edge, Resource } from '../../model/resource.ts';
import { byDefault, mapValue } from '../../model/value.ts';
import type { Part } from './links.ts';
import type { Project, Service } from './projects.ts';
import { boolValue, textValue } from './read.ts';
import { serviceId } from './service.ts';
import { tableAt } from './settings.ts';

/** Networks of the project and who joins them; without a word all services share the one named `default`. */
export function networkPart(project: Project): Part {
  const resources = new Map<string, Resource>();
  const edges: Edge[] = [];
  for (const service of project.services.values()) {
    for (const name of joined(service)) {
      const network = networkOf(project, name, service);
      if (!resources.has(name)) resources.set(name, network);
      edges.push({
        from: serviceId(project, service.name),
        relation: 'joins',
        to: { id: network.id },
        at: service.key,
      });
    }
  }
  return { resources: [...resources.values()], edges };
}

function joined({ table, doubt }: Service): readonly string[] {
  if (doubt || table.entries.has('network_mode')) return [];
  const names = [...(tableAt(table, 'networks')?.entries.keys() ?? [])];
  return names.length > 0 ? names : ['default'];
}

function networkOf(project: Project, name: string, service: Service): Resource<'compose.network'> {
  const networks = tableAt(project.top, 'networks');
  const table = tableAt(networks, name);
  const at = networks?.entries.get(name)?.key ?? service.key;
  // The network is nobody's service, so the gaps of one do not touch it.
  const reader: Service = { ...service, key: at, doubt: undefined, gap: undefined };
  return {
    kind: 'compose.network',
    id: `compose.network:${project.id}#${name}`,
    name: `network ${name}`,
    at,
    driver: mapValue(textValue(reader, table, 'driver'), (driver) => driver ?? 'bridge'),
    internal: boolValue(reader, table, 'internal'),
    external:
      table?.entries.get('external')?.value.kind === 'table'
        ? byDefault(true, at)
        : boolValue(reader, table, 'external'),
  };
}
