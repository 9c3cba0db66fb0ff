import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { PolicyError } from '../policy/fault.ts';
import { fitsText } from '../policy/glob.ts';
import { flagKeys, type Library, layersOf } from '../policy/layers.ts';
import type { Layer } from '../policy/lint.ts';
import type { Lock } from '../policy/locks.ts';
import { isWaivers } from '../policy/merge.ts';
import { hint } from '../policy/nearest.ts';
import type { Policy } from '../policy/policy.ts';
import { type Resolved, resolve } from '../policy/resolve.ts';
import { change } from '../policy/strictness.ts';
import { checkCatalogue, mappingFor } from './catalogue.ts';
import type { ConfigFiles, IsGiven, Settled } from './config.ts';
import { UsageError } from './error.ts';
import { drops, flagged } from './flags.ts';
import { shippedPolicies } from './registry.ts';
import type { ScanOptions } from './scan.ts';
import { bytesIn } from './values.ts';

/** Text of a file; undefined when it is not there. */
export type ReadText = (path: string) => string | undefined;

/**
 * The policy of `-p`, else of the config, with the waivers that lie in the tree, and above it the flags.
 *
 * @param read reads another state of the tree than the one on disk, as `--since` does
 */
export async function fromFiles(
  options: ScanOptions,
  files: ConfigFiles,
  isGiven: IsGiven,
  read: ReadText = readText,
): Promise<Settled> {
  const { policy: asked = files.config === undefined ? [] : [files.config] } = options;
  return told(async () => {
    const { resolved, layers } = resolvedFrom(asked, files.waivers, options.now ?? Date.now(), read);
    const own =
      options.policy === undefined ? layers.find(({ written }) => written.file === files.config) : undefined;
    const all = own ? { ...options, ...optionsOf(own, isGiven) } : options;
    const policy = await flagged(resolved.policy, all);
    refuseLoosening(resolved, policy);
    return { policy, options: all };
  });
}

/** A faulty policy is the user's to set right. */
export async function told<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof PolicyError ? new UsageError(cause.message) : cause;
  }
}

interface Read {
  readonly resolved: Resolved;
  readonly layers: readonly Layer[];
}

/** Files and shipped policies, laid over each other in this order; without any, what hardpan does by itself. */
export function resolvedFrom(
  references: readonly string[],
  waivers: string | undefined,
  now: number,
  read: ReadText = readText,
): Read {
  const library = libraryOf(read);
  const found = new Map<string, Layer>();
  for (const reference of references)
    for (const layer of layersOf(nameOf(reference, library), library)) found.set(layer.written.file, layer);
  if (waivers !== undefined) found.set(waivers, waiversLayer(waivers, library));
  const layers = [...found.values()];
  const catalogue = checkCatalogue();
  return {
    layers,
    resolved: resolve(layers, { catalogue, mapping: mappingFor(layers, catalogue), now }),
  };
}

/** A shipped policy by its name, else a file. */
function nameOf(reference: string, { builtin, read }: Library): string {
  if (reference.startsWith('builtin:')) return reference;
  if (Object.hasOwn(builtin, reference)) return `builtin:${reference}`;
  const path = isAbsolute(reference) ? reference : normalize(reference);
  if (read(path) !== undefined) return path;
  const names = Object.keys(builtin);
  throw new UsageError(
    `-p ${reference}: no such file, and no policy of that name comes with hardpan${hint(reference, names, `; there are ${names.join(', ')}`)}`,
  );
}

function waiversLayer(path: string, library: Library): Layer {
  const [layer] = layersOf(path, library);
  if (!layer) throw new UsageError(`${path}: no such file`);
  const other = Object.keys(layer.file).find((key) => !isWaivers({ [key]: null }));
  if (other !== undefined)
    throw new PolicyError([
      layer.written.faultAtKey([other], `${other} belongs to hardpan.yaml; this file holds waivers only`),
    ]);
  return layer;
}

function libraryOf(read: ReadText): Library {
  return { builtin: shippedPolicies(), read, from: (file, path) => join(dirname(file), path) };
}

const largest = 1024 * 1024;

export function readText(path: string): string | undefined {
  try {
    const { size } = statSync(path);
    if (size > largest) throw new UsageError(`${path}: is larger than a policy may be (1 MiB)`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(
      `${path}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** Flags that the config sets and nobody gave. Files are named from its folder, and written below it only. */
function optionsOf({ written, file }: Layer, isGiven: IsGiven): Partial<ScanOptions> {
  const folder = dirname(written.file);
  const found: Record<string, unknown> = {};
  for (const key of flagKeys) {
    const value = file[key];
    if (value === undefined || isGiven(key)) continue;
    found[key] = readers[key]?.(value, { folder, layer: { written, file }, key }) ?? value;
  }
  return found;
}

interface Place {
  readonly folder: string;
  readonly layer: Layer;
  readonly key: string;
}

const readers: Readonly<Record<string, (value: unknown, place: Place) => unknown>> = {
  root: (value, { folder }) => join(process.cwd(), folder, String(value)),
  baseline: (value, { folder }) => join(folder, String(value)),
  maxFileSize: (value, place) =>
    bytesIn(String(value)) ?? refuse(place, `${String(value)} is no size such as 32MiB`),
  var: (value, { layer: { written } }) =>
    Object.keys(Object(value)).map((name) => `${name}=${written.raw(['var', name]) ?? ''}`),
  output: (value, place) => [value].flat().map((item) => outputBelow(String(item), place)),
};

function outputBelow(item: string, place: Place): string {
  const equals = item.indexOf('=');
  if (equals === -1) return item;
  const file = item.slice(equals + 1);
  const inside = !isAbsolute(file) && !relative('.', normalize(file)).startsWith('..');
  if (!inside)
    return refuse(place, `${file} is outside of the folder of this file; give such a path with -o`);
  return `${item.slice(0, equals)}=${join(place.folder, file)}`;
}

function refuse({ layer, key }: Place, message: string): never {
  throw new PolicyError([layer.written.fault([key], message)]);
}

/** Flags may not loosen what the policy locks. */
function refuseLoosening({ policy, locks }: Resolved, flagged: Policy): void {
  const broken = locks.find((lock) => isBroken(lock, policy, flagged));
  if (broken) throw new UsageError(`a flag would loosen ${broken.setting}, which ${broken.by} locks`);
}

function isBroken({ setting }: Lock, before: Policy, after: Policy): boolean {
  if (setting === 'gate' || setting === 'gate.failOn')
    return change('gate.failOn', before.gate.failOn, after.gate.failOn) === 'looser';
  if (setting !== 'checks' && !setting.startsWith('checks.')) return false;
  const pattern = setting === 'checks' ? '*' : setting.slice('checks.'.length);
  return [...checkCatalogue()].some(
    ([id, { tier }]) =>
      fitsText(pattern, id) &&
      (drops(before, after, id, tier) ||
        JSON.stringify(before.params[id]) !== JSON.stringify(after.params[id])),
  );
}
