import type { NginxDirective, NginxDocument, NginxWord } from '../../lang/nginx.ts';
import type { Location } from '../../model/location.ts';
import { type Unknown, unresolved, unseen } from '../../model/value.ts';
import type { Failure, Listing, ParsedFile } from '../../source.ts';
import { type Home, type Resolution, resolveInclude } from './paths.ts';

/** A statement where it takes effect: in the file that holds it, or in the place of the `include` that names it. */
export interface Statement {
  readonly name: string;
  readonly args: readonly NginxWord[];
  readonly uri: string;
  readonly directive: NginxDirective;
  readonly parent: Block;
  readonly block: Block | null;
}

export interface Block {
  /** Name of the directive that opens it; `main` for a file as a whole. */
  readonly name: string;
  readonly statement: Statement | null;
  readonly parent: Block | null;
  readonly statements: readonly Statement[];
  readonly byName: ReadonlyMap<string, readonly Statement[]>;
  /** What may stand in it and cannot be seen: includes, template tags. */
  readonly gaps: readonly Gap[];
  /** For the outermost block: why what stands around it is not known. */
  readonly around: Around | null;
}

export interface Around {
  readonly unknown: Unknown;
  /** Whether only a main file without peculiarities can be meant: whole servers, and no file that could not be read. */
  readonly plain: boolean;
}

interface Gap {
  readonly unknown: Unknown;
  /** The only directives that it can hide; null for any. */
  readonly only: ReadonlySet<string> | null;
}

interface Include {
  readonly statement: Statement;
  readonly resolution: Resolution;
}

export interface Grown {
  readonly block: Block;
  /** Files that were read in the place of includes. */
  readonly reached: ReadonlySet<string>;
  readonly includes: readonly Include[];
}

export interface Forest {
  /** Read each file once only: enough to learn which files there are. */
  readonly once?: boolean;
  readonly parsed: ReadonlyMap<string, ParsedFile<NginxDocument>>;
  readonly failures: readonly Failure[];
  readonly listing: Listing;
}

/** Statements that one configuration may have with its includes written out. */
const mostStatements = 300_000;
const deepestInclude = 32;

/** Writes out includes, starting from one or several files that share one outermost block. */
export function grow(
  uris: readonly string[],
  name: string,
  around: Around | null,
  home: Home,
  forest: Forest,
): Grown {
  const growth: Growth = {
    forest,
    home,
    reached: new Set(),
    includes: [],
    resolved: new Map(),
    budget: mostStatements,
  };
  const top = openBlock(name, null, null, around);
  for (const uri of uris) {
    const file = forest.parsed.get(uri);
    if (file) fill(growth, top, file.tree.directives, [uri]);
  }
  return { block: top, reached: growth.reached, includes: growth.includes };
}

interface Growth {
  readonly forest: Forest;
  readonly home: Home;
  readonly reached: Set<string>;
  readonly includes: Include[];
  readonly resolved: Map<string, Resolution>;
  budget: number;
}

/** `chain`: the files that led here by include, this one last. */
function fill(
  growth: Growth,
  block: OpenBlock,
  directives: readonly NginxDirective[],
  chain: readonly string[],
): void {
  const uri = chain.at(-1) ?? '';
  for (const directive of directives) {
    const at: Location = { source: uri, start: directive.start, end: directive.end };
    growth.budget -= 1;
    if (growth.budget < 0) {
      lose(block, unseen('the includes make too many statements', at));
      return;
    }
    if (directive.name === '')
      lose(block, unresolved('a template tag stands in the place of statements', at));
    else take(growth, block, directive, chain);
  }
}

function take(growth: Growth, block: OpenBlock, directive: NginxDirective, chain: readonly string[]): void {
  const { name, args, body } = directive;
  const inner = body === null ? null : openBlock(name, null, block, null);
  const statement = { name, args, uri: chain.at(-1) ?? '', directive, parent: block, block: inner };
  if (inner) inner.statement = statement;
  if (name === 'include' && args.length === 1) include(growth, block, statement, chain);
  else add(block, statement);
  if (inner && body) fill(growth, inner, body, chain);
}

function include(growth: Growth, block: OpenBlock, statement: Statement, chain: readonly string[]): void {
  const [word] = statement.args;
  if (!word) return;
  const { forest, home } = growth;
  const at = placeOfWord(statement, word);
  const resolution = growth.resolved.get(word.text) ?? resolveInclude(word, home, forest.listing);
  growth.resolved.set(word.text, resolution);
  growth.includes.push({ statement, resolution });
  if (resolution.state === 'outside' || resolution.state === 'missing') {
    lose(block, unseen(`the file that "include ${word.text}" names is not in the tree`, at), word.text);
  }
  for (const uri of resolution.uris) {
    const file = forest.parsed.get(uri);
    if (forest.once && growth.reached.has(uri)) continue;
    if (chain.includes(uri) || chain.length > deepestInclude) {
      lose(block, unseen(`"include ${word.text}" leads back to itself`, at));
    } else if (file) {
      growth.reached.add(uri);
      fill(growth, block, file.tree.directives, [...chain, uri]);
    } else {
      const failure = forest.failures.find((lost) => lost.uri === uri);
      lose(block, unseen(`${uri}: ${failure?.error ?? 'not read'}`, at));
    }
  }
}

/** What the file that certbot installs sets; its values depend on its age. */
const certbot = new Set(
  'ssl_protocols ssl_ciphers ssl_prefer_server_ciphers ssl_session_cache ssl_session_timeout ssl_session_tickets'.split(
    ' ',
  ),
);

function lose(block: OpenBlock, unknown: Unknown, path = ''): void {
  // One gap in a block is as good as a thousand.
  if (block.gaps.length < 20)
    block.gaps.push({ unknown, only: path.endsWith('/options-ssl-nginx.conf') ? certbot : null });
}

interface OpenBlock extends Block {
  statement: Statement | null;
  readonly statements: Statement[];
  readonly byName: Map<string, Statement[]>;
  readonly gaps: Gap[];
}

function openBlock(
  name: string,
  statement: Statement | null,
  parent: Block | null,
  around: Around | null,
): OpenBlock {
  return { name, statement, parent, statements: [], byName: new Map(), gaps: [], around };
}

function add(block: OpenBlock, statement: Statement): void {
  block.statements.push(statement);
  const same = block.byName.get(statement.name);
  if (same) same.push(statement);
  else block.byName.set(statement.name, [statement]);
}

export function placeOf({ uri, directive }: Statement): Location {
  // A block is pointed at by its head; its body may be long.
  const end = directive.body === null ? directive.end : directive.headEnd;
  return { source: uri, start: directive.start, end };
}

/** Right behind the opening brace. */
export function insideOf({ statement }: Block): Location | null {
  const open = statement?.directive.open ?? null;
  return statement && open !== null ? { source: statement.uri, start: open, end: open } : null;
}

export function placeOfWord({ uri }: Statement, { start, end }: NginxWord): Location {
  return { source: uri, start, end };
}

export function named(block: Block, name: string): readonly Statement[] {
  return block.byName.get(name) ?? [];
}
