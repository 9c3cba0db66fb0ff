import type { Many, Resource } from '../../src/check.ts';
import type { Variable } from '../../src/model/common.ts';

export interface NamedVariable extends Variable {
  readonly name: string;
}

/** The variables that an environment sets, with why there may be more. */
export function variablesOf({
  variables,
  missing = [],
}: Resource<'process.environment'>): Many<NamedVariable> {
  return { items: Object.entries(variables).map(([name, variable]) => ({ name, ...variable })), missing };
}

/** The variable of the first of these names that is set. */
export function variableOf(
  { variables }: Resource<'process.environment'>,
  ...names: readonly string[]
): NamedVariable | undefined {
  const name = names.find((one) => Object.hasOwn(variables, one));
  const variable = name === undefined ? undefined : variables[name];
  return name === undefined || !variable ? undefined : { name, ...variable };
}

/** Whether a setting reads as switched on. */
export function isOn(text: string | null): boolean {
  return /^(1|true|yes|on|y|t)$/i.test(text?.trim() ?? '');
}

/** Whether a setting reads as switched off. */
export function isOff(text: string | null): boolean {
  return /^(0|false|no|off|n|f|none|disabled?)$/i.test(text?.trim() ?? '');
}

/**
 * Whether a question about these products, or about variables of these names, concerns the environment: the image
 * says so, a variable does, or what could not be read might.
 */
export function concerns(
  { product, variables, missing = [] }: Resource<'process.environment'>,
  products: readonly string[],
  names: RegExp,
): boolean {
  if (missing.some(({ sort }) => sort === 'unseen')) return true;
  if (Object.keys(variables).some((name) => names.test(name))) return true;
  return product.state === 'unknown' ? product.sort === 'unseen' : products.includes(product.value ?? '');
}
