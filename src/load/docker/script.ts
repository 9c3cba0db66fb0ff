import type { CopySource } from '../../model/docker.ts';
import { valueIfKnown } from '../../model/value.ts';
import type { Entry, Listing } from '../../source.ts';
import { below, covers, join } from './context.ts';
import { contextPath } from './copy.ts';
import { type DockerTree, type Stage, stageNamed } from './stages.ts';
import type { CopyStep } from './steps.ts';

const largest = 262_144;

/** Scripts of the context that containers of this file start with. */
export function scriptsOf({ stages }: DockerTree, folder: string, listing: Listing): readonly string[] {
  return stages.flatMap((stage) =>
    programsOf(stage).flatMap((program) => {
      const found = scriptPath(program, stage, stages, folder, listing);
      return typeof found === 'string' ? [found] : [];
    }),
  );
}

/** What the container starts: the command and its first arguments, one of which may be a script. */
function programsOf({ state }: Stage): readonly string[] {
  const commands = [state.entrypoint, state.command].flatMap((launch) => launch?.commands ?? []);
  return commands.flatMap(({ name, args }) => [name, ...args.slice(0, 3).map(({ text }) => text)]);
}

/**
 * The file of the context that a program of the container was copied from; null when a copy should have brought it
 * and the listing does not have it, undefined when nothing here brings it.
 */
export function scriptPath(
  program: string,
  stage: Stage,
  stages: readonly Stage[],
  folder: string,
  listing: Listing,
): string | null | undefined {
  const name = baseName(program);
  if (!/^[\w.-]+$/.test(name) || name.startsWith('-') || name === '.' || name === '..') return undefined;
  const search: Search = { name, stages, folder, listing };
  return inStage(search, stage, 0);
}

interface Search {
  readonly name: string;
  readonly stages: readonly Stage[];
  readonly folder: string;
  readonly listing: Listing;
}

const deepest = 10;

function inStage(search: Search, stage: Stage, depth: number): string | null | undefined {
  let named: null | undefined;
  for (let at: Stage | null = stage; at; at = at.parent) {
    for (const step of at.state.steps.toReversed()) {
      if (step.type !== 'copy') continue;
      const found = inCopy(search, step, at, depth);
      if (typeof found === 'string') return found;
      if (found === null) named = null;
    }
  }
  return named;
}

function inCopy(search: Search, step: CopyStep, stage: Stage, depth: number): string | null | undefined {
  const single = step.sources.length === 1;
  const renamed = single && baseName(valueIfKnown(step.destination) ?? '') === search.name;
  for (const path of step.sources.flatMap(contextPaths)) {
    const isFile = renamed || baseName(path) === search.name;
    if (step.from === null) {
      const found = inContext(search, path, isFile);
      if (found !== undefined) return found;
    }
    const other = step.from !== null && isFile && stageNamed(search.stages, step.from, stage.index);
    if (other && depth < deepest) return inStage({ ...search, name: baseName(path) }, other, depth + 1);
  }
  return undefined;
}

function contextPaths(source: CopySource): readonly string[] {
  const path = valueIfKnown(contextPath(source));
  return path === undefined || source.remote !== null ? [] : [path];
}

function inContext(
  { name, folder, listing }: Search,
  path: string,
  isFile: boolean,
): string | null | undefined {
  const itself = isFile ? listing.get(join(folder, path)) : undefined;
  const entry = itself ?? withName(name, folder, listing).find(({ uri }) => covers(path, below(uri, folder)));
  if (entry && entry.size <= largest)
    return entry.link !== undefined && listing.get(entry.link) ? entry.link : entry.uri;
  return isFile && !listing.hasFolder(join(folder, path)) ? null : undefined;
}

/** Scripts of that name anywhere in the context, the nearest first; programs that are not called like one are not looked for. */
function withName(name: string, folder: string, listing: Listing): readonly Entry[] {
  if (!isScriptName(name)) return [];
  const found = listing.within(folder).filter(({ uri }) => baseName(uri) === name);
  return found.sort((left, right) => left.uri.length - right.uri.length);
}

export function isScriptName(name: string): boolean {
  return /\.(sh|bash)$|entrypoint/i.test(name) && !name.startsWith('-');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
