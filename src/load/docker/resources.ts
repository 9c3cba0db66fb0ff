import type { CopySource, SecretFile } from '../../model/docker.ts';
import { type Location, wholeOf } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { pathSymbol } from '../../model/symbol.ts';
import { explicit, unseen, type Value, valueIfKnown } from '../../model/value.ts';
import { broughtIn, isSpreadSource } from './context.ts';
import { contextPath } from './copy.ts';
import { type Site, scopeOf } from './site.ts';
import { isTarget, type Stage, stageId } from './stages.ts';
import type { CopyStep, RunStep, Step, VariableStep } from './steps.ts';
import { baseOf, dropsOf, userAfter } from './user.ts';

const mostUses = 10;

type ScriptTeller = (program: string, at: Location) => Value<string | null> | undefined;

export function fileResource({ uri, tree, input, context }: Site): Resource<'docker.file'> {
  const folder = valueIfKnown(context.folder);
  const within = folder === undefined ? [] : input.listing.within(folder);
  return {
    kind: 'docker.file',
    id: `docker.file:${uri}`,
    name: uri,
    at: wholeOf(uri),
    context: context.folder,
    ignoreFile:
      context.folder.state === 'unknown' && context.ignoreFile === null
        ? context.folder
        : explicit(context.ignoreFile, wholeOf(uri)),
    contextFiles: within.length,
    wholeCopies: tree.stages
      .filter(({ use }) => use !== 'build')
      .flatMap(({ state }) => state.steps)
      .flatMap((step) =>
        step.type === 'copy' && step.from === null && step.sources.some(isWhole) ? [step.at] : [],
      ),
  };
}

function isWhole(source: CopySource): boolean {
  const path = valueIfKnown(contextPath(source));
  return source.remote === null && (path === '' || path === '*');
}

export function stageResource(site: Site, stage: Stage, script: ScriptTeller): Resource<'docker.stage'> {
  const { uri, tree } = site;
  const last = tree.stages.at(-1) === stage;
  const named = stage.name === null ? [] : [pathSymbol(`${uri}#${stage.name}`)];
  const { state } = stage;
  const own = [state.entrypoint, state.command]
    .filter((launch) => launch !== null)
    .map(({ at }) => at.start)
    .filter((start) => start > stage.from.start);
  const place = own.length > 0 ? Math.min(...own) : stage.last.end;
  return {
    kind: 'docker.stage',
    id: stageId(uri, stage),
    name: stage.name ?? stage.key,
    at: stage.at,
    symbols: [...(last ? [pathSymbol(uri)] : []), ...named],
    stage: stage.name,
    use: stage.use,
    scope: scopeOf(site, stage),
    target: isTarget(tree, stage) && !isExport(stage),
    base: stage.base,
    setsUser: state.user !== null,
    user: userAfter(state.user, stage),
    drops: dropsOf(stage, script),
    exposes: state.exposes,
    offers: baseOf(stage)?.offers ?? null,
    languages: languagesOf(stage),
    userPlace: { source: uri, start: place, end: place },
    atCommand: own.length > 0,
  };
}

/** Files alone, for `docker build --output`: without a command nothing of `scratch` can be started. */
function isExport({ image, state }: Stage): boolean {
  return valueIfKnown(image) === 'scratch' && !state.entrypoint && !state.command;
}

export function stepResources(site: Site, stage: Stage | null, step: Step): readonly Resource[] {
  const base = {
    at: step.at,
    stage: stage && stageId(site.uri, stage),
    use: stage?.use ?? 'final',
    scope: scopeOf(site, stage),
    onbuild: step.onbuild,
  } as const;
  const prefix = `${site.uri}#${stage?.key ?? ''}/`;
  switch (step.type) {
    case 'variable':
      return [
        {
          ...base,
          ...variable(site, stage, step),
          id: `docker.variable:${prefix}${step.keyword} ${step.name}`,
        },
      ];
    case 'copy':
      return [{ ...base, ...copy(site, step), id: `docker.copy:${prefix}${copyName(step)}` }];
    case 'run':
      return [{ ...base, ...run(stage, step), id: `docker.run:${prefix}${runName(step)}` }];
  }
}

function variable(site: Site, stage: Stage | null, step: VariableStep) {
  const { keyword, name, value, literal, from } = step;
  return {
    kind: 'docker.variable' as const,
    name,
    keyword,
    value,
    literal,
    from,
    usedAt: keyword === 'ARG' && stage ? usesOf(site, stage, name) : [],
    global: stage === null,
  };
}

/** Where a build argument goes on in the stage and in those that are built on it: into RUN, ENV, LABEL. */
function usesOf({ tree }: Site, stage: Stage, name: string): readonly Location[] {
  const stages = tree.stages.filter((other) => other === stage || isBuiltOn(other, stage));
  return stages.flatMap((other) => usesIn(other).get(name) ?? []);
}

const uses = new WeakMap<Stage, ReadonlyMap<string, readonly Location[]>>();

function usesIn(stage: Stage): ReadonlyMap<string, readonly Location[]> {
  const known = uses.get(stage);
  if (known) return known;
  const found = new Map<string, Location[]>();
  for (const step of stage.state.steps) {
    const names =
      step.type === 'run' ? step.uses : step.type === 'variable' && step.keyword !== 'ARG' ? step.from : [];
    for (const name of names) found.set(name, [...(found.get(name) ?? []), step.at].slice(0, mostUses));
  }
  uses.set(stage, found);
  return found;
}

function isBuiltOn(stage: Stage, base: Stage): boolean {
  for (let at = stage.parent; at; at = at.parent) if (at === base) return true;
  return false;
}

/** What the image runs, by its base and by the programs that it calls. */
function languagesOf(stage: Stage): readonly string[] {
  const image = valueIfKnown(stage.image) ?? stage.repository ?? '';
  const programs = stage.state.steps.flatMap((step) =>
    step.type === 'run' ? step.commands.map(({ name }) => name) : [],
  );
  const launched = [stage.state.entrypoint, stage.state.command].flatMap(
    (launch) => launch?.commands.map(({ name }) => name) ?? [],
  );
  const words = [image, ...programs, ...launched].join(' ');
  return [
    ...(/\b(python|pip|django|gunicorn|uwsgi|poetry|pipenv|uvicorn|uv)\d*(\.\d+)*\b/i.test(words)
      ? ['python']
      : []),
    ...(/\b(node|npm|yarn|pnpm|bun)\b/i.test(words) ? ['node'] : []),
  ];
}

function copy(site: Site, step: CopyStep) {
  const { keyword, sources, destination, from, chmod, checksum } = step;
  const hasKey = (path: string): Value<boolean> => {
    const file = site.input.parsed.get(path)?.tree;
    return file?.type === 'key'
      ? explicit(file.secret, wholeOf(path))
      : unseen(`${path} could not be read`, wholeOf(path));
  };
  const context = site.context;
  const own = from === null ? sources.filter(({ remote }) => remote === null) : [];
  const find = (part: readonly CopySource[]): Value<readonly SecretFile[]> =>
    broughtIn(part, context, site.secrets, hasKey, step.at);
  return {
    kind: 'docker.copy' as const,
    name: copyName(step),
    keyword,
    sources,
    destination,
    from,
    chmod,
    checksum,
    namedSecrets: find(own.filter((source) => !isSpreadSource(source))),
    spreadSecrets: find(own.filter(isSpreadSource)),
  };
}

function copyName({ keyword, sources, destination }: CopyStep): string {
  const words = [...sources.map(({ text }) => text), destination].map((word) => valueIfKnown(word) ?? '?');
  return `${keyword} ${words.join(' ').slice(0, 120)}`;
}

function run(stage: Stage | null, { commands, user, at }: RunStep) {
  const name = runName({ commands });
  return {
    kind: 'docker.run' as const,
    name,
    commands,
    user: stage ? userAfter(user, stage) : unseen('no stage', at),
  };
}

/** By the programs that it calls; their arguments may hold secrets. */
function runName({ commands }: Pick<RunStep, 'commands'>): string {
  const names = [...new Set(commands.map(({ name }) => name))].filter((name) => /^[\w.+-]{1,40}$/.test(name));
  return `RUN ${names.slice(0, 6).join(' ')}`.trim();
}
