import { type Known, type Many, type Unknown, unresolved, type Value } from '../../model/value.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';

/** Blocks that do not look at what stands around them. */
const tops = new Set(['http', 'stream', 'mail', 'main', 'events']);

/** Directives that nobody writes around all servers: in their absence from a server the default stands. */
function isRareAtTop(name: string): boolean {
  return /^(allow|deny|satisfy|auth_\w+|\w+_by_lua\w*|js_access|ssl_verify_client|autoindex|fancyindex|client_max_body_size|root|alias|internal)$/.test(
    name,
  );
}

/** What may stand in a block unseen and could be one of these directives. */
export function gapsFor(block: Block, names: readonly string[]): readonly Unknown[] {
  return block.gaps
    .filter(({ only }) => only === null || names.some((name) => only.has(name)))
    .map(({ unknown }) => unknown);
}

/** The nearest level that sets a directive; unknown when a nearer one may, null when none does. */
export function nearest(
  block: Block,
  names: readonly string[],
):
  | { readonly statements: readonly Statement[]; readonly own: boolean; readonly level: Block }
  | Unknown
  | null {
  for (let level: Block | null = block; level; level = level.parent) {
    const statements = statementsOf(level, names);
    if (statements.length > 0) return { statements, own: level === block, level };
    const [gap] = gapsFor(level, names);
    if (gap) return gap;
    if (level.around && !(level.around.plain && names.every(isRareAtTop))) return level.around.unknown;
    if (tops.has(level.name)) return null;
  }
  return null;
}

/** Statements of these names in one block, in the order of the text. */
export function statementsOf(block: Block, names: readonly string[]): readonly Statement[] {
  const [only = ''] = names;
  if (names.length === 1) return named(block, only);
  const present = names.filter((name) => block.byName.has(name));
  const [single = ''] = present;
  if (present.length < 2) return named(block, single);
  return block.statements.filter(({ name }) => present.includes(name));
}

/** A directive of which one counts: the nearest definition, else the default. */
export function setting<T>(
  block: Block,
  name: string,
  read: (args: readonly string[]) => T,
  otherwise: Value<T>,
): Value<T> {
  const found = nearest(block, [name]);
  if (found === null) return otherwise;
  if ('state' in found) return found;
  // nginx refuses a second one in the same block, save where it counts the last.
  const statement = found.statements.at(-1);
  return statement ? readFrom(statement, found.own, read) : otherwise;
}

/** A directive that counts only where it is written. */
export function ownSetting<T>(
  block: Block,
  name: string,
  read: (args: readonly string[]) => T,
  otherwise: Value<T>,
): Value<T> {
  const statement = named(block, name).at(-1);
  if (statement) return readFrom(statement, true, read);
  return gapsFor(block, [name])[0] ?? otherwise;
}

function readFrom<T>(statement: Statement, own: boolean, read: (args: readonly string[]) => T): Value<T> {
  const opaque = opaqueWord(statement);
  if (opaque) return opaque;
  const state: Known<T>['state'] = own ? 'explicit' : 'inherited';
  return { state, value: read(statement.args.map(({ text }) => text)), at: placeOf(statement) };
}

/** A word that is filled in by something else before nginx reads it. */
export function opaqueWord(statement: Statement): Unknown | undefined {
  const word = statement.args.find(({ text, template }) => template || isPlaceholder(text));
  return (
    word && unresolved(`"${word.text}" is filled in before nginx reads it`, placeOfWord(statement, word))
  );
}

/** Upper-case names are what `envsubst` fills in; nginx's own variables are in lower case. */
export function isPlaceholder(text: string): boolean {
  return /\$(\{[A-Z][A-Z0-9_]*\}|[A-Z][A-Z0-9_]*\b)/.test(text);
}

/** Directives that count all together: any at a level hides all those of the levels above. */
export function listed<T>(
  block: Block,
  names: readonly string[],
  make: (statement: Statement) => T | null,
): Many<T> {
  const found = nearest(block, names);
  if (found === null) return { items: [], missing: [] };
  if ('state' in found) return { items: [], missing: [found] };
  const items: T[] = [];
  const missing: Unknown[] = [...gapsFor(found.level, names)];
  for (const statement of found.statements) {
    const opaque = opaqueWord(statement);
    const item = opaque ? null : make(statement);
    if (item !== null) items.push(item);
    if (opaque) missing.push(opaque);
  }
  return { items, missing };
}
