import type { DotenvFile } from '../../lang/dotenv.ts';
import type { Variable } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';
import { byDefault, explicit, type Unknown, unresolved, type Value } from '../../model/value.ts';
import { entryAt, environmentFiles, type Named } from './paths.ts';
import type { Service } from './projects.ts';
import { resolved, rough } from './read.ts';
import { type Entry, listAt, type Table, tableAt } from './settings.ts';
import { lookUp, resolve, resolvedValue, type Variables } from './variables.ts';
import { wordsOf } from './words.ts';
import type { World } from './world.ts';

export interface Environment {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly missing: readonly Unknown[];
}

/** Variables of a service: its `env_file`s in order, then its `environment`. */
export function environmentOf(service: Service, world: World): Environment {
  if (service.doubt) return { variables: {}, missing: [service.doubt] };
  const { found, missing } = fromFiles(service, world);
  const own = variablesIn(service, tableAt(service.table, 'environment'));
  return { variables: Object.fromEntries([...found, ...own]), missing };
}

function fromFiles(
  service: Service,
  world: World,
): { readonly found: ReadonlyMap<string, Variable>; readonly missing: readonly Unknown[] } {
  const found = new Map<string, Variable>();
  const missing: Unknown[] = service.gap ? [service.gap] : [];
  for (const named of environmentFiles(service.table, service.variables, world.listing)) {
    const file = named.uri === undefined ? undefined : world.environment(named.uri);
    if (!file || named.uri === undefined) missing.push(absent(named, world));
    else
      for (const [name, variable] of fromFile(file, named.uri, service.variables, named.raw))
        found.set(name, variable);
  }
  // What an unread file says may stand over an earlier one; one that is not in the tree leaves what is.
  const doubt = missing.find(({ sort }) => sort === 'unseen');
  if (doubt) for (const [name, variable] of found) found.set(name, { ...variable, value: doubt });
  return { found, missing };
}

function absent({ uri, text, required }: Named, { listing, lost }: World): Unknown {
  if (uri !== undefined && entryAt(listing, uri)) return lost(uri);
  return unresolved(`the ${required ? '' : 'optional '}env_file ${text.text} is not in the tree`, text.at);
}

/** Variables, labels or build arguments that a table sets. */
export function variablesIn(
  service: Service,
  table: Table | undefined,
): readonly (readonly [string, Variable])[] {
  return [...(table?.entries ?? [])].map(([name, entry]) => [name, variableOf(service, name, entry)]);
}

function variableOf(service: Service, name: string, { key, value }: Entry): Variable {
  const at: Location = {
    source: key.source,
    start: Math.min(key.start, value.at.start),
    end: Math.max(key.end, value.at.end),
  };
  if (value.kind !== 'text')
    return { value: unresolved(`${name} is not a plain value`, value.at), origin: 'literal', at };
  if (!value.isNull)
    return { value: resolved(service, value), origin: resolve(value.text, service.variables).origin, at };
  const passed = lookUp(name, service.variables);
  if (!passed || passed.missing.length > 0)
    return { value: unresolved(`${name} is passed in from outside`, at), origin: 'outside', at };
  return { value: { state: 'inherited', value: passed.text, at }, origin: passed.origin, at };
}

function fromFile(
  file: DotenvFile,
  source: string,
  variables: Variables,
  raw: boolean,
): readonly (readonly [string, Variable])[] {
  const own: Variables = { ...variables, files: [...variables.files, file], known: new Map(), depth: 0 };
  return file.entries.map(({ name, value, expands, start, end, valueStart, valueEnd }) => {
    const at = { source, start, end };
    const place = { source, start: valueStart, end: valueEnd };
    if (value === null)
      return [name, { value: unresolved(`${name} is passed in from outside`, at), origin: 'outside', at }];
    const known: Value<string> = expands && !raw ? resolvedValue(value, place, own) : explicit(value, place);
    return [name, { value: known, origin: 'env-file', at }];
  });
}

/** Entrypoint and command in words; null when the image decides. */
export function commandOf(service: Service): Value<readonly string[] | null> {
  if (service.doubt) return service.doubt;
  const entrypoint = wordsAt(service, 'entrypoint');
  const command = wordsAt(service, 'command');
  if (!entrypoint && !command) return service.gap ?? byDefault(null, service.key);
  const at = (command ?? entrypoint)?.at ?? service.key;
  return explicit([...(entrypoint?.words ?? []), ...(command?.words ?? [])], at);
}

/** A command written as one text or as a list. */
export function wordsAt(
  service: Service,
  name: string,
  table: Table = service.table,
): { readonly words: readonly string[]; readonly at: Location } | undefined {
  const value = table.entries.get(name)?.value;
  if (!value || (value.kind === 'text' && value.isNull)) return undefined;
  const words =
    value.kind === 'text'
      ? wordsOf(rough(service, value))
      : listAt(table, name).flatMap((item) => (item.kind === 'text' ? [rough(service, item)] : []));
  return { words, at: value.at };
}
