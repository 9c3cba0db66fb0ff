import {
  type Assignment,
  type Command,
  forEachChild,
  parse,
  type Redirection,
  type SyntaxNode,
  type Word,
} from 'unbash';
import type { ShellAssignment, ShellCommand, ShellRedirect } from '../model/command.ts';
import { sliceOf } from './logical.ts';
import { roughCommands } from './shell-rough.ts';
import {
  type Emit,
  type Environment,
  placeIn,
  type RawCommand,
  type RawWord,
  type ScriptText,
} from './shell-script.ts';
import { fieldsOf } from './shell-word.ts';

/** Beyond these the parser's own time is no longer linear; the rough reader takes over. */
const longestScript = 131_072;
const mostHeredocs = 100;
/** Each level is parsed anew when it is looked at. */
const deepest = 10;

interface Context {
  readonly pipe: ShellCommand['pipe'];
  readonly feeds: number | null;
  /** Inside an `if`, a loop, a function: an assignment may not have happened. */
  readonly doubtful: boolean;
  /** How many substitutions it lies in. */
  readonly depth: number;
}

interface Walk extends ScriptText {
  readonly emit: Emit;
  /** Set in this script; null when its value is not known. */
  readonly variables: Map<string, string | null>;
  readonly known: Environment;
}

const doubtfulNodes = /^(If|Case|While|ArithmeticFor|Function|Coproc|For|Select)$/;

/** Walks a script in the order of its text. */
export function walkScript(text: ScriptText, environment: Environment, emit: Emit): void {
  const { text: script } = text.script;
  const plain = script.length <= longestScript && script.split('<<', mostHeredocs + 1).length <= mostHeredocs;
  const tree = plain ? parse(script) : undefined;
  if (!tree || (tree.errors && tree.commands.length === 0)) {
    roughCommands(text, emit, environment);
    return;
  }
  const variables = new Map<string, string | null>();
  const known: Environment = (name) => {
    const own = variables.get(name);
    return own === null ? undefined : (own ?? environment(name));
  };
  visit(tree, { pipe: null, feeds: null, doubtful: false, depth: 0 }, { ...text, emit, variables, known });
}

function visit(node: SyntaxNode, context: Context, walk: Walk): void {
  if (node.type === 'Command') visitCommand(node, context, walk);
  else if (node.type === 'Pipeline' && node.commands.length > 1) {
    walk.pipes.count += 1;
    const id = walk.pipes.count;
    for (const [index, command] of node.commands.entries())
      visit(command, { ...context, pipe: { id, index } }, walk);
  } else {
    if (node.type === 'For' || node.type === 'Select') walk.variables.set(node.name.text, null);
    // Positions in a backtick script with escapes count in a text of its own.
    if (node.type === 'Script' && (node.source !== undefined || context.depth > deepest)) return;
    const inner = innerOf(node, context);
    forEachChild(node, (child) => visit(child, inner, walk));
  }
}

function innerOf(node: SyntaxNode, context: Context): Context {
  if (node.type === 'Script') return { ...context, depth: context.depth + 1 };
  return doubtfulNodes.test(node.type) ? { ...context, doubtful: true } : context;
}

function visitCommand(node: Command, context: Context, walk: Walk): void {
  const assignments = node.prefix.filter((part) => part.type === 'Assignment');
  const words = node.name
    ? [node.name, ...node.args].flatMap((word) => fieldsOf(word, walk, walk.known))
    : [];
  const emitted = words.length > 0 ? walk.emit(commandOf(node, words, context, walk), walk.known) : null;
  if (emitted || words.length === 0)
    visitParts(node, { ...context, pipe: null, feeds: emitted?.index ?? null }, walk);
  emitted?.enter();
  const [first] = words;
  if (!first || /^(export|declare|local|readonly|typeset)$/.test(first.text)) {
    const set = first ? node.args.filter((part) => part.type === 'Assignment') : assignments;
    for (const assignment of set) assign(assignment, context, walk);
  } else if (first.text === 'read' || first.text === 'unset') {
    for (const { text } of words.slice(1)) walk.variables.set(text, null);
  }
}

/** Looks for commands in the words of a command. */
function visitParts(node: Command, within: Context, walk: Walk): void {
  for (const part of [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix]) {
    if (mayRun(part)) visit(part, part.type === 'Assignment' ? { ...within, feeds: null } : within, walk);
  }
}

/** Whether a part of a command can hold a command itself; words without one are not taken apart. */
function mayRun(part: { readonly type: string; readonly text?: string }): boolean {
  const { text } = part;
  return text === undefined || text.includes('$(') || text.includes('`') || /[<>]\(/.test(text);
}

function assign(node: Assignment, { doubtful }: Context, walk: Walk): void {
  const { name, value } = assignmentOf(node, walk);
  walk.variables.set(name, value.known && !doubtful && value.text.length < 4096 ? value.text : null);
}

function commandOf(
  node: Command,
  words: readonly RawWord[],
  { pipe, feeds }: Context,
  walk: Walk,
): RawCommand {
  const assignments = node.prefix.filter((part) => part.type === 'Assignment');
  const heredoc = node.redirects.find((redirect) => redirect.type === 'HereDoc');
  return {
    script: walk.script,
    words,
    env: assignments.map((part) => assignmentOf(part, walk)),
    redirects: node.redirects.map((redirect) => redirectOf(redirect, walk)),
    pipe,
    feeds,
    stdin: heredoc?.type === 'HereDoc' ? sliceOf(walk.script, heredoc.body.pos, heredoc.body.end) : null,
    at: placeIn(walk, node.pos, endOf(node)),
  };
}

/** The end of its words and redirections on the line; bodies of here-documents come after. */
function endOf({ pos, name, prefix, suffix }: Command): number {
  return [...prefix, ...(name ? [name] : []), ...suffix].reduce((end, part) => {
    if (part.type === 'HereDoc') return Math.max(end, part.delimiter?.end ?? end);
    return Math.max(end, part.end);
  }, pos);
}

function redirectOf(node: Redirection, walk: Walk): ShellRedirect {
  if (node.type === 'HereDoc' || !node.target) return { operator: node.operator, target: null };
  return { operator: node.operator, target: fieldsOf(node.target, walk, walk.known)[0] ?? null };
}

function assignmentOf({ name, value, append, ...node }: Assignment, walk: Walk): ShellAssignment {
  if (value.type === 'Word' && !append) {
    const [word] = fieldsOf(value as Word, walk, walk.known, false);
    return { name, value: word ?? { text: '', known: true, at: placeIn(walk, node.pos, node.end) } };
  }
  return { name, value: { text: node.text, known: false, at: placeIn(walk, node.pos, node.end) } };
}
