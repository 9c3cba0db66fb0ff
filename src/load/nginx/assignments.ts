import { splitVariables } from '../../facts/nginx-variables.ts';
import { type Block, named, type Statement } from './tree.ts';

/** Values that are set from others; further than this nobody follows them. */
const farthest = 8;

/** Statements that give the variable a value, on the way from the statement up to its server, `if` blocks included. */
export function assignments(name: string, statement: Statement): readonly Statement[] {
  const found: Statement[] = [];
  for (let block: Block | null = statement.parent; block; block = block.parent) {
    found.push(...(settersIn(block).get(name) ?? []));
  }
  return found;
}

/** What sets variables in a block and its conditions, by the variable's name. */
function settersIn(block: Block): ReadonlyMap<string, readonly Statement[]> {
  const known = setters.get(block);
  if (known) return known;
  const found = new Map<string, Statement[]>();
  const blocks = [block, ...named(block, 'if').flatMap((one) => one.block ?? [])];
  for (const part of blocks) {
    for (const [directive, statements] of part.byName) {
      if (!/^(set|auth_request_set|set_by_lua\w*|perl_set|js_set|set_\w+)$/.test(directive)) continue;
      for (const one of statements) note(found, one);
    }
  }
  setters.set(block, found);
  return found;
}

/** Other modules than `set` name the variable first or second. */
function note(found: Map<string, Statement[]>, statement: Statement): void {
  const words = statement.args.slice(0, statement.name === 'set' ? 1 : 2);
  for (const { text } of words) {
    const name = /^\$(\w+)$/.exec(text)?.[1];
    if (name === undefined) continue;
    const list = found.get(name);
    if (list) list.push(statement);
    else found.set(name, [statement]);
  }
}

const setters = new WeakMap<Block, ReadonlyMap<string, readonly Statement[]>>();

/** The text with variables replaced that can only have one value; null when one can have several or is not known. */
export function constantText(text: string, statement: Statement, depth = 0): string | null {
  if (depth > farthest) return null;
  let made = '';
  for (const part of splitVariables(text)) {
    const value = typeof part === 'string' ? part : constantOf(part.name, statement, depth);
    if (value === null) return null;
    made += value;
  }
  return made;
}

/** The text with every variable written out that is set in one place only; the others stay. */
export function expandText(text: string, statement: Statement, depth = 0): string {
  if (depth > farthest || text.length > 4096) return text;
  return splitVariables(text)
    .map((part) => {
      if (typeof part === 'string') return part;
      const [only, more] = assignments(part.name, statement);
      const value = only?.name === 'set' && !more ? only.args[1]?.text : undefined;
      return value === undefined || !only ? `\${${part.name}}` : expandText(value, only, depth + 1);
    })
    .join('');
}

function constantOf(name: string, statement: Statement, depth: number): string | null {
  const written = assignments(name, statement);
  const texts = new Set(written.map((one) => (one.name === 'set' ? one.args[1]?.text : undefined)));
  const [only] = texts;
  if (texts.size !== 1 || only === undefined || !written[0]) return null;
  return constantText(only, written[0], depth + 1);
}
