import { PolicyError, type PolicyFault } from './fault.ts';
import type { PolicyFile } from './file.ts';
import { hint } from './nearest.ts';
import validate from './validate.generated.ts';
import type { Path, Written } from './written.ts';

/** What the schema's validator says; the part of ajv's errors that is used. */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly examples?: readonly unknown[];
  };
  readonly data?: unknown;
}

/** Holds a policy against the schema. Throws a PolicyError that names every fault with its place. */
export function policyOf(written: Written): PolicyFile {
  const holds = validate as unknown as ((data: unknown) => boolean) & {
    errors?: readonly SchemaError[] | null;
  };
  if (!holds(written.data)) {
    const faults = (holds.errors ?? []).flatMap((error) => faultOf(error, written) ?? []);
    throw new PolicyError(faults);
  }
  // The schema has just been held against it.
  return written.data as PolicyFile;
}

function faultOf(error: SchemaError, written: Written): PolicyFault | undefined {
  const path = pathOf(error.instancePath, written.data);
  const { params } = error;
  switch (error.keyword) {
    // Its branch has said what is wrong.
    case 'if':
      return undefined;
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      return written.faultAtKey(
        [...path, key],
        unknownKey(key, Object.keys(error.parentSchema?.properties ?? {})),
      );
    }
    case 'required': {
      const key = String(params['missingProperty']);
      return written.fault(path, `${nameOf(path)} lacks ${key}${missingHints[key] ?? ''}`);
    }
    default:
      return written.fault(path, `${nameOf(path)} ${expectation(error)}`);
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  return `there is no key ${key} here${hint(key, known, `; there are ${known.filter((name) => name !== '$schema').join(', ')}`)}`;
}

const missingHints: Readonly<Record<string, string>> = {
  version: '; add version: 1',
  expires: '; add the last day on which it counts, as expires: 2026-12-31',
  owner: '; add who answers for it',
  reason: '; add why, in ten characters or more',
  coverage: '; add coverage: full, partial or none',
  scope: '; add a scope, or put the settings under checks',
};

function expectation({ keyword, params, data, parentSchema }: SchemaError): string {
  const given = typeof data === 'string' || typeof data === 'number' ? ` ${data}` : '';
  switch (keyword) {
    case 'enum': {
      const values = (params['allowedValues'] as readonly unknown[]).map(String);
      return `cannot be${given || ' this'}${hint(String(data), values, `; it is ${listed(values)}`)}`;
    }
    case 'const':
      return `must be ${String(params['allowedValue'])}`;
    case 'type':
      return `must be ${listed([params['type']].flat().map((type) => typeNames[String(type)] ?? String(type)))}`;
    case 'pattern':
      return `cannot be${given}; it is something such as ${(parentSchema?.examples ?? []).join(' or ')}`;
    case 'minLength':
      return Number(params['limit']) > 1
        ? `must have ${params['limit']} characters or more`
        : 'must not be empty';
    case 'minItems':
    case 'minProperties':
      return 'must not be empty';
    case 'minimum':
      return `must be ${params['limit']} or more`;
    default:
      return `does not fit (${keyword})`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping of keys to values',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `/waivers/0/check` → `['waivers', 0, 'check']`; a number is an index where there is a list. */
function pathOf(pointer: string, data: unknown): Path {
  let held = data;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(held) ? Number(name) : name;
      held = typeof held === 'object' && held !== null ? Reflect.get(held, key) : undefined;
      return key;
    });
}

/** `waivers[0].check`, or `the policy` for all of it. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the policy';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}
