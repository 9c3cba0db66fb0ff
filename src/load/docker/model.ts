import { cyclesOf } from '../../facts/image-products.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import type { Fragment, Resource } from '../../model/resource.ts';
import { explicit, unseen, type Value, valueIfKnown } from '../../model/value.ts';
import type { Entry, ModelInput } from '../../source.ts';
import { type BuildContext, contextFolder, ignoreFileOf, ignoresOf, secretEntries } from './context.ts';
import { environmentOf } from './environment.ts';
import type { Tree } from './parse.ts';
import { placementsOf } from './placements.ts';
import { fileResource, stageResource, stepResources } from './resources.ts';
import { isScriptName, scriptPath } from './script.ts';
import { add, type Building, connect, type Site, scopeOf } from './site.ts';
import { type DockerTree, isTarget, type Stage } from './stages.ts';

/** All Dockerfiles together, with the files around them. */
export function model(input: ModelInput<Tree>): Fragment {
  const into: Building = { resources: [], edges: [], placements: [], ids: new Map() };
  let found: readonly Entry[] | undefined;
  const secrets = (): readonly Entry[] => {
    found ??= secretEntries(input.listing);
    return found;
  };
  for (const [uri, { tree }] of input.parsed) {
    if (tree.type !== 'dockerfile') continue;
    const context = contextOf(uri, tree.file, input);
    addFile({ uri, tree: tree.file, input, context, secrets, into });
  }
  const { resources, edges, placements } = into;
  return { resources, edges, placements };
}

function contextOf(
  uri: string,
  tree: DockerTree,
  { listing, parsed, builds, holes }: ModelInput<Tree>,
): BuildContext {
  const folder = contextFolder(uri, tree, { listing, builds, holes });
  const ignoreFile = ignoreFileOf(uri, valueIfKnown(folder) ?? '', listing);
  const patterns = (path: string) => {
    const file = parsed.get(path)?.tree;
    return file?.type === 'ignore' ? file.patterns : undefined;
  };
  return { folder, ignoreFile, listing, ignores: ignoresOf(ignoreFile, patterns, uri) };
}

function addFile(site: Site): void {
  const { uri, tree } = site;
  const file = add(site, fileResource(site));
  for (const step of tree.globals) {
    for (const made of stepResources(site, null, step))
      connect(site, file, 'contains', add(site, made), step.at);
  }
  for (const stage of tree.stages) {
    const id = add(
      site,
      stageResource(site, stage, (program, at) => scriptDrops(site, stage, program, at)),
    );
    connect(site, file, 'contains', id, stage.at);
    for (const step of stage.state.steps)
      for (const made of stepResources(site, stage, step))
        connect(site, id, 'contains', add(site, made), step.at);
    addImages(site, stage, id);
    if (!isTarget(tree, stage)) continue;
    const environment = add(site, environmentOf(uri, stage, scopeOf(site, stage)));
    connect(site, id, 'runs', environment, stage.at);
    placementsOf(site, stage, id);
  }
}

/** What a script that the container starts does about root; undefined when the program is no script of this tree. */
function scriptDrops(
  { input, context, tree }: Site,
  stage: Stage,
  program: string,
  at: Location,
): Value<string | null> | undefined {
  const folder = valueIfKnown(context.folder);
  const scriptLike = isScriptName(program.slice(program.lastIndexOf('/') + 1));
  const path =
    folder === undefined ? undefined : scriptPath(program, stage, tree.stages, folder, input.listing);
  if (typeof path !== 'string') return scriptLike ? unseen(`${program} is not in the tree`, at) : undefined;
  const file = input.parsed.get(path)?.tree;
  if (file?.type !== 'script') return unseen(`${path} could not be read`, at);
  return explicit(file.drops, wholeOf(path));
}

function addImages(site: Site, stage: Stage, id: string): void {
  const { base, state, use } = stage;
  if (base.type === 'image') addImage(site, id, base.reference, base.at, use === 'build' ? 'build' : 'final');
  for (const step of state.steps) {
    if (step.type !== 'copy' || step.from === null || !step.fromAt || !/[/:@]/.test(step.from)) continue;
    addImage(site, id, explicit(step.from, step.fromAt), step.fromAt, 'build');
  }
}

function addImage(
  site: Site,
  stage: string,
  reference: Value<string>,
  at: Location,
  role: 'final' | 'build',
): void {
  const text = valueIfKnown(reference);
  const name = text ?? 'an image that a variable names';
  const image: Resource<'image'> = {
    kind: 'image',
    id: `image:${stage}/${text ?? '?'}`,
    name,
    at,
    reference,
    role,
  };
  const id = add(site, image);
  connect(site, stage, 'depends_on', id, at);
  if (text === undefined) return;
  const { input, into } = site;
  for (const cycle of cyclesOf(text, (key) => input.reference.get(key), input.now)) {
    if (!into.ids.has(cycle.id)) add(site, cycle);
    connect(site, id, 'depends_on', cycle.id, at);
  }
}
