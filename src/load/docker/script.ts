import type { CopySource } from '../../model/docker.ts';
import { valueIfKnown } from '../../model/value.ts';
import type { Listing } from '../../source.ts';
import { join } from './context.ts';
import { contextPath } from './copy.ts';
import type { DockerTree, Stage } from './stages.ts';
import type { CopyStep } from './steps.ts';

const largest = 262_144;

/** Scripts of the context that containers of this file start with. */
export function scriptsOf({ stages }: DockerTree, folder: string, listing: Listing): readonly string[] {
  return stages.flatMap((stage) =>
    programsOf(stage).flatMap((program) => {
      const found = scriptPath(program, stage, folder, listing);
      return typeof found === 'string' ? [found] : [];
    }),
  );
}

/** What the container starts: the command's name and its first arguments, which may be a script for it. */
export function programsOf({ state }: Stage): readonly string[] {
  const commands = [state.entrypoint, state.command].flatMap((launch) => launch?.commands ?? []);
  return commands.flatMap(({ name, args }) => [name, ...args.slice(0, 3).map(({ text }) => text)]);
}

/**
 * The file of the context that a program of the container was copied from; null when a copy names it and the listing
 * does not have it, undefined when nothing here brings it.
 */
export function scriptPath(
  program: string,
  stage: Stage,
  folder: string,
  listing: Listing,
): string | null | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (name === '' || !/^[\w.-]+$/.test(name) || program.startsWith('-')) return undefined;
  let named = false;
  for (let at: Stage | null = stage; at; at = at.parent) {
    for (const step of at.state.steps.toReversed()) {
      if (step.type !== 'copy' || step.from !== null) continue;
      const found = inCopy(step, name, folder, listing);
      if (typeof found === 'string') return found;
      named ||= found === null;
    }
  }
  return named ? null : undefined;
}

function inCopy(step: CopyStep, name: string, folder: string, listing: Listing): string | null | undefined {
  const target = valueIfKnown(step.destination) ?? '';
  const renamed = baseName(target) === name && step.sources.length === 1;
  const told = step.sources.map((source) => inSource(source, name, renamed, folder, listing));
  return told.find((one) => typeof one === 'string') ?? (told.includes(null) ? null : undefined);
}

function inSource(
  source: CopySource,
  name: string,
  renamed: boolean,
  folder: string,
  listing: Listing,
): string | null | undefined {
  const path = valueIfKnown(contextPath(source));
  if (path === undefined || source.remote !== null) return undefined;
  const isFile = baseName(path) === name || renamed;
  const candidates = [...(isFile ? [path] : []), join(path, name)].map((one) =>
    listing.get(join(folder, one)),
  );
  const entry = candidates.find((one) => one !== undefined && one.size <= largest);
  if (entry) return entry.link !== undefined && listing.get(entry.link) ? entry.link : entry.uri;
  return isFile && !listing.hasFolder(join(folder, path)) ? null : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
