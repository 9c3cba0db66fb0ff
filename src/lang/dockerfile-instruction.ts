import type { Span } from '../source.ts';
import type { Flag, Instruction, Scan } from './dockerfile.ts';
import { afterBlanks, isSpace, wordEnd } from './dockerfile-words.ts';
import { type Logical, sliceOf, spanIn, type Word, wordIn } from './logical.ts';

interface Keyword {
  readonly name: string;
  /** Flags that it may carry. */
  readonly flags: readonly string[];
  /** Whether its arguments may be a JSON array. */
  readonly exec: boolean;
  /** Whether it may stand alone, to no effect or to take back what is inherited. */
  readonly bare: boolean;
}

const flagsOf: Readonly<Record<string, string>> = {
  FROM: 'platform',
  RUN: 'mount network security device',
  COPY: 'from chown chmod link parents exclude',
  ADD: 'chown chmod link keep-git-dir checksum exclude unpack',
  HEALTHCHECK: 'interval timeout start-period start-interval retries',
};

const keywords: ReadonlyMap<string, Keyword> = new Map(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'
    .split(' ')
    .map((name): [string, Keyword] => [
      name,
      {
        name,
        flags: flagsOf[name]?.split(' ') ?? [],
        exec: /^(ADD|COPY|CMD|ENTRYPOINT|RUN|SHELL|VOLUME|HEALTHCHECK)$/.test(name),
        bare: /^(RUN|CMD|ENTRYPOINT)$/.test(name),
      },
    ]),
);

/** A line of a template language is none of the builder's. */
const templated = /^(\{[{%#]|<%|%[>}]|@@)/;
/** Flags that mean something without a value. */
const switches = /^(link|parents|keep-git-dir|unpack)$/;

const none: readonly never[] = [];

/** Reads one joined line: keyword, flags, arguments, exec form. */
export function instructionIn(line: Logical, scan: Scan, isTrigger = false): Instruction {
  const { text } = line;
  const first = afterBlanks(text, 0);
  let place = first;
  while (place < text.length && !isSpace(text.charCodeAt(place))) place += 1;
  const written = text.slice(first, place);
  const known = keywords.get(written) ?? keywords.get(written.toUpperCase());
  const keyword = known?.name ?? written.toUpperCase();
  const end = endOf(text);
  const span = spanIn(line, first, end);
  const keywordEnd = spanIn(line, first, place).end;
  const keywordSpan = { start: span.start, end: keywordEnd };
  place = afterBlanks(text, place);
  const flags: Flag[] = [];
  if (known && text.startsWith('--', place)) place = readFlags(line, place, flags, known, scan);
  const args = sliceOf(line, place, Math.max(place, end));
  if (known) {
    scan.inUnclosed = false;
    if (args.text === '' && !known.bare)
      fault(scan, 'missing-argument', `${keyword} needs an argument`, keywordSpan);
  } else if (!scan.inUnclosed && !templated.test(keyword))
    fault(scan, 'unknown-instruction', `${shown(keyword)} is no instruction of a Dockerfile`, keywordSpan);
  // Written out: spreading costs more than all the rest here.
  const { start } = span;
  if (keyword === 'ONBUILD' && args.text !== '' && !isTrigger) {
    const trigger = triggerIn(args, scan, keywordSpan);
    return { start, end: span.end, keyword, keywordEnd, flags, args, exec: null, heredocs: none, trigger };
  }
  const exec = known?.exec ? execIn(keyword, args, scan) : null;
  return { start, end: span.end, keyword, keywordEnd, flags, args, exec, heredocs: none };
}

function fault(scan: Scan, code: string, message: string, { start, end }: Span): void {
  scan.faults.push({ code, message, severity: 'error', start, end });
}

function checkFlag({ name: keyword, flags }: Keyword, flag: Flag, scan: Scan): void {
  const name = shown(flag.name);
  if (!flags.includes(flag.name)) fault(scan, 'unknown-flag', `${keyword} knows no flag --${name}`, flag);
  else if (flag.value === null && !switches.test(flag.name))
    fault(
      scan,
      'flag-without-value',
      `--${name} needs its value behind an equals sign, without a blank`,
      flag,
    );
}

function triggerIn(args: Logical, scan: Scan, at: Span): Instruction {
  const trigger = instructionIn(args, scan, true);
  if (/^(ONBUILD|FROM|MAINTAINER)$/.test(trigger.keyword))
    fault(scan, 'bad-trigger', `${trigger.keyword} cannot be put off by ONBUILD`, at);
  return trigger;
}

/** BuildKit takes words that begin with `--` as flags, up to the first that does not. */
function readFlags(line: Logical, from: number, into: Flag[], keyword: Keyword, scan: Scan): number {
  const { text } = line;
  const { escapeWith } = scan;
  let place = from;
  while (text.startsWith('--', place)) {
    const end = wordEnd(text, place, escapeWith);
    if (end === place + 2) return afterBlanks(text, end);
    const word = text.slice(place + 2, end);
    const equals = word.indexOf('=');
    const flag: Flag = {
      name: (equals === -1 ? word : word.slice(0, equals)).toLowerCase(),
      value: equals === -1 ? null : word.slice(equals + 1).replace(/["']/g, ''),
      ...spanIn(line, place, end),
    };
    checkFlag(keyword, flag, scan);
    into.push(flag);
    place = afterBlanks(text, end);
  }
  return place;
}

function execIn(keyword: string, args: Logical, scan: Scan): readonly Word[] | null {
  const skip = keyword === 'HEALTHCHECK' ? (/^\S*\s*/.exec(args.text)?.[0].length ?? 0) : 0;
  if (!args.text.startsWith('[', skip)) return null;
  const text = args.text.slice(skip);
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
  if (!text.endsWith(']')) return undefined;
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
