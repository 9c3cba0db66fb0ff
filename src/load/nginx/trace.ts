import {
  builtin,
  decoded,
  fixed,
  join,
  splitVariables,
  type Taint,
  untold,
} from '../../facts/nginx-variables.ts';
import type { NginxOrigin } from '../../model/nginx.ts';
import { assignments } from './assignments.ts';
import {
  isPathLike,
  limitedPath,
  type Match,
  ofCondition,
  ofGroup,
  ofLocation,
  ofPattern,
  ofRewrite,
  originOfGroup,
} from './matches.ts';
import { type Block, named, type Statement } from './tree.ts';

/** Definitions lead to one another; further than this, or through more of them, nobody follows. */
const farthest = 8;
const mostSteps = 500;

interface Walk {
  readonly depth: number;
  readonly spent: { steps: number };
}

function start(): Walk {
  return { depth: 0, spent: { steps: 0 } };
}

function deeper({ depth, spent }: Walk): Walk {
  return { depth: depth + 1, spent };
}

function isOver({ depth, spent }: Walk): boolean {
  spent.steps += 1;
  return depth > farthest || spent.steps > mostSteps;
}

export interface TracedVariable extends Taint {
  readonly name: string;
  readonly because: string;
  readonly from: NginxOrigin | null;
}

/** Every variable in the text, traced to what it can hold at this statement. */
export function traceText(text: string, statement: Statement): readonly TracedVariable[] {
  return splitVariables(text).flatMap((part) =>
    typeof part === 'string' ? [] : [traced(part.name, statement)],
  );
}

function traced(name: string, statement: Statement): TracedVariable {
  const { taint, because, from = null } = trace(name, statement, start());
  return { name: `$${name}`, ...taint, because, from };
}

interface Traced {
  readonly taint: Taint;
  readonly because: string;
  readonly from?: NginxOrigin | null;
}

function trace(name: string, statement: Statement, walk: Walk): Traced {
  if (isOver(walk)) return { taint: untold, because: '' };
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return { taint: untold, because: '' };
  if (/^\d+$/.test(name)) return capture(Number(name), statement, walk);
  const written = assignments(name, statement);
  if (written.length > 0) return assigned(name, written, walk);
  const known = builtin(name);
  if (known)
    return {
      taint: isPathLike(name) ? limitedPath(known, statement) : known,
      because: '',
      from: { by: 'variable', name },
    };
  const inMap = mapped(name, statement, walk);
  if (inMap) return inMap;
  return namedCapture(name, statement, walk) ?? { taint: untold, because: '' };
}

function assigned(name: string, written: readonly Statement[], walk: Walk): Traced {
  const values = written.map((one) =>
    one.name === 'set'
      ? traceValue(one.args[1]?.text ?? '', one, deeper(walk), ofSet)
      : { taint: untold, because: '' },
  );
  const taint = values.map((value) => value.taint).reduce(join, fixed);
  const text = written.map(({ args }) => args[1]?.text ?? '').find((one) => one.includes('$'));
  const from = values.map((value) => value.from ?? null).find((one) => one !== null) ?? null;
  return { taint, because: text === undefined ? '' : `$${name} is set to ${text}`, from };
}

/** `set` encodes numbered groups again, as a rewrite does; named ones stay as they are. */
function ofSet(name: string, traced: Traced): Traced {
  return /^\d+$/.test(name) ? { ...traced, taint: { ...traced.taint, breaks: 'none' } } : traced;
}

function traceValue(
  text: string,
  statement: Statement,
  walk: Walk,
  change: (name: string, traced: Traced) => Traced = (_, traced) => traced,
): Traced {
  const parts = splitVariables(text).flatMap((part) =>
    typeof part === 'string' ? [] : [change(part.name, trace(part.name, statement, walk))],
  );
  const from =
    parts.find(({ taint }) => taint.control === 'client' || taint.control === 'vhost')?.from ?? null;
  return { taint: parts.map(({ taint }) => taint).reduce(join, fixed), because: '', from };
}

/** `map`, `geo`, `split_clients`: the worst of what the table can yield. */
function mapped(name: string, statement: Statement, walk: Walk): Traced | undefined {
  const table = tableOf(name, statement);
  if (!table?.block) return undefined;
  if (table.name !== 'map') return { taint: fixed, because: '' };
  const source = table.args[0]?.text ?? '';
  const { taint: subject, from = null } = traceValue(source, table, deeper(walk));
  let taint = fixed;
  for (const entry of table.block.statements) {
    const result = entry.args[0]?.text ?? '';
    for (const part of splitVariables(result)) {
      if (typeof part === 'string') continue;
      taint = join(taint, ofEntry(part.name, entry, subject, walk));
    }
  }
  return { taint, because: taint === fixed ? '' : `$${name} is mapped from ${source}`, from };
}

function ofEntry(name: string, entry: Statement, subject: Taint, walk: Walk): Taint {
  const match = ofPattern(entry.directive.word.text, subject);
  if (!match) return trace(name, entry, deeper(walk)).taint;
  const held = ofNamed(name, match);
  return held ?? trace(name, entry, deeper(walk)).taint;
}

function ofNamed(name: string, match: Match): Taint | undefined {
  const index = /^\d+$/.test(name)
    ? Number(name) - 1
    : (match.regex?.groups.findIndex((group) => group.name === name) ?? -1);
  return index < 0 ? undefined : ofGroup(index, match);
}

function tableOf(name: string, statement: Statement): Statement | undefined {
  let top = statement.parent;
  while (top.parent && top.name !== 'http' && top.name !== 'stream') top = top.parent;
  for (const directive of ['map', 'geo', 'split_clients']) {
    const found = named(top, directive).find(({ args }) => args.at(-1)?.text === `$${name}`);
    if (found) return found;
  }
  return undefined;
}

function capture(number: number, statement: Statement, walk: Walk): Traced {
  if (number === 0) return { taint: decoded, because: '' };
  const matches = matchesAt(statement, walk).filter(({ regex }) => !regex || regex.groups.length >= number);
  const [first] = matches;
  if (!first) return { taint: fixed, because: '' };
  const taint = matches.map((match) => ofGroup(number - 1, match)).reduce(join, fixed);
  const because = `$${number} is taken from ${first.written}`;
  return { taint, because, from: originOfGroup(number, first) };
}

function namedCapture(name: string, statement: Statement, walk: Walk): Traced | undefined {
  const holders = matchesAt(statement, walk, true);
  for (const match of holders) {
    const index = match.regex?.groups.findIndex((group) => group.name === name) ?? -1;
    if (index >= 0) {
      const because = `$${name} is taken from ${match.written}`;
      return { taint: ofGroup(index, match), because, from: originOfGroup(index + 1, match) };
    }
  }
  return undefined;
}

/** Regular expressions whose groups the statement may name: its own, then those before and around it. */
function matchesAt(statement: Statement, walk: Walk, all = false): readonly Match[] {
  const own = ofRewrite(statement);
  if (own && !all) return [own];
  const found: Match[] = own ? [own] : [];
  for (let block: Block | null = statement.parent; block; block = block.parent) {
    found.push(...rewritesBefore(statement, block));
    const match = ofBlock(block, walk);
    if (match) found.push(...match);
    // The groups of a condition replace those of the location around it.
    if (match && block.name === 'if' && !all) return match;
  }
  return found;
}

function rewritesBefore({ directive, uri }: Statement, block: Block): readonly Match[] {
  return named(block, 'rewrite')
    .filter((one) => one.directive.start < directive.start || one.uri !== uri)
    .flatMap((one) => ofRewrite(one) ?? []);
}

function ofBlock(block: Block, walk: Walk): readonly Match[] | undefined {
  const { statement } = block;
  if (block.name === 'location' && statement) return ofLocation(statement);
  if (block.name === 'if' && statement)
    return ofCondition(statement, (name) => trace(name, statement, deeper(walk)).taint);
  if (block.name !== 'server') return undefined;
  const host = builtin('host') ?? untold;
  return named(block, 'server_name')
    .flatMap(({ args }) => args)
    .flatMap(({ text }) => ofPattern(text, host) ?? []);
}
