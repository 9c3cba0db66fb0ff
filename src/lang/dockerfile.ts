import type { Span } from '../source.ts';
import { withHeredocs } from './dockerfile-heredoc.ts';
import { instructionIn } from './dockerfile-instruction.ts';
import { continuationIn, directiveIn, type Line, lineAt } from './dockerfile-line.ts';
import { afterBlanks } from './dockerfile-words.ts';
import { joiner, type Logical, type Word } from './logical.ts';

export interface Dockerfile {
  /** `syntax`, `escape`, `check`: only before the first instruction. */
  readonly directives: readonly Directive[];
  readonly escapeWith: '\\' | '`';
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Span[];
  readonly faults: readonly Fault[];
}

export interface Directive extends Span {
  readonly name: string;
  readonly value: string;
}

export interface Instruction extends Span {
  /** In upper case. */
  readonly keyword: string;
  readonly keywordEnd: number;
  readonly flags: readonly Flag[];
  /** What follows the flags. */
  readonly args: Logical;
  /** The items of the exec form, when the arguments are a valid JSON array of strings. */
  readonly exec: readonly Word[] | null;
  readonly heredocs: readonly Heredoc[];
  /** What ONBUILD puts off. */
  readonly trigger?: Instruction;
}

export interface Flag extends Span {
  readonly name: string;
  /** Without quotes; null when it has none. */
  readonly value: string | null;
}

export interface Heredoc {
  readonly name: string;
  /** Whether variables in it are replaced: its name is not quoted. */
  readonly expand: boolean;
  /** The words that open it, in `args`. */
  readonly opening: Span;
  /** Its lines, without leading tabs where `<<-` says so. */
  readonly body: Logical;
  /** Behind the line that closes it. */
  readonly end: number;
}

export interface Fault extends Span {
  readonly code: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What is known while a file is read from top to bottom. */
export interface Scan {
  readonly text: string;
  readonly directives: Directive[];
  readonly comments: Span[];
  readonly faults: Fault[];
  escapeWith: '\\' | '`';
  /** Where the next line begins. */
  place: number;
  /** How many here-documents were not closed. */
  unclosed: number;
  /** Lines that are no instructions may be the text of such a one. */
  inUnclosed: boolean;
}

/** Reads a Dockerfile by BuildKit's line rules; never throws, and goes on after every fault. */
export function scanDockerfile(text: string): Dockerfile {
  const scan = scanFrom(text);
  const instructions: Instruction[] = [];
  let directing = true;
  while (scan.place < text.length) {
    const line = lineAt(text, scan.place);
    scan.place = line.next;
    if (text[line.first] === '#') {
      scan.comments.push({ start: line.first, end: line.end });
      if (directing) directing = direct(scan, line);
      continue;
    }
    directing = false;
    if (line.first === line.end) continue;
    const logical = joined(scan, line);
    if (afterBlanks(logical.text, 0) < logical.text.length)
      instructions.push(withHeredocs(instructionIn(logical, scan), scan));
  }
  const { directives, escapeWith, comments, faults } = scan;
  return { directives, escapeWith, instructions, comments, faults };
}

function scanFrom(text: string): Scan {
  const place = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const empty = { directives: [], comments: [], faults: [] };
  return { text, ...empty, escapeWith: '\\', place, unclosed: 0, inUnclosed: false };
}

/** Takes a comment as a parser directive; false when it is none, which ends them. */
function direct(scan: Scan, line: Line): boolean {
  const directive = directiveIn(scan.text, line);
  if (!directive) return false;
  const { name, value, start, end } = directive;
  if (!/^(syntax|escape|check)$/.test(name)) return true;
  const fault = (code: string, message: string) =>
    scan.faults.push({ code, message, severity: 'error', start, end });
  if (scan.directives.some((one) => one.name === name)) {
    fault('repeated-directive', `the directive ${name} may be given once`);
    return true;
  }
  scan.directives.push(directive);
  if (name === 'escape') {
    if (value === '\\' || value === '`') scan.escapeWith = value;
    else fault('bad-escape', 'the escape character is either \\ or `');
  }
  return true;
}

/** The line with those that continue it; comments and empty lines between them fall out. */
function joined(scan: Scan, first: Line): Logical {
  const { text } = scan;
  const only = continuationIn(text, first.first, first.end, scan.escapeWith) === undefined;
  if (only) return { text: text.slice(first.first, first.end), starts: [0], offsets: [first.first] };
  const parts = joiner();
  let line: Line | undefined = first;
  let start = first.first;
  while (line) {
    const cut = continuationIn(text, start, line.end, scan.escapeWith);
    parts.add(text.slice(start, cut ?? line.end), start);
    line = cut === undefined ? undefined : following(scan);
    start = line?.start ?? start;
  }
  return parts.done(first.first);
}

function following(scan: Scan): Line | undefined {
  const { text } = scan;
  let empty: Line | undefined;
  let next: Line | undefined;
  while (!next && scan.place < text.length) {
    const line = lineAt(text, scan.place);
    scan.place = line.next;
    if (line.first === line.end) empty ??= line;
    else if (text[line.first] === '#') scan.comments.push({ start: line.first, end: line.end });
    else next = line;
  }
  if (empty && next) {
    const message = 'an empty line in the middle of an instruction is about to become an error';
    const { start, end } = empty;
    scan.faults.push({ code: 'empty-continuation', message, severity: 'warning', start, end });
  }
  return next;
}
