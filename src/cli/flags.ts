import type { ParamValue } from '../check.ts';
import { nearest } from '../policy/nearest.ts';
import { type Policy, selects } from '../policy/policy.ts';
import { UsageError } from './error.ts';
import { checkRecords, families } from './registry.ts';
import type { ScanOptions } from './scan.ts';
import { pairs } from './values.ts';

/** The policy as the flags change it. */
export async function flagged(policy: Policy, options: ScanOptions): Promise<Policy> {
  const { failOn, select = [], ignore = [], param = [] } = options;
  if (failOn === undefined && select.length + ignore.length + param.length === 0) return policy;
  const known = families.flatMap(({ ids }) => ids);
  const params = paramsOf(param, known);
  return {
    ...policy,
    select: select.length > 0 ? await patternsOf(select, known) : policy.select,
    ignore: [...policy.ignore, ...(await patternsOf(ignore, known))],
    params: { ...policy.params, ...merged(policy.params, params) },
    gate: { ...policy.gate, failOn: failOn ?? policy.gate.failOn },
  };
}

/** Ids and `family/*` stay as they are; the checks of other selectors are looked up. */
async function patternsOf(given: readonly string[], known: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of given) {
    if (pattern === '*' || known.includes(pattern) || fitsFamily(pattern, known)) found.push(pattern);
    else found.push(...(await (await import('./catalogue.ts')).selectedIds(pattern)));
  }
  return found;
}

function fitsFamily(pattern: string, known: readonly string[]): boolean {
  return pattern.endsWith('/*') && known.some((id) => id.startsWith(pattern.slice(0, -1)));
}

type ParamTable = Readonly<Record<string, Readonly<Record<string, ParamValue>>>>;

function merged(before: Policy['params'], flags: ParamTable): ParamTable {
  return Object.fromEntries(Object.entries(flags).map(([id, params]) => [id, { ...before[id], ...params }]));
}

function paramsOf(given: readonly string[], known: readonly string[]): ParamTable {
  const found: Record<string, Record<string, ParamValue>> = {};
  for (const [key, value] of Object.entries(pairs(given, '--param'))) {
    const dot = key.lastIndexOf('.');
    const id = key.slice(0, dot);
    if (dot === -1 || !known.includes(id))
      throw new UsageError(`--param ${key}: there is no check ${id || key}${didYouMean(id || key, known)}`);
    const name = key.slice(dot + 1);
    const defaults = checkRecords(new Set([id])).get(id)?.params ?? {};
    const byDefault = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (byDefault === undefined) {
      const names = Object.keys(defaults);
      const others = names.length === 0 ? '; it has none' : `; there are ${names.join(', ')}`;
      throw new UsageError(`--param ${key}: ${id} has no parameter ${name}${others}`);
    }
    found[id] = { ...found[id], [name]: paramValue(key, value, byDefault) };
  }
  return found;
}

/** The text in the type of the default; items of a list stand between semicolons. */
function paramValue(key: string, text: string, byDefault: ParamValue): ParamValue {
  if (typeof byDefault === 'string') return text;
  if (typeof byDefault === 'object') {
    const items = text.split(';').filter((item) => item !== '');
    return typeof byDefault[0] === 'number' ? items.map(Number) : items;
  }
  const value =
    typeof byDefault === 'number' ? Number(text) : text === 'true' ? true : text === 'false' ? false : text;
  if (typeof value !== typeof byDefault || Number.isNaN(value))
    throw new UsageError(
      `--param ${key}=${text}: must be ${typeof byDefault === 'number' ? 'a number' : 'true or false'}`,
    );
  return value;
}

function didYouMean(wrong: string, names: readonly string[]): string {
  const name = nearest(wrong, names);
  return name === undefined ? ' (hardpan checks lists them)' : `; did you mean ${name}?`;
}

/** Whether a flag takes a check out that the policy asks. */
export function drops(before: Policy, after: Policy, id: string, tier: string): boolean {
  return selects(before, id, tier) && !selects(after, id, tier);
}
