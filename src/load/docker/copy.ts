import type { Flag, Instruction } from '../../lang/dockerfile.ts';
import { hole } from '../../lang/dockerfile-expand.ts';
import { wordsOf } from '../../lang/dockerfile-words.ts';
import { spanIn, type Word, wordIn } from '../../lang/logical.ts';
import type { CopySource } from '../../model/docker.ts';
import type { Location } from '../../model/location.ts';
import { explicit, type Value, valueIfKnown } from '../../model/value.ts';
import type { Span } from '../../source.ts';
import { checkBound } from './bounds.ts';
import type { FileContext } from './evaluate.ts';
import { resolve, type Scope } from './scope.ts';
import type { CopyStep, State } from './steps.ts';

/** Reads a COPY or ADD; null when it names nothing to copy. */
export function copyStep(
  instruction: Instruction,
  file: FileContext,
  state: State,
  onbuild: boolean,
): CopyStep | null {
  const words = wordsIn(instruction);
  checkBound('words', words.length);
  const last = words.at(-1);
  // With the value of a flag among the words there is no telling which is which.
  if (
    !last ||
    instruction.flags.some(({ name, value }) => value === null && /^(from|chown|chmod|checksum)$/.test(name))
  )
    return null;
  const { scope } = state;
  const keyword = instruction.keyword === 'ADD' ? 'ADD' : 'COPY';
  const flag = (name: string): Flag | undefined => instruction.flags.find((one) => one.name === name);
  const flagValue = (name: string): Value<string> | null => {
    const found = flag(name);
    return found ? resolve(found.value ?? '', place(file, found), scope, file.escapeWith).value : null;
  };
  const from = flag('from');
  const fromValue = flagValue('from');
  return {
    type: 'copy',
    keyword,
    sources: words.slice(0, -1).map((word) => sourceOf(word, keyword, file, scope)),
    destination: resolve(last.text, place(file, last), scope, file.escapeWith).value,
    from: fromValue ? (valueIfKnown(fromValue) ?? hole) : null,
    fromAt: from ? place(file, from) : null,
    chmod: flagValue('chmod'),
    checksum: flagValue('checksum'),
    workdir: state.workdir,
    at: place(file, instruction),
    onbuild,
  };
}

/** Sources and destination; a here-document is a source with its text here, so it is left out. */
function wordsIn({ exec, args, heredocs }: Instruction): readonly Word[] {
  if (exec) return exec;
  const words = wordsOf(args.text, '\\').map(({ start, end }) => wordIn(args, start, end));
  const openings = heredocs.map(({ opening }) => spanIn(args, opening.start, opening.end));
  return words.filter((word) => !openings.some(({ start, end }) => word.start >= start && word.end <= end));
}

function sourceOf(word: Word, keyword: string, file: FileContext, scope: Scope): CopySource {
  const at = place(file, word);
  const { value, text } = resolve(word.text, at, scope, file.escapeWith);
  const remote = keyword === 'ADD' ? remoteOf(text) : null;
  const spread = remote === null && isSpread(text);
  return { text: value, likely: likelyOf(text), remote, spread, at };
}

/** `.env.$STAGE` is a file of its kind whatever the stage; `$FILE` may be anything. */
function likelyOf(text: string): string | null {
  if (!text.includes(hole)) return text;
  const last = text.slice(text.lastIndexOf('/') + 1);
  return last.replaceAll(hole, '') === '' ? null : text.replaceAll(hole, 'x');
}

function remoteOf(text: string): CopySource['remote'] {
  if (/^git@|^ssh:\/\/|^git:\/\//.test(text)) return 'git';
  if (!/^https?:\/\//.test(text)) return null;
  return /^[^?]*\.git(#|\?|$)/.test(text) ? 'git' : 'url';
}

function isSpread(text: string): boolean {
  return /^\.?\/*$|[*?[]/.test(text) || text.endsWith('/') || /^\.\/+\.?$/.test(text);
}

/** `explicit` for a source that is known to lie in the context. */
export function contextPath(source: CopySource): Value<string> {
  if (source.text.state === 'unknown') return source.text;
  const parts: string[] = [];
  for (const part of source.text.value.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return explicit(parts.join('/'), source.at);
}

function place({ uri }: FileContext, { start, end }: Span): Location {
  return { source: uri, start, end };
}
