import type { ShellAssignment, ShellCommand, ShellWord } from '../model/command.ts';
import type { Logical } from './logical.ts';
import { decodedWord } from './shell-decode.ts';
import type { RawCommand, RawWord } from './shell-script.ts';

interface Wrapper {
  /** Short options that take a value. */
  readonly short?: string;
  /** Long options that take their value in the next word. */
  readonly long?: string;
  /** Words before the wrapped command. */
  readonly words?: number;
  /** Whether `NAME=value` words may come before the wrapped command. */
  readonly assigns?: boolean;
}

const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['sudo', { short: 'ugChprtUDRT', long: 'user group host prompt chdir chroot role type', assigns: true }],
  ['doas', { short: 'uC' }],
  ['env', { short: 'uC', long: 'unset chdir', assigns: true }],
  ['nice', { short: 'n', long: 'adjustment' }],
  ['ionice', { short: 'cnpPu', long: 'class classdata' }],
  ['time', { short: 'fo', long: 'format output' }],
  ['timeout', { short: 'ks', long: 'kill-after signal', words: 1 }],
  ['nohup', {}],
  ['exec', { short: 'a' }],
  ['command', {}],
  ['builtin', {}],
  ['chroot', { long: 'userspec groups', words: 1 }],
  ['busybox', {}],
  ['gosu', { words: 1 }],
  ['su-exec', { words: 1 }],
  ['s6-setuidgid', { words: 1 }],
  ['setpriv', { long: 'reuid regid groups inh-caps ambient-caps bounding-set ruid euid rgid egid' }],
  ['runuser', { short: 'ugG', long: 'user group' }],
  ['setsid', {}],
  ['stdbuf', { short: 'ioe', long: 'input output error' }],
  ['fakeroot', { short: 'lsib' }],
  ['eatmydata', {}],
  ['tini', { short: 'pe' }],
  ['dumb-init', { short: 'r' }],
  ['xargs', { short: 'adEIiLlnPs', long: 'arg-file delimiter max-args max-procs max-lines' }],
]);

const shells = /^(sh|bash|dash|ash|zsh|ksh)$/;
const mostWrappers = 20;

/** The command that really runs, and the script that it is handed as a string or on standard input. */
export function unwrapped(raw: RawCommand): { command: ShellCommand; inner: Logical | null } {
  const { script, words: all, stdin, pipe, feeds, redirects, at } = raw;
  const env: ShellAssignment[] = [...raw.env];
  const names: string[] = [];
  let words = all;
  while (names.length < mostWrappers) {
    const name = nameOf(words);
    const wrapper = wrappers.get(name);
    // `command -v curl` only looks.
    if (!wrapper || (name === 'command' && /^-[pvV]*[vV]/.test(words[1]?.text ?? ''))) break;
    const wrapped = afterWrapper(wrapper, words, env);
    if (wrapped.length === 0) break;
    names.push(name);
    words = wrapped;
  }
  const name = nameOf(words);
  const args = words.slice(1);
  const command = { name, args: args.map(plain), env, redirects, wrappers: names, pipe, feeds, at };
  const handed = handedTo(name, args);
  if (handed === 'stdin') return { command, inner: stdin };
  return { command, inner: handed ? decodedWord(script, handed.from, handed.to) : null };
}

function nameOf(words: readonly RawWord[]): string {
  const [first] = words;
  return first?.known ? first.text.slice(first.text.lastIndexOf('/') + 1) : '';
}

function plain({ text, known, at }: RawWord): ShellWord {
  return { text, known, at };
}

function afterWrapper(
  wrapper: Wrapper,
  words: readonly RawWord[],
  env: ShellAssignment[],
): readonly RawWord[] {
  let place = afterOptions(wrapper, words);
  while (wrapper.assigns && place < words.length) {
    const word = words[place];
    const equals = word ? word.text.indexOf('=') : -1;
    if (!word || equals < 1 || !/^[A-Za-z_]\w*$/.test(word.text.slice(0, equals))) break;
    env.push({
      name: word.text.slice(0, equals),
      value: { ...plain(word), text: word.text.slice(equals + 1) },
    });
    place += 1;
  }
  return words.slice(place + (wrapper.words ?? 0));
}

function afterOptions({ short = '', long = '' }: Wrapper, words: readonly RawWord[]): number {
  let place = 1;
  for (; place < words.length; place += 1) {
    const text = words[place]?.text ?? '';
    if (text === '--') return place + 1;
    if (!text.startsWith('-') || text === '-') return place;
    const takesNext = text.startsWith('--')
      ? long.split(' ').includes(text.slice(2))
      : text.length === 2 && short.includes(text[1] ?? '');
    if (takesNext) place += 1;
  }
  return place;
}

/** What a shell is given to run: a word, its standard input, or neither (a file). */
function handedTo(
  name: string,
  args: readonly RawWord[],
): { from: number; to: number } | 'stdin' | undefined {
  if (name === 'eval') {
    const last = args.at(-1);
    return args[0] && last ? { from: args[0].from, to: last.to } : undefined;
  }
  if (name === 'su' || name === 'runuser') {
    const option = args.findIndex(({ text }) => /^(-\w*c|--command|--session-command)$/.test(text));
    return option === -1 ? undefined : args[option + 1];
  }
  return shells.test(name) ? handedToShell(args) : undefined;
}

function handedToShell(args: readonly RawWord[]): RawWord | 'stdin' | undefined {
  let place = 0;
  let takesScript = false;
  for (; place < args.length; place += 1) {
    const text = args[place]?.text ?? '';
    if (!/^[-+]./.test(text)) break;
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(text)) takesScript = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(text) || text === '--rcfile' || text === '--init-file') place += 1;
  }
  if (takesScript) return args[place];
  const first = args[place]?.text;
  return first === undefined || first === '-' || first === '/dev/stdin' || args[place - 1]?.text === '-s'
    ? 'stdin'
    : undefined;
}
