import type { Catalogue } from './file.ts';
import { fitsText } from './glob.ts';
import type { Layer } from './lint.ts';
import type { Resolved } from './resolve.ts';
import { yamlLines } from './yaml-text.ts';

/** What a policy comes to, as a policy of one file that means the same; behind each setting, which file sets it. */
export function* resolvedText(
  { policy, merged, locks }: Resolved,
  layers: readonly Layer[],
  catalogue: Catalogue,
): Generator<string> {
  yield `# resolved from ${layers.map(({ written }) => written.file).join(', ') || 'the defaults'}`;
  const count = policy.select.length || [...catalogue.values()].filter(({ tier }) => tier !== 'style').length;
  yield `# asks ${count} of ${catalogue.size} checks`;
  for (const [standard, controls] of byStandard(policy.controls))
    yield `# maps ${controls} controls of ${standard}`;
  const ids = [...new Set([...Object.keys(policy.severity), ...Object.keys(policy.params)])].sort();
  const { denyFor, ...suppressions } = policy.suppressions;
  const denied = [...denyFor.checks, ...denyFor.severities.map((severity) => `severity=${severity}`)];
  const data = {
    version: 1,
    name: policy.name,
    locked: some(locks.map(({ setting }) => setting)),
    select: policy.select.length > 0 ? { include: policy.select } : undefined,
    scope: policy.scope,
    gate: { ...policy.gate, max: full(policy.gate.max) },
    suppressions: { ...suppressions, ...(denied.length > 0 ? { denyFor: denied } : {}) },
    facts: full(Object.fromEntries([...merged.facts].map(([name, { given, raw }]) => [name, raw ?? given]))),
    checks: full(Object.fromEntries(ids.map((id) => [id, settingOf(id, policy)]))),
    overrides: some(policy.overrides.map(overrideEntry)),
    waivers: some(merged.waivers.map(({ entry }) => entry)),
  };
  const origin = ([part = '', key = '', ...deeper]: readonly string[]): string | undefined => {
    if (deeper.length > 0 || !/^(gate|suppressions|facts|checks|scope)$/.test(part)) return undefined;
    if (key === '') return part === 'scope' ? merged.origins.get(part) : undefined;
    if (part !== 'checks') return merged.origins.get(`${part}.${key}`) ?? 'default';
    // Settings of an id count more than those of patterns, the last pattern most.
    const pattern = merged.checks.has(key)
      ? key
      : [...merged.checks.keys()].findLast((name) => fitsText(name, key));
    return merged.origins.get(`checks.${pattern}`);
  };
  yield* yamlLines(data, origin);
}

function settingOf(id: string, { severity, params, notes }: Resolved['policy']): object {
  return { severity: severity[id], params: params[id], note: notes[id] };
}

function overrideEntry({
  name,
  scope,
  off,
  severity,
  params,
}: Resolved['policy']['overrides'][number]): object {
  const ids = [...new Set([...off, ...Object.keys(severity), ...Object.keys(params)])];
  const checks = ids.map((id) => [
    id,
    { enabled: off.includes(id) ? false : undefined, severity: severity[id], params: params[id] },
  ]);
  return { name, scope, checks: Object.fromEntries(checks) };
}

function byStandard(controls: Resolved['policy']['controls']): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { standard } of controls) found.set(standard.id, (found.get(standard.id) ?? 0) + 1);
  return found;
}

function some<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}

function full<T extends object>(map: T): T | undefined {
  return Object.keys(map).length > 0 ? map : undefined;
}
