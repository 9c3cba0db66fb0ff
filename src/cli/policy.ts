import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { daysUntil } from '../policy/day.ts';
import { difference } from '../policy/difference.ts';
import { printable } from '../policy/fault.ts';
import { hint } from '../policy/nearest.ts';
import { resolvedText } from '../policy/show.ts';
import { yamlLines } from '../policy/yaml-text.ts';
import { checkCatalogue, mappingFor } from './catalogue.ts';
import { configFiles, configName, topFolder } from './config.ts';
import { UsageError } from './error.ts';
import { readText, resolvedFrom, told } from './policy-files.ts';
import { shippedPolicies } from './registry.ts';

/** Writes a hardpan.yaml to begin with; never over one that is there. */
export function init(file: string | undefined, parent: string): void {
  const name = parent.replace(/^builtin:/, '');
  const names = Object.keys(shippedPolicies());
  if (!names.includes(name))
    throw new UsageError(
      `no policy ${name} comes with hardpan${hint(name, names, `; there are ${names.join(', ')}`)}`,
    );
  const target = file ?? relative(process.cwd(), join(topFolder(process.cwd()), configName));
  try {
    writeFileSync(target, template(name), { flag: 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const message = exists ? 'exists already' : cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${target}: ${message}; nothing was written`);
  }
  print(`${target} written; hardpan policy show --resolved tells what it comes to`);
}

function template(parent: string): string {
  return `# What hardpan asks here and when it fails. hardpan policy lint checks this file.
version: 1
extends: ["builtin:${parent}"]

# gate:
#   failOn: high            # critical, high, medium, low, info or none
#   newOnly: true           # with a baseline: only what is new fails

# checks:
#   nginx/server-tokens: off
#   iam/key-age: { severity: high, params: { days: 60 } }

# overrides:
#   - name: the old shop is switched off in spring
#     scope: { paths: ["legacy/**"] }
#     checks: { nginx/tls-protocols: low }

# What the files cannot tell.
# facts:
#   tlsTerminatedBy: { value: cloudflare, owner: ops@example.org, expires: 2027-06-30 }
#   backups: { value: snapshots of the provider, owner: ops@example.org, expires: 2027-06-30 }
`;
}

/** Says of each policy that it can be used, and what will soon not count any more. */
export async function lint(names: readonly string[], now = Date.now()): Promise<void> {
  const targets = names.length > 0 ? names.map((name) => [name]) : [[]];
  for (const target of targets) {
    const { policy, layers } = await told(() => read(target, now));
    const own = layers.map(({ written }) => written.file).filter((name) => !name.startsWith('builtin:'));
    const file = target[0] ?? (own.join(', ') || 'no hardpan.yaml counts here; the defaults are');
    const overdue = policy.waivers.filter(({ expires }) => daysUntil(expires, now) <= soon);
    print(`${file}: fine`);
    for (const { message, subject } of policy.notices) print(`  ${subject}: ${message}`);
    for (const { at, check, expires } of overdue)
      print(
        `  ${at}: the waiver for ${check} ${daysUntil(expires, now) > 0 ? 'ends' : 'ended'} on ${expires}`,
      );
  }
}

const soon = 30;

/** Prints policies as they are written, or all that they come to together. */
export async function show(
  names: readonly string[],
  { resolved, now = Date.now() }: { readonly resolved?: boolean; readonly now?: number },
): Promise<void> {
  if (resolved) {
    const { resolved: found, layers } = await told(() => read(names, now));
    for (const line of resolvedText(found, layers, checkCatalogue())) print(line);
    return;
  }
  const { config } = configFiles(process.cwd());
  for (const target of names.length > 0 ? names : [config ?? 'builtin:recommended'])
    for (const line of await linesOf(target, now)) print(line);
}

/** A shipped policy, or a file as it is written once it is known to be usable. */
async function linesOf(target: string, now: number): Promise<Iterable<string>> {
  const data = shippedPolicies()[target.replace(/^builtin:/, '')];
  if (typeof data === 'object' && data !== null) return yamlLines({ ...data }, () => undefined);
  await told(() => read([target], now));
  return (readText(target) ?? '').trimEnd().split('\n');
}

/** Prints what the second policy changes. Returns 1 when it lets more through. */
export async function diff(before: string, after: string, now = Date.now()): Promise<number> {
  const catalogue = checkCatalogue();
  const old = await told(() => read([before], now));
  const young = await told(() => read([after], now));
  const mapping = mappingFor([...old.layers, ...young.layers], catalogue);
  const found = difference(old.resolved, young.resolved, { catalogue, mapping, now });
  for (const way of ['removed', 'loosened', 'added', 'tightened'] as const)
    for (const one of found.filter((candidate) => candidate.way === way))
      print(`${way.padEnd(9)}  ${one.what}`);
  if (found.length === 0) print('They come to the same');
  const lets = found.filter(({ way }) => way === 'removed' || way === 'loosened');
  return lets.length > 0 ? 1 : 0;
}

function read(names: readonly string[], now: number) {
  const { config, waivers } = configFiles(process.cwd());
  const isConfig = names.length === 0;
  const references = isConfig ? (config === undefined ? [] : [config]) : names;
  const { resolved, layers } = resolvedFrom(references, isConfig ? waivers : undefined, now);
  return { policy: resolved.policy, resolved, layers };
}

function print(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
