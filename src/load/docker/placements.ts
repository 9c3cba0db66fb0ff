import { isIgnored } from '../../lang/dockerignore.ts';
import type { CopySource } from '../../model/docker.ts';
import { pathSymbol } from '../../model/symbol.ts';
import { type Value, valueIfKnown } from '../../model/value.ts';
import { below, covers, exists, join } from './context.ts';
import { contextPath } from './copy.ts';
import type { Site } from './site.ts';
import { type Stage, stageNamed } from './stages.ts';
import type { CopyStep } from './steps.ts';

const mostMatches = 200;

/** Tells where files of the context land in a stage that ships, and which packages run there. */
export function placementsOf(site: Site, stage: Stage, id: string): void {
  const folder = valueIfKnown(site.context.folder);
  if (folder === undefined) return;
  const steps = copiesInto(stage).filter((step) => step.from === null && !step.onbuild);
  for (const step of steps) place(site, step, stage, id, folder);
  const manifests = site.input.listing.within(folder).filter(({ uri }) => isManifest(uri));
  const bringers = [...steps, ...copiesBehind(site, stage)];
  for (const { uri } of manifests) {
    const bringer = bringers.find((step) => brings(site, step, folder, uri));
    if (bringer)
      site.into.edges.push({ from: id, relation: 'runs', to: { symbol: pathSymbol(uri) }, at: bringer.at });
  }
}

function copiesInto(stage: Stage): readonly CopyStep[] {
  const own = stage.state.steps.filter((step) => step.type === 'copy');
  return stage.parent ? [...copiesInto(stage.parent), ...own] : own;
}

/** Copies into stages from which this one takes the installed packages: `node_modules`, or the folder that they are in. */
function copiesBehind({ tree }: Site, stage: Stage): readonly CopyStep[] {
  return copiesInto(stage).flatMap((step) => {
    const other = step.from === null ? undefined : stageNamed(tree.stages, step.from, stage.index);
    if (!other) return [];
    const workdir = valueIfKnown(other.state.workdir)?.replace(/\/$/, '');
    const whole = step.sources.some(({ text }) => {
      const path = valueIfKnown(text)?.replace(/\/\.?$/, '');
      return (
        path !== undefined &&
        (/(^|\/)node_modules$/.test(path) || (workdir !== undefined && path === workdir))
      );
    });
    return whole ? copiesInto(other).filter(({ from }) => from === null) : [];
  });
}

function isManifest(uri: string): boolean {
  return /(^|\/)package\.json$/.test(uri) && !/(^|\/)node_modules\//.test(uri);
}

function brings({ context }: Site, { sources }: CopyStep, folder: string, uri: string): boolean {
  const path = below(uri, folder);
  if (context.ignores.state === 'unknown' || isIgnored(context.ignores.value, path)) return false;
  return sources.some((source) => {
    const from = valueIfKnown(contextPath(source));
    return source.remote === null && from !== undefined && covers(from, path);
  });
}

function place(site: Site, step: CopyStep, stage: Stage, id: string, folder: string): void {
  const target = absolute(step.destination, step.workdir);
  if (target === undefined) return;
  const { listing } = site.input;
  const froms = step.sources.flatMap((source) => sourcesIn(site, source, folder));
  const into = target.raw.endsWith('/') || froms.length > 1;
  for (const from of froms) {
    const isFolder = from === '' || listing.hasFolder(from);
    const to = !isFolder && into ? `${target.path}/${from.slice(from.lastIndexOf('/') + 1)}` : target.path;
    const placed = { from, to: to.replace(/\/{2,}/g, '/'), via: 'copy', image: stage.image } as const;
    site.into.placements.push({ ...placed, into: id, at: step.at });
  }
}

/** Files and folders of the listing that a source names. */
function sourcesIn({ input }: Site, source: CopySource, folder: string): readonly string[] {
  const path = valueIfKnown(contextPath(source));
  if (path === undefined || source.remote !== null) return [];
  const { listing } = input;
  if (!/[*?[]/.test(path)) {
    const from = join(folder, path);
    return from === '' || exists(listing, from) ? [from] : [];
  }
  const found = listing.within(folder).filter(({ uri }) => isMatch(path, below(uri, folder)));
  return found.slice(0, mostMatches).map(({ uri }) => uri);
}

/** A pattern that names files, rather than folders that hold them. */
function isMatch(pattern: string, path: string): boolean {
  return pattern.split('/').length === path.split('/').length && covers(pattern, path);
}

function absolute(
  destination: Value<string>,
  workdir: Value<string>,
): { raw: string; path: string } | undefined {
  const raw = valueIfKnown(destination);
  if (raw === undefined) return undefined;
  const base = raw.startsWith('/') ? '' : valueIfKnown(workdir);
  if (base === undefined) return undefined;
  const parts: string[] = [];
  for (const part of `${base}/${raw}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return {
    raw: raw === '.' || raw === './' || raw.endsWith('/.') ? `${raw}/` : raw,
    path: `/${parts.join('/')}`,
  };
}
