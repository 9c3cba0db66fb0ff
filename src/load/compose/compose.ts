import { cycleKeys } from '../../facts/image-products.ts';
import type { Build, Edge, Fragment, Hole, Kind, Placement, Resource } from '../../model/resource.ts';
import { projectFolder } from '../../model/scope.ts';
import { unseen } from '../../model/value.ts';
import { defineLoader, folderOf, listing, type ModelInput, type Want } from '../../source.ts';
import { endpointsOf } from './endpoints.ts';
import { environmentOf } from './environment.ts';
import { buildEdge, buildOf, imagePart, listenerPart, type Part, volumePart } from './links.ts';
import { networkPart } from './networks.ts';
import { parseSource } from './parse.ts';
import { entryAt, environmentFiles, extended, includedFiles } from './paths.ts';
import { placementsOf } from './placements.ts';
import { type Project, projectsOf, type Service } from './projects.ts';
import { environmentResource, serviceId, serviceResource } from './service.ts';
import { textAt } from './settings.ts';
import type { ComposeTree } from './tree.ts';
import { resolve } from './variables.ts';
import { type World, worldOf } from './world.ts';

const kinds: readonly Kind[] = [
  'project',
  'compose.service',
  'compose.network',
  'volume',
  'network.listener',
  'network.endpoint',
  'image',
  'process.environment',
  'product.cycle',
];

export const compose = defineLoader<ComposeTree>({
  name: 'compose',
  kinds,
  parse: parseSource,
  wants: (input) => wanted(worldOf(input.parsed, input.listing, input.variables)),
  needs: (parsed) => {
    const sources = [...parsed.values()].map(({ source }) => source);
    return cycleKeys(imagesOf(worldOf(parsed, listing(sources), {})));
  },
  model,
});

/** `.env` files, `env_file`s, and compose files that others include or extend. */
function wanted({ files, listing, variables }: World): readonly Want[] {
  const found = new Map<string, string>();
  const want = (uri: string | undefined, role: string): void => {
    const entry = uri === undefined ? undefined : entryAt(listing, uri);
    if (entry && !found.has(entry.uri)) found.set(entry.uri, role);
  };
  for (const file of files) {
    const folder = folderOf(file.uri);
    const known = variables(file.uri);
    want(folder === '' ? '.env' : `${folder}/.env`, 'environment');
    for (const { uri } of includedFiles(file, known, listing).flat()) want(uri, 'include');
    for (const { table } of file.services.values()) {
      want(extended(table, known, listing)?.file?.uri, 'extends');
      for (const { uri, raw } of environmentFiles(table, known, listing))
        want(uri, raw ? 'raw-environment' : 'environment');
    }
  }
  return [...found].map(([uri, role]) => ({ uri, role, as: 'text' }));
}

function imagesOf({ files, variables }: World): readonly string[] {
  return files.flatMap((file) =>
    [...file.services.values()].flatMap(({ table }) => {
      const text = textAt(table, 'image');
      return text ? [resolve(text.text, variables(file.uri)).text] : [];
    }),
  );
}

function model(input: ModelInput<ComposeTree>): Fragment {
  const world = worldOf(input.parsed, input.listing, input.variables);
  const parts = projectsOf(world).map((project) => projectPart(project, world, input));
  return {
    resources: parts.flatMap(({ resources }) => resources),
    edges: parts.flatMap(({ edges }) => edges),
    placements: parts.flatMap(({ placements }) => placements),
    builds: parts.flatMap(({ builds }) => builds),
    holes: outsiders(world),
  };
}

interface Whole extends Part {
  readonly placements: readonly Placement[];
  readonly builds: readonly Build[];
}

function projectPart(project: Project, world: World, input: ModelInput<ComposeTree>): Whole {
  const id = `project:compose ${project.id}`;
  const { root, uri } = project.main;
  const top: Resource = {
    kind: 'project',
    id,
    name: `compose project ${project.id}`,
    at: { ...root.at, end: root.at.start },
    family: 'compose',
    folder: folderOf(uri),
  };
  const services = [...project.services.values()];
  const parts = services.map((service) => servicePart(service, project, world, input));
  const contains = services.map(({ name, key }): Edge => {
    return { from: id, relation: 'contains', to: { id: serviceId(project, name) }, at: key };
  });
  const networks = networkPart(project);
  return {
    resources: [top, ...networks.resources, ...parts.flatMap(({ resources }) => resources)],
    edges: [...contains, ...networks.edges, ...parts.flatMap(({ edges }) => edges)],
    placements: parts.flatMap(({ placements }) => placements),
    builds: parts.flatMap(({ builds }) => builds),
  };
}

function servicePart(
  service: Service,
  project: Project,
  world: World,
  input: ModelInput<ComposeTree>,
): Whole {
  const id = serviceId(project, service.name);
  const { resource, mounts } = serviceResource(service, project);
  const environment = environmentOf(service, world);
  const process = environmentResource(service, project, environment);
  const runs: Edge = { from: id, relation: 'runs', to: { id: process.id }, at: service.key };
  const parts: readonly Part[] = [
    { resources: [resource, process], edges: [runs, ...buildEdge(service, project, world)] },
    imagePart(service, project, input.reference, input.now),
    listenerPart(resource.ports.items, id),
    volumePart(mounts, project, id),
    endpointsOf(id, environment.variables),
  ];
  return {
    resources: parts.flatMap(({ resources }) => resources),
    edges: parts.flatMap(({ edges }) => edges),
    placements: placementsOf(service, project, mounts, world.listing),
    builds: buildOf(service, world),
  };
}

/** Included files that are not in the tree may hold services that nobody sees. */
function outsiders({ files, listing, variables }: World): readonly Hole[] {
  return files.flatMap((file) =>
    includedFiles(file, variables(file.uri), listing)
      .flat()
      .filter(({ uri }) => uri === undefined || !entryAt(listing, uri))
      .map(({ text }) => ({
        kinds,
        scope: projectFolder(file.uri),
        unknown: unseen(`${text.text}, which ${file.uri} includes, is not in the tree`, text.at),
      })),
  );
}
