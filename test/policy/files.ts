import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import type { Catalogue } from '../../src/policy/file.ts';
import { type Library, layersOf } from '../../src/policy/layers.ts';
import { mappingOf, type Resolved, resolve } from '../../src/policy/resolve.ts';
import { readWritten } from '../../src/policy/written.ts';
import { allChecks } from '../examples.ts';

const checks = await allChecks();

/** All checks, as policies see them. */
export const catalogue: Catalogue = new Map(
  [...checks].map(([id, { severity, confidence, tier, risk, params, doc }]) => {
    const { compliance = {}, was = [] } = doc ?? {};
    return [id, { severity, confidence, tier, risk, params, compliance, was }];
  }),
);

export const shipped: readonly string[] = readdirSync('policies')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

const builtin = Object.fromEntries(
  shipped.map((name) => {
    const file = `policies/${name}.yaml`;
    return [name, readWritten(file, readFileSync(file, 'utf8')).data];
  }),
);

export const today = Date.parse('2026-06-01');

/** The first of these files, or a shipped policy, with all that it extends. */
export function resolved(files: Readonly<Record<string, string>> | string): Resolved {
  const library: Library = {
    builtin,
    read: (path) => (typeof files === 'string' ? undefined : files[path]),
    from: (file, path) => join(file, '..', path),
  };
  const name = typeof files === 'string' ? `builtin:${files}` : (Object.keys(files)[0] ?? '');
  const layers = layersOf(name, library);
  const all = shipped.flatMap((one) => layersOf(`builtin:${one}`, library));
  return resolve(layers, { catalogue, mapping: mappingOf([...all, ...layers], catalogue), now: today });
}

/** What is wrong with a policy, one line a fault. */
export function faultsOf(files: Readonly<Record<string, string>>): string {
  try {
    resolved(files);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  return '';
}
