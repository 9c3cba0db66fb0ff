import type { DotenvEntry, DotenvFile } from '../../lang/dotenv.ts';
import { type Piece, parseTemplate, type Substitution } from '../../lang/interpolation.ts';
import type { Variable } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';
import { byDefault, explicit, type Unknown, unresolved, type Value } from '../../model/value.ts';

/** Where the variables of a project come from. */
export interface Variables {
  /** Given by the user; they beat every file. */
  readonly given: Readonly<Record<string, string>>;
  /** `.env` files, the first that knows a name answers. */
  readonly files: readonly DotenvFile[];
  /** A `.env` file that is there and could not be read: it might set anything. */
  readonly lost: Unknown | undefined;
  /** Names that were looked up; undefined while one is being looked up, and for what no file knows. */
  readonly known: Map<string, Resolved | undefined>;
  /** How many look-ups are under way, one within the other. */
  depth: number;
}

/** Longer values are given up: variables that stand for each other can double without end. */
const maxLength = 65_536;
const maxNames = 1_000;
const maxDepth = 100;

/** A text with its variables replaced. */
export interface Resolved {
  /** What is not known stays in it as `${NAME}`. */
  readonly text: string;
  readonly missing: readonly string[];
  readonly origin: Variable['origin'];
  /** The variables that took part. */
  readonly names: readonly string[];
}

/** Replaces variables as compose does. */
export function resolve(template: string, variables: Variables): Resolved {
  if (!template.includes('$')) return { text: template, missing: [], origin: 'literal', names: [] };
  return joined(parseTemplate(template), variables);
}

/** The same as a value: unknown when a variable is. */
export function resolvedValue(template: string, at: Location, variables: Variables): Value<string> {
  const { text, missing, origin, names } = resolve(template, variables);
  const [first] = missing;
  if (first !== undefined) return variables.lost ?? unresolved(`${first} is unset`, at);
  if (origin === 'default') return byDefault(text, at, `default of ${names.join(', ')}`);
  if (origin === 'env-file') return { state: 'inherited', value: text, at };
  return explicit(text, at);
}

/** The value that a `.env` file gives a name, its own variables replaced. */
export function lookUp(name: string, variables: Variables): Resolved | undefined {
  if (variables.known.has(name)) return variables.known.get(name);
  variables.known.set(name, undefined);
  if (variables.depth >= maxDepth) return undefined;
  variables.depth += 1;
  const found = find(name, variables);
  variables.depth -= 1;
  variables.known.set(name, found);
  return found;
}

function find(name: string, variables: Variables): Resolved | undefined {
  const given = Object.hasOwn(variables.given, name) ? variables.given[name] : undefined;
  if (given !== undefined) return { text: given, missing: [], origin: 'argument', names: [name] };
  for (const file of variables.files) {
    const entry = entryOf(file, name);
    if (!entry || entry.value === null) continue;
    const { text, missing } = entry.expands
      ? resolve(entry.value, variables)
      : { text: entry.value, missing: [] };
    return { text, missing, origin: 'env-file', names: [name] };
  }
  return undefined;
}

const indexes = new WeakMap<DotenvFile, ReadonlyMap<string, DotenvEntry>>();

function entryOf(file: DotenvFile, name: string): DotenvEntry | undefined {
  let index = indexes.get(file);
  if (!index) {
    index = new Map(file.entries.map((entry) => [entry.name, entry]));
    indexes.set(file, index);
  }
  return index.get(name);
}

const rank: Readonly<Record<Variable['origin'], number>> = {
  literal: 0,
  argument: 1,
  'env-file': 2,
  default: 3,
  outside: 4,
};

function joined(pieces: readonly Piece[], variables: Variables): Resolved {
  const parts = pieces.map((piece) =>
    typeof piece === 'string'
      ? { text: piece, missing: [], origin: 'literal' as const, names: [] }
      : substitute(piece, variables),
  );
  const names = parts.flatMap((part) => part.names);
  if (parts.reduce((length, { text }) => length + text.length, 0) > maxLength || names.length > maxNames)
    return { text: '', missing: names.slice(0, 1), origin: 'outside', names: names.slice(0, 1) };
  return {
    text: parts.map(({ text }) => text).join(''),
    // The first few tell enough.
    missing: [...new Set(parts.flatMap(({ missing }) => missing))].slice(0, 8),
    origin: parts.reduce<Variable['origin']>(
      (most, { origin }) => (rank[origin] > rank[most] ? origin : most),
      'literal',
    ),
    names,
  };
}

function substitute(piece: Substitution, variables: Variables): Resolved {
  const { name, operator, operand } = piece;
  const found = lookUp(name, variables);
  const unknown = { text: `\${${name}}`, missing: [name], origin: 'outside' as const, names: [name] };
  if (!found && variables.lost) return unknown;
  const isSet = found !== undefined && (found.text !== '' || !operator.startsWith(':'));
  if (operator === ':-' || operator === '-') return isSet ? found : instead();
  if (operator === ':+' || operator === '+')
    return isSet ? instead() : { ...unknown, text: '', missing: [], origin: 'default' };
  return found ?? unknown;

  function instead(): Resolved {
    const other = joined(operand, variables);
    const origin = other.missing.length > 0 ? 'outside' : 'default';
    return { ...other, origin, names: [name, ...other.names] };
  }
}
