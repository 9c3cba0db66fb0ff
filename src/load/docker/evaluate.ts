import type { Instruction } from '../../lang/dockerfile.ts';
import { scriptOf } from '../../lang/dockerfile-script.ts';
import { type RawWord, wordsOf } from '../../lang/dockerfile-words.ts';
import { spanIn } from '../../lang/logical.ts';
import { commandsOf, commandsOfWords } from '../../lang/shell.ts';
import type { Location } from '../../model/location.ts';
import { explicit, mapValue, unresolved, type Value, valueIfKnown } from '../../model/value.ts';
import type { Span } from '../../source.ts';
import { checkBound } from './bounds.ts';
import { copyStep } from './copy.ts';
import { isPredefined, resolve, type Scope } from './scope.ts';
import type { Launch, State, VariableStep } from './steps.ts';

/** What all stages of one file share. */
export interface FileContext {
  readonly uri: string;
  readonly escapeWith: string;
  /** What stands before the first FROM. */
  readonly globals: Scope;
  /** Counts the commands of all scripts. */
  readonly tally: { commands: number };
}

interface Effect {
  readonly file: FileContext;
  readonly state: State;
  readonly onbuild: boolean;
}

type Apply = (instruction: Instruction, effect: Effect) => void;

const effects: Readonly<Record<string, Apply>> = {
  ARG: applyArg,
  ENV: applyPairs,
  LABEL: applyPairs,
  USER: applyUser,
  WORKDIR: applyWorkdir,
  SHELL: applyShell,
  RUN: applyRun,
  COPY: applyCopy,
  ADD: applyCopy,
  CMD: applyCommand,
  ENTRYPOINT: applyEntrypoint,
  EXPOSE: (_, { state }) => {
    state.exposes = true;
  },
};

/** Carries out one instruction of a stage on its state; what ONBUILD puts off is looked at, and kept for children. */
export function apply(instruction: Instruction, file: FileContext, state: State): void {
  const { trigger } = instruction;
  if (!trigger) {
    applyPlain(instruction, { file, state, onbuild: false });
    return;
  }
  state.triggers.push(trigger);
  const aside = { ...state, scope: copyOf(state.scope), triggers: [], rootUsers: new Set<string>() };
  applyPlain(trigger, { file, state: aside, onbuild: true });
}

/** Carries out what the parent put off; the steps were listed there. */
export function applyTriggers(triggers: readonly Instruction[], file: FileContext, state: State): void {
  const quiet = { ...state, steps: [] };
  for (const trigger of triggers) applyPlain(trigger, { file, state: quiet, onbuild: true });
  Object.assign(state, quiet, { steps: state.steps });
}

export function copyOf({ settings, inherited }: Scope): Scope {
  return { settings: new Map(settings), inherited };
}

function applyPlain(instruction: Instruction, effect: Effect): void {
  if (Object.hasOwn(effects, instruction.keyword)) effects[instruction.keyword]?.(instruction, effect);
}

function applyArg(instruction: Instruction, effect: Effect): void {
  const { state, file } = effect;
  const words = wordsOf(instruction.args.text, file.escapeWith);
  checkBound('words', words.length);
  for (const word of words) {
    const step = argStep(instruction, word, state.scope, effect);
    state.steps.push(step);
    if (state.scope.settings.get(step.name)?.keyword === 'ENV') continue;
    const value = mapValue(step.value, (text) => text ?? '');
    const missing = step.value.state !== 'unknown' && step.value.value === null;
    const known: Value<string> = missing ? argumentDoubt(step) : value;
    state.scope.settings.set(step.name, { keyword: 'ARG', value: known, from: [step.name], at: step.at });
  }
}

/** One name of an ARG line; without a value of its own it takes the one from before the first FROM. */
export function argStep(
  { args }: Instruction,
  word: RawWord,
  scope: Scope,
  { file, onbuild }: { readonly file: FileContext; readonly onbuild: boolean },
): VariableStep {
  const equals = word.text.indexOf('=');
  const at = place(file, spanIn(args, word.start, word.end));
  const base = { type: 'variable', keyword: 'ARG', onbuild } as const;
  if (equals === -1) {
    const global = file.globals.settings.get(word.text)?.value;
    const value: Value<string | null> =
      global === undefined
        ? explicit(null, at)
        : global.state === 'unknown'
          ? global
          : { ...global, state: 'inherited' };
    return { ...base, name: word.text, value, literal: false, from: [], at };
  }
  const valueAt = place(file, spanIn(args, word.start + equals + 1, word.end));
  const { value, from } = resolve(word.text.slice(equals + 1), valueAt, scope, file.escapeWith);
  return { ...base, name: word.text.slice(0, equals), value, literal: from.length === 0, from, at };
}

export function argumentDoubt({ name, at }: VariableStep): Value<string> {
  return unresolved(isPredefined(name) ? `${name} depends on the build` : `${name} has no default`, at);
}

/** ENV and LABEL: `k=v k="v w"`, or the old `k v w`. */
function applyPairs(instruction: Instruction, { file, state, onbuild }: Effect): void {
  const { args } = instruction;
  const keyword = instruction.keyword === 'ENV' ? 'ENV' : 'LABEL';
  const made = pairsOf(args.text, file.escapeWith).map(({ name, value, start, end }): VariableStep => {
    const at = place(file, spanIn(args, start, end));
    const valueAt = place(file, spanIn(args, end - value.length, end));
    const resolved = resolve(value, valueAt, state.scope, file.escapeWith);
    const literal = resolved.from.length === 0;
    return {
      type: 'variable',
      keyword,
      name,
      value: resolved.value,
      literal,
      from: resolved.from,
      at,
      onbuild,
    };
  });
  state.steps.push(...made);
  if (keyword === 'LABEL') return;
  for (const { name, value, from, at } of made) {
    const text = mapValue(value, (known) => known ?? '');
    state.scope.settings.set(name, { keyword: 'ENV', value: text, from, at });
  }
}

function pairsOf(
  text: string,
  escapeWith: string,
): readonly { name: string; value: string; start: number; end: number }[] {
  const words = wordsOf(text, escapeWith);
  checkBound('words', words.length);
  const [first] = words;
  if (!first) return [];
  if (!first.text.includes('=')) {
    const value = text.slice(first.end).trimStart();
    return [{ name: first.text, value: value.trimEnd(), start: first.start, end: text.trimEnd().length }];
  }
  return words.flatMap(({ text: word, start, end }) => {
    const equals = word.indexOf('=');
    return equals === -1 ? [] : [{ name: word.slice(0, equals), value: word.slice(equals + 1), start, end }];
  });
}

function applyUser({ args, ...instruction }: Instruction, { file, state }: Effect): void {
  const at = place(file, instruction);
  const { value } = resolve(
    args.text,
    place(file, spanIn(args, 0, args.text.length)),
    state.scope,
    file.escapeWith,
  );
  state.user = { name: mapValue(value, (text) => text.split(':')[0]?.trim() ?? ''), at };
}

function applyWorkdir({ args }: Instruction, { file, state }: Effect): void {
  const at = place(file, spanIn(args, 0, args.text.length));
  const { value } = resolve(args.text, at, state.scope, file.escapeWith);
  const before = state.workdir;
  state.workdir =
    value.state === 'unknown' || value.value.startsWith('/')
      ? value
      : mapValue(before, (folder) => `${folder.replace(/\/$/, '')}/${value.value}`);
}

function applyShell({ exec }: Instruction, { state }: Effect): void {
  const [program] = exec ?? [];
  if (program) state.posix = !/(^|[\\/])(powershell|pwsh|cmd)(\.exe)?$/i.test(program.text);
}

function applyCopy(instruction: Instruction, { file, state, onbuild }: Effect): void {
  const step = copyStep(instruction, file, state, onbuild);
  if (step) state.steps.push(step);
}

function applyRun(instruction: Instruction, { file, state, onbuild }: Effect): void {
  const { exec, flags } = instruction;
  const script = scriptOf(instruction);
  const environment = environmentOf(state.scope);
  const commands = exec
    ? commandsOfWords(file.uri, exec)
    : state.posix
      ? commandsOf(file.uri, script, environment)
      : [];
  file.tally.commands += commands.length;
  checkBound('commands', file.tally.commands);
  for (const { name, args } of commands)
    noteRootUser(
      name,
      args.map(({ text }) => text),
      state.rootUsers,
    );
  const uses = new Set([...script.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name));
  const mountsFrom = flags.flatMap((flag) => {
    const name = flag.name === 'mount' ? /(?:^|,)from=([^,]+)/.exec(flag.value ?? '')?.[1] : undefined;
    return name === undefined ? [] : [{ name, at: place(file, flag) }];
  });
  const at = place(file, instruction);
  state.steps.push({ type: 'run', commands, user: state.user, uses, mountsFrom, at, onbuild });
}

function noteRootUser(name: string, args: readonly string[], into: Set<string>): void {
  if (!/^(useradd|adduser)$/.test(name)) return;
  const option = args.findIndex((arg) => /^(-u|--uid)$/.test(arg));
  const root = args[option + 1] === '0' ? option !== -1 : args.some((arg) => /^(-u0|--uid=0)$/.test(arg));
  const user = args.at(-1);
  if (root && user !== undefined) into.add(user);
}

function environmentOf({ settings }: Scope): (name: string) => string | undefined {
  return (name) => {
    const value = settings.get(name)?.value;
    return value ? valueIfKnown(value) : undefined;
  };
}

function applyCommand(instruction: Instruction, { file, state }: Effect): void {
  state.command = launchOf(instruction, file, state);
  state.commandHere = true;
}

function applyEntrypoint(instruction: Instruction, { file, state }: Effect): void {
  state.entrypoint = launchOf(instruction, file, state);
  // A command from before this stage was meant for the entrypoint from before it.
  if (!state.commandHere) state.command = null;
}

function launchOf(instruction: Instruction, file: FileContext, state: State): Launch {
  const at = place(file, instruction);
  const { exec, args } = instruction;
  if (exec) {
    const words = explicit(
      exec.map(({ text }) => text),
      at,
    );
    return { words, commands: commandsOfWords(file.uri, exec), shell: false, at };
  }
  const commands = state.posix ? commandsOf(file.uri, args, environmentOf(state.scope)) : [];
  const [only, more] = commands;
  const plain = only && !more && only.name !== '' && only.args.every(({ known }) => known);
  const words = plain ? [only.name, ...only.args.map(({ text }) => text)] : ['/bin/sh', '-c', args.text];
  return { words: explicit(words, at), commands, shell: true, at };
}

function place({ uri }: FileContext, { start, end }: Span): Location {
  return { source: uri, start, end };
}
