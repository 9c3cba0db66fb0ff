import type { NginxExit, NginxSink, NginxVariable } from '../../model/nginx.ts';
import type { Many } from '../../model/value.ts';
import { gapsFor, isPlaceholder } from './effective.ts';
import { type TracedVariable, traceText } from './trace.ts';
import { type Block, named, placeOf, type Statement } from './tree.ts';

/** Says what `$host` is worth in a server. */
export type HostTrust = 'closed' | 'open' | 'unknown';

/** This block and the conditions in it, with the words of the condition. */
function conditionals(block: Block): readonly { readonly block: Block; readonly condition: string | null }[] {
  const inner = named(block, 'if').flatMap((one) => one.block ?? []);
  return [{ block, condition: null }, ...inner.map((one) => ({ block: one, condition: conditionOf(one) }))];
}

/** `return` and `rewrite` in the order in which they stand, those of conditions in their place. */
export function exitsOf(block: Block): Many<NginxExit> {
  const items = conditionals(block)
    .flatMap(({ block: part, condition }) =>
      [...named(part, 'return'), ...named(part, 'rewrite')].flatMap((one) => exitOf(one, condition) ?? []),
    )
    .sort((a, b) => (a.at.source === b.at.source ? a.at.start - b.at.start : 0));
  return { items, missing: gapsFor(block, ['return', 'rewrite']) };
}

function exitOf(statement: Statement, condition: string | null): NginxExit | null {
  return statement.name === 'return' ? returnOf(statement, condition) : rewriteOf(statement, condition);
}

function returnOf(statement: Statement, condition: string | null): NginxExit | null {
  const [first, second = ''] = statement.args.map(({ text }) => text);
  if (first === undefined) return null;
  const isCode = /^\d{3}$/.test(first);
  const code = isCode ? Number(first) : isUrl(first) ? 302 : null;
  return {
    by: 'return',
    code,
    flag: '',
    target: isCode ? second : first,
    condition,
    always: condition === null,
    at: placeOf(statement),
  };
}

function rewriteOf(statement: Statement, condition: string | null): NginxExit {
  const [pattern = '', target = '', flag = ''] = statement.args.map(({ text }) => text);
  const code = flag === 'permanent' ? 301 : flag === 'redirect' || isUrl(target) ? 302 : null;
  const always = condition === null && code !== null && everything.test(pattern);
  return { by: 'rewrite', code, flag, target, condition, always, at: placeOf(statement) };
}

/** Expressions that fit every path. */
const everything = /^\^?\/?(\(?\.[*+]\)?)?\$?$/;

function isUrl(target: string): boolean {
  return /^(https?:\/\/|\$scheme)/.test(target);
}

/** This block with all that is written for some of its requests only. */
export function parts(block: Block): readonly Block[] {
  const limited = named(block, 'limit_except').flatMap((one) => one.block ?? []);
  return [...conditionals(block).map((one) => one.block), ...limited];
}

/** Values written in this block, or in a condition of it, that are sent on as a header, redirect or request line. */
export function sinksOf(block: Block, trust: HostTrust): Many<NginxSink> {
  const names = [...sinkKinds.keys()];
  const items = parts(block).flatMap((part) =>
    [...sinkKinds].flatMap(([name, into]) =>
      named(part, name).flatMap((statement) => sinkOf(statement, into, conditionOf(part), trust) ?? []),
    ),
  );
  return { items, missing: parts(block).flatMap((part) => gapsFor(part, names)) };
}

const sinkKinds: ReadonlyMap<string, NginxSink['into']> = new Map([
  ['return', 'redirect'],
  ['rewrite', 'redirect'],
  ['add_header', 'header'],
  ['add_trailer', 'header'],
  ['more_set_headers', 'header'],
  ['proxy_set_header', 'request-header'],
  ['grpc_set_header', 'request-header'],
  ['proxy_pass', 'request-line'],
]);

/** Words of the condition that opens the block. */
function conditionOf({ name, statement }: Block): string | null {
  return name === 'if' && statement ? statement.args.map(({ text }) => text).join(' ') : null;
}

function sinkOf(
  statement: Statement,
  into: NginxSink['into'],
  condition: string | null,
  trust: HostTrust,
): NginxSink | undefined {
  const text = sentOn(statement);
  if (text === undefined || !text.includes('$') || isPlaceholder(text)) return undefined;
  const traced = traceText(text, statement);
  // The groups of a rewrite are escaped again on their way into a redirect.
  const uses = statement.name === 'rewrite' ? traced.filter(({ name }) => !/^\$\d/.test(name)) : traced;
  if (uses.length === 0) return undefined;
  return {
    by: statement.name,
    into,
    uses: uses.map((use) => settle(use, trust)),
    always:
      into !== 'header' || statement.args[2]?.text === 'always' || statement.name === 'more_set_headers',
    condition,
    at: placeOf(statement),
  };
}

/** The part of the statement that goes out; undefined when nothing does. */
function sentOn(statement: Statement): string | undefined {
  const texts = statement.args.map(({ text }) => text);
  switch (statement.name) {
    case 'return': {
      const exit = exitOf(statement, null);
      return exit?.code && [301, 302, 303, 307, 308].includes(exit.code) ? exit.target : undefined;
    }
    case 'rewrite':
      return exitOf(statement, null)?.code ? texts[1] : undefined;
    case 'proxy_pass':
      return texts[0];
    default:
      return texts.slice(0, 2).join(' ');
  }
}

/** `$host` is the name of the server where only requests for its names can get there. */
export function settle({ control, hosts, ...rest }: TracedVariable, trust: HostTrust): NginxVariable {
  if (control !== 'vhost') return { ...rest, control, hosts };
  if (trust === 'closed') return { ...rest, control: 'server', hosts: false };
  return { ...rest, control: trust === 'open' ? 'client' : 'unknown', hosts };
}
