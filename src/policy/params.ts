import type { Params, ParamValue } from '../check.ts';
import type { PolicyFault } from './fault.ts';
import type { Catalogue } from './file.ts';
import { hint } from './nearest.ts';
import type { Path, Written } from './written.ts';

interface Given {
  readonly written: Written;
  readonly path: Path;
  readonly name: string;
  /** The checks that it is given for. */
  readonly ids: readonly string[];
  readonly catalogue: Catalogue;
}

/** What is wrong with a parameter: no such name, or a value of another type than the check's own. */
export function paramFault({ written, path, name, ids, catalogue }: Given): PolicyFault | undefined {
  const known = ids.map((id) => catalogue.get(id)?.params ?? {});
  const byDefault = known.find((params) => Object.hasOwn(params, name))?.[name];
  if (byDefault === undefined) {
    const names = known.flatMap((params) => Object.keys(params));
    const who = ids.length === 1 ? ids[0] : 'these checks';
    const others = names.length === 0 ? '; it has none' : `; there are ${names.join(', ')}`;
    return written.faultAtKey(path, `${who} has no parameter ${name}${hint(name, names, others)}`);
  }
  if (paramOf(written, path, byDefault) !== undefined) return undefined;
  return written.fault(
    path,
    `${name} must be ${typeName(byDefault)}, as the default ${JSON.stringify(byDefault)}`,
  );
}

/** The value at a path in the type of the default; undefined when it is of another. */
function paramOf(written: Written, path: Path, byDefault: ParamValue): ParamValue | undefined {
  let given = written.data;
  for (const key of path)
    given = typeof given === 'object' && given !== null ? Reflect.get(given, key) : undefined;
  if (isList(byDefault)) {
    if (!Array.isArray(given)) return undefined;
    const numbers = typeof byDefault[0] === 'number';
    const items = given.map((item, index) =>
      numbers ? numberOf(item) : textAt(written, [...path, index], item),
    );
    return items.every((item) => item !== undefined) ? (items as string[] | number[]) : undefined;
  }
  if (typeof byDefault === 'string') return textAt(written, path, given);
  return typeof given === typeof byDefault ? (given as number | boolean) : undefined;
}

/** Parameters as the checks take them: texts stay as they were written. */
export function paramsAt(written: Written, path: Path, given: Params, defaults: Params): Params {
  return Object.fromEntries(
    Object.keys(given).flatMap((name) => {
      const byDefault = defaults[name];
      const value = byDefault === undefined ? undefined : paramOf(written, [...path, name], byDefault);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function isList(value: ParamValue): value is readonly string[] | readonly number[] {
  return Array.isArray(value);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** An account such as 012345678901 is a text, whatever it looks like. */
function textAt(written: Written, path: Path, given: unknown): string | undefined {
  return typeof given === 'string' || typeof given === 'number'
    ? (written.raw(path) ?? String(given))
    : undefined;
}

function typeName(value: ParamValue): string {
  if (isList(value)) return 'a list';
  return typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'true or false' : 'a text';
}
