import type { Span } from '../source.ts';
import type { Flag, Instruction, Scan } from './dockerfile.ts';
import { afterBlanks, isSpace, wordEnd } from './dockerfile-words.ts';
import { type Logical, sliceOf, spanIn, type Word, wordIn } from './logical.ts';

/** Keywords and the flags that each may carry. */
const flagsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['FROM', ['platform']],
  ['RUN', ['mount', 'network', 'security', 'device']],
  ['COPY', ['from', 'chown', 'chmod', 'link', 'parents', 'exclude']],
  ['ADD', ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'exclude', 'unpack']],
  ['HEALTHCHECK', ['interval', 'timeout', 'start-period', 'start-interval', 'retries']],
  ...'ARG CMD ENTRYPOINT ENV EXPOSE LABEL MAINTAINER ONBUILD SHELL STOPSIGNAL USER VOLUME WORKDIR'
    .split(' ')
    .map((keyword): [string, readonly string[]] => [keyword, []]),
]);

/** These may stand alone, to no effect or to take back what is inherited. */
const mayBeEmpty = /^(RUN|CMD|ENTRYPOINT)$/;
/** A line of a template language is none of the builder's. */
const templated = /^(\{[{%#]|<%|%[>}]|@@)/;
/** Flags that mean something without a value. */
const switches = /^(link|parents|keep-git-dir|unpack)$/;

const takesExec = /^(ADD|COPY|CMD|ENTRYPOINT|RUN|SHELL|VOLUME|HEALTHCHECK)$/;

/** Reads one joined line: keyword, flags, arguments, exec form. */
export function instructionIn(line: Logical, scan: Scan, isTrigger = false): Instruction {
  const { text } = line;
  const first = afterBlanks(text, 0);
  let place = first;
  while (place < text.length && !isSpace(text.charCodeAt(place))) place += 1;
  const keyword = text.slice(first, place).toUpperCase();
  const keywordSpan = spanIn(line, first, place);
  const fault: Report = (code, message, span = keywordSpan) =>
    scan.faults.push({ code, message, severity: 'error', start: span.start, end: span.end });

  const known = flagsOf.get(keyword);
  const flags: Flag[] = [];
  place = known ? readFlags(line, place, flags, scan.escapeWith) : afterBlanks(text, place);
  const args = sliceOf(line, place, Math.max(place, endOf(text)));
  if (known) {
    scan.inUnclosed = false;
    for (const flag of flags) checkFlag(keyword, flag, known, fault);
    if (args.text === '' && !mayBeEmpty.test(keyword))
      fault('missing-argument', `${keyword} needs an argument`);
  } else if (!scan.inUnclosed && !templated.test(keyword))
    fault('unknown-instruction', `${shown(keyword)} is no instruction of a Dockerfile`);
  const { start, end } = spanIn(line, first, endOf(text));
  const keywordEnd = keywordSpan.end;
  // Written out: spreading costs more than all the rest here.
  if (keyword === 'ONBUILD' && args.text !== '' && !isTrigger) {
    const trigger = triggerIn(args, scan, fault);
    return { start, end, keyword, keywordEnd, flags, args, exec: null, heredocs: [], trigger };
  }
  const exec = takesExec.test(keyword) ? execIn(keyword, args, scan) : null;
  return { start, end, keyword, keywordEnd, flags, args, exec, heredocs: [] };
}

type Report = (code: string, message: string, span?: Span) => void;

function checkFlag(keyword: string, flag: Flag, known: readonly string[], fault: Report): void {
  const name = shown(flag.name);
  if (!known.includes(flag.name)) fault('unknown-flag', `${keyword} knows no flag --${name}`, flag);
  else if (flag.value === null && !switches.test(flag.name))
    fault('flag-without-value', `--${name} needs its value behind an equals sign, without a blank`, flag);
}

function triggerIn(args: Logical, scan: Scan, fault: Report): Instruction {
  const trigger = instructionIn(args, scan, true);
  if (/^(ONBUILD|FROM|MAINTAINER)$/.test(trigger.keyword))
    fault('bad-trigger', `${trigger.keyword} cannot be put off by ONBUILD`);
  return trigger;
}

/** BuildKit takes words that begin with `--` as flags, up to the first that does not. */
function readFlags(line: Logical, from: number, into: Flag[], escapeWith: string): number {
  const { text } = line;
  let place = afterBlanks(text, from);
  while (text.startsWith('--', place)) {
    const end = wordEnd(text, place, escapeWith);
    if (end === place + 2) return afterBlanks(text, end);
    const word = text.slice(place + 2, end);
    const equals = word.indexOf('=');
    into.push({
      name: (equals === -1 ? word : word.slice(0, equals)).toLowerCase(),
      value: equals === -1 ? null : word.slice(equals + 1).replace(/["']/g, ''),
      ...spanIn(line, place, end),
    });
    place = afterBlanks(text, end);
  }
  return place;
}

function execIn(keyword: string, args: Logical, scan: Scan): readonly Word[] | null {
  const skip = keyword === 'HEALTHCHECK' ? (/^\S*\s*/.exec(args.text)?.[0].length ?? 0) : 0;
  const text = args.text.slice(skip);
  if (!text.startsWith('[')) return null;
  const items = parsed(text);
  if (Array.isArray(items) && items.every((item) => typeof item === 'string'))
    return wordsOfArray(args, skip, items);
  const span = spanIn(args, skip, args.text.length);
  if (Array.isArray(items)) {
    scan.faults.push({
      code: 'exec-not-strings',
      message: 'the exec form takes strings only',
      severity: 'error',
      ...span,
    });
  } else if (/^\[\s*'/.test(text) || (keyword !== 'RUN' && /^\[\s*"[^"]*"\s*[,\]]/.test(text))) {
    const message = `this is not JSON, so ${keyword} takes it as a line for the shell, brackets and all`;
    scan.faults.push({ code: 'exec-not-json', message, severity: 'warning', ...span });
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no fault here: BuildKit falls back to the shell form, and the caller says so where it matters.
    return undefined;
  }
}

/** Places of the strings of an array that is known to be valid. */
function wordsOfArray(args: Logical, from: number, items: readonly string[]): readonly Word[] {
  const { text } = args;
  let place = from;
  return items.map((item) => {
    const start = text.indexOf('"', place) + 1;
    let end = start;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    place = end + 1;
    return { ...wordIn(args, start, end), text: item };
  });
}

function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function shown(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
