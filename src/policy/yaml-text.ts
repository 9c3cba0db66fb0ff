/** A scalar as YAML: plain where no reader could take it for something else, else in double quotes. */
export function plainText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPlain = /^[A-Za-z_./][\w./ @()+-]*$/.test(value) && !value.endsWith(' ') && !words.test(value);
  return isPlain || /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : JSON.stringify(value);
}

const words = /^(true|false|null|yes|no|on|y|n)$/i;

/** One line for each leaf of data that holds no cycles; lists of scalars and empty maps stay on theirs. */
export function* yamlLines(
  data: Readonly<Record<string, unknown>>,
  comment: (path: readonly string[]) => string | undefined,
  path: readonly string[] = [],
): Generator<string> {
  const indent = '  '.repeat(path.length);
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const here = [...path, key];
    const note = comment(here);
    const tail = note === undefined ? '' : `  # ${note}`;
    const name = plainText(key);
    if (isMap(value) && Object.keys(value).length > 0) {
      yield `${indent}${name}:${tail}`;
      yield* yamlLines(value, comment, here);
    } else if (Array.isArray(value) && value.some(isMap)) {
      yield `${indent}${name}:${tail}`;
      for (const item of value) yield `${indent}  - ${flow(item)}`;
    } else yield `${indent}${name}: ${flow(value)}${tail}`;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isMap(value)) return plainText(value);
  const rows = Object.entries(value).filter(([, held]) => held !== undefined);
  return `{ ${rows.map(([key, held]) => `${plainText(key)}: ${flow(held)}`).join(', ')} }`;
}
