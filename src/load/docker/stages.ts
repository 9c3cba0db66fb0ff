import type { Dockerfile, Fault, Instruction } from '../../lang/dockerfile.ts';
import { hole } from '../../lang/dockerfile-expand.ts';
import { wordsOf } from '../../lang/dockerfile-words.ts';
import { spanIn } from '../../lang/logical.ts';
import type { StageBase, StageUse } from '../../model/docker.ts';
import type { Location } from '../../model/location.ts';
import { explicit, unresolved, type Value, valueIfKnown } from '../../model/value.ts';
import { checkBound } from './bounds.ts';
import { apply, applyTriggers, argStep, argumentDoubt, copyOf, type FileContext } from './evaluate.ts';
import { globalScope, type Resolved, resolve, stageScope } from './scope.ts';
import type { State, VariableStep } from './steps.ts';

export interface Stage {
  readonly index: number;
  /** In lower case. */
  readonly name: string | null;
  /** Part of resource ids: the name, or what it is built on. */
  readonly key: string;
  readonly from: Instruction;
  readonly at: Location;
  readonly base: StageBase;
  readonly parent: Stage | null;
  /** The image at the root of the chain, as far as it is known. */
  readonly image: Value<string>;
  /** Its name without the tag, where at least that is known. */
  readonly repository: string | null;
  readonly state: State;
  /** The last instruction, for what is said about the end of the stage. */
  last: Instruction;
  use: StageUse;
}

export interface DockerTree {
  readonly stages: readonly Stage[];
  /** ARG lines before the first FROM. */
  readonly globals: readonly VariableStep[];
  readonly faults: readonly Fault[];
}

/** Splits a file into stages and carries out their instructions. */
export function stagesOf(uri: string, { instructions, escapeWith }: Dockerfile): DockerTree {
  const file: FileContext = { uri, escapeWith, globals: globalScope(), tally: { commands: 0 } };
  const globals: VariableStep[] = [];
  const stages: Stage[] = [];
  const faults: Fault[] = [];
  const fault = (code: string, message: string, { start, end }: Location | Instruction): void => {
    faults.push({ code, message, severity: 'error', start, end });
  };
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.keyword === 'FROM') {
      stages.push(begin(instruction, file, stages));
      checkBound('stages', stages.length);
    } else if (stage) {
      stage.last = instruction;
      apply(instruction, file, stage.state);
    } else if (instruction.keyword === 'ARG') globals.push(...globalArguments(instruction, file));
    else if (instruction.keyword !== '') {
      fault('before-from', `${instruction.keyword.slice(0, 20)} stands before the first stage`, instruction);
    }
  }
  markUse(stages);
  return { stages, globals, faults };
}

/** The earlier stage that a name or number means. */
export function stageNamed(stages: readonly Stage[], name: string, before: number): Stage | undefined {
  const wanted = name.toLowerCase();
  const earlier = stages.slice(0, before);
  return (
    earlier.findLast((stage) => stage.name === wanted) ??
    (/^\d{1,4}$/.test(wanted) ? earlier[Number(wanted)] : undefined)
  );
}

/** Whether a build may end with this stage. */
export function isTarget({ stages }: DockerTree, stage: Stage): boolean {
  return stage.use === 'alternative' || stages.at(-1) === stage;
}

export function stageId(uri: string, stage: Stage): string {
  return `docker.stage:${uri}#${stage.key}`;
}

function globalArguments(instruction: Instruction, file: FileContext): readonly VariableStep[] {
  return wordsOf(instruction.args.text, file.escapeWith).map((word) => {
    const step = argStep(instruction, word, file.globals, { file, onbuild: false });
    const missing = step.value.state !== 'unknown' && step.value.value === null;
    const value: Value<string> =
      missing || step.value.state === 'unknown'
        ? argumentDoubt(step)
        : { ...step.value, value: step.value.value ?? '' };
    file.globals.settings.set(step.name, { keyword: 'ARG', value, from: [step.name], at: step.at });
    return step;
  });
}

function begin(from: Instruction, file: FileContext, stages: readonly Stage[]): Stage {
  const { args } = from;
  const [image, as, alias] = wordsOf(args.text, file.escapeWith);
  const span = spanIn(args, image?.start ?? 0, image?.end ?? 0);
  const refAt = { source: file.uri, ...span };
  const reference = referenceOf(args.text, image?.text ?? '', refAt, file);
  const name = as && alias && as.text.toLowerCase() === 'as' ? alias.text.toLowerCase() : null;
  const known = valueIfKnown(reference.value);
  const parent =
    known === undefined ? undefined : stages.findLast((stage) => stage.name === known.toLowerCase());
  const root = parent ? parent.image : reference.value;
  const state = parent ? childState(parent.state) : freshState(valueIfKnown(root) ?? null, from, file);
  if (parent) applyTriggers(parent.state.triggers, file, state);
  return {
    index: stages.length,
    name,
    key: uniqueKey(name ?? `FROM ${image?.text ?? ''}`, stages),
    from,
    at: { source: file.uri, start: from.start, end: from.end },
    base: baseOf(reference, parent !== undefined, refAt),
    parent: parent ?? null,
    image: root,
    repository: parent ? parent.repository : repositoryOf(reference.text),
    state,
    last: from,
    use: 'alternative',
  };
}

/** What FROM names; what a template puts there is not known. */
function referenceOf(line: string, image: string, at: Location, file: FileContext): Resolved {
  const resolved = resolve(image, at, file.globals, file.escapeWith);
  if (!/\{\{|\{%|<%|@@/.test(line)) return resolved;
  return { ...resolved, text: hole, value: unresolved('a template fills in the image', at) };
}

function repositoryOf(text: string): string | null {
  const tail = text.slice(text.lastIndexOf('/') + 1).split(/[:@]/)[0] ?? '';
  const name = text.slice(0, text.lastIndexOf('/') + 1) + tail;
  return name === '' || name.includes(hole) ? null : name;
}

function uniqueKey(wanted: string, stages: readonly Stage[]): string {
  const same = stages.filter(({ key }) => key === wanted || key.startsWith(`${wanted}~`)).length;
  return same === 0 ? wanted : `${wanted}~${same + 1}`;
}

function baseOf({ value, text }: Resolved, isStage: boolean, at: Location): StageBase {
  if (isStage) return { type: 'stage', reference: value, pin: explicit('tag', at), at };
  if (text === 'scratch') return { type: 'scratch', reference: value, pin: explicit('digest', at), at };
  return { type: 'image', reference: value, pin: pinOf(value, text, at), at };
}

/** A digest or tag that is written out is one, whatever the registry's variable turns out to be. */
function pinOf(value: Value<string>, text: string, at: Location): StageBase['pin'] {
  // The id of an image on the machine that builds.
  if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return explicit('digest', at);
  const tail = text.slice(text.lastIndexOf('/') + 1);
  const [named = '', digest] = tail.split('@');
  if (digest !== undefined)
    return digest.includes(hole) && value.state === 'unknown' ? value : explicit('digest', at);
  const colon = named.indexOf(':');
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  if (tag === undefined)
    return named.includes(hole) && value.state === 'unknown' ? value : explicit('none', at);
  if (/^latest(-|$)/.test(tag)) return explicit('latest', at);
  if (tag === '') return explicit('none', at);
  return tag.startsWith(hole) && value.state === 'unknown' ? value : explicit('tag', at);
}

function freshState(image: string | null, from: Instruction, { uri, escapeWith }: FileContext): State {
  const at = { source: uri, start: from.start, end: from.end };
  const windows = escapeWith === '`' || /(^|\/)windows\/|nanoserver|servercore/i.test(image ?? '');
  return {
    scope: stageScope(image),
    steps: [],
    triggers: [],
    rootUsers: new Set(),
    user: null,
    posix: !windows,
    entrypoint: null,
    command: null,
    commandHere: false,
    workdir:
      image === 'scratch'
        ? explicit('/', at)
        : {
            state: 'unknown',
            sort: 'unresolved',
            reason: `the working directory of ${image ?? 'the base image'} is not known`,
            at,
          },
    exposes: false,
  };
}

function childState(parent: State): State {
  return {
    ...parent,
    scope: copyOf(parent.scope),
    steps: [],
    triggers: [],
    rootUsers: new Set(parent.rootUsers),
    commandHere: false,
  };
}

/** The last stage and its parents ship; what others take from is for building; the rest waits for `--target`. */
function markUse(stages: readonly Stage[]): void {
  for (const stage of stages) {
    if (stage.parent) stage.parent.use = 'build';
    for (const name of takesFrom(stage)) {
      const other = stageNamed(stages, name, stage.index);
      if (other) other.use = 'build';
    }
  }
  for (let stage = stages.at(-1) ?? null; stage; stage = stage.parent) stage.use = 'final';
}

function takesFrom({ state }: Stage): readonly string[] {
  return state.steps.flatMap((step) => {
    if (step.type === 'run') return step.mountsFrom.map(({ name }) => name);
    return step.type === 'copy' && step.from !== null ? [step.from] : [];
  });
}
