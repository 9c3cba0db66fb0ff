import { askedBy, idsOf, standingOf } from './effective.ts';
import { declaredFacts } from './facts.ts';
import { PolicyError, type PolicyFault } from './fault.ts';
import type { Catalogue, CheckSetting, ControlEntry } from './file.ts';
import { type Layer, lint } from './lint.ts';
import { type Lock, lockFaults } from './locks.ts';
import { lay, type Merged, nothing } from './merge.ts';
import { paramsAt } from './params.ts';
import { type Policy, recommended, severities } from './policy.ts';
import { type Mapping, selectsSeverity } from './selectors.ts';

/** What a policy is judged by: the checks there are, the controls that are mapped, and the day. */
export interface Setting {
  readonly catalogue: Catalogue;
  readonly mapping: Mapping;
  readonly now: number;
}

export interface Resolved {
  readonly policy: Policy;
  readonly locks: readonly Lock[];
  readonly merged: Merged;
}

/**
 * Lays files over each other, the last on top, and works out what they say of each check. Throws a PolicyError that
 * names every fault of the first file that has any.
 */
export function resolve(layers: readonly Layer[], setting: Setting): Resolved {
  const { catalogue, mapping } = setting;
  let merged = nothing;
  const locks: Lock[] = [];
  for (const layer of layers) {
    const faults: PolicyFault[] = [...lint(layer, catalogue, mapping)];
    const next = lay(layer, merged);
    if (locks.length > 0 && faults.length === 0) {
      const before = standingOf(merged, catalogue, mapping);
      faults.push(...lockFaults(layer, locks, before, standingOf(next, catalogue, mapping)));
    }
    if (faults.length > 0) throw new PolicyError(faults);
    for (const name of layer.file.locked ?? []) locks.push({ setting: name, by: layer.written.file });
    merged = next;
  }
  return { policy: policyFrom(merged, setting, layers), locks, merged };
}

function policyFrom(merged: Merged, setting: Setting, layers: readonly Layer[]): Policy {
  const { catalogue, mapping, now } = setting;
  const asked = askedBy(merged, catalogue, mapping);
  const rows = [...asked];
  const byDefault = rows.every(([id, { on }]) => on === (catalogue.get(id)?.tier !== 'style'));
  const select = byDefault ? [] : rows.filter(([, { on }]) => on).map(([id]) => id);
  const last = layers.at(-1);
  if (!byDefault && select.length === 0 && last)
    throw new PolicyError([
      last.written.fault(['select'], 'the policy asks no check at all; widen select.include'),
    ]);
  const isOff = (id: string): boolean => !asked.get(id)?.on && catalogue.get(id)?.tier !== 'style';
  return {
    name: merged.name,
    select,
    ignore: [],
    severity: Object.fromEntries(rows.flatMap(([id, { severity }]) => (severity ? [[id, severity]] : []))),
    params: Object.fromEntries(
      rows.flatMap(([id, { params }]) => (Object.keys(params).length > 0 ? [[id, params]] : [])),
    ),
    notes: Object.fromEntries(rows.flatMap(([id, { note }]) => (note === undefined ? [] : [[id, note]]))),
    overrides: merged.overrides.map((entry) => overrideOf(entry, setting)),
    ...(merged.scope ? { scope: merged.scope } : {}),
    gate: { ...recommended.gate, ...merged.gate },
    ...declaredFacts(merged.facts, now),
    suppressions: suppressionsOf(merged, setting),
    waivers: waiversOf(merged, setting),
    controls: merged.controls.map(({ entry, standard }) => {
      const { checks = [], mode = 'all', ...said } = entry;
      const ids = [...controlIds(entry, setting)];
      return { ...said, standard, mode, checks: ids, off: ids.filter(isOff) };
    }),
  };
}

/** A control may go by what the checks say of themselves, never by other controls: so it cannot go in circles. */
function controlIds(
  { checks = [] }: ControlEntry,
  { catalogue }: Pick<Setting, 'catalogue'>,
): ReadonlySet<string> {
  return idsOf(checks, catalogue, new Map());
}

type MergedOverride = Merged['overrides'][number];

function overrideOf(
  { name, scope, checks, written, path }: MergedOverride,
  { catalogue, mapping }: Setting,
): Policy['overrides'][number] {
  const rows = Object.entries(checks).flatMap(([key, given]) =>
    [...idsOf([key], catalogue, mapping)].map((id) => {
      const own: CheckSetting =
        given === 'off' ? { enabled: false } : typeof given === 'string' ? { severity: given } : given;
      const defaults = catalogue.get(id)?.params ?? {};
      const params = paramsAt(written, [...path, 'checks', key, 'params'], own.params ?? {}, defaults);
      return { id, own, params };
    }),
  );
  return {
    name,
    scope,
    off: rows.filter(({ own }) => own.enabled === false).map(({ id }) => id),
    severity: Object.fromEntries(
      rows.flatMap(({ id, own: { severity } }) => (severity ? [[id, severity]] : [])),
    ),
    params: Object.fromEntries(
      rows.flatMap(({ id, params }) => (Object.keys(params).length > 0 ? [[id, params]] : [])),
    ),
  };
}

function suppressionsOf({ suppressions }: Merged, { catalogue, mapping }: Setting): Policy['suppressions'] {
  const { denyFor = [], ...rest } = suppressions;
  // A severity counts as it is in the end, after context and policy, so it is compared finding by finding.
  const bySeverity = denyFor.filter((selector) => selector.startsWith('severity'));
  const others = denyFor.filter((selector) => !selector.startsWith('severity'));
  return {
    ...recommended.suppressions,
    ...rest,
    denyFor: {
      checks: [...idsOf(others, catalogue, mapping)],
      severities: severities.filter((severity) =>
        bySeverity.some((selector) => selectsSeverity(selector, severity)),
      ),
    },
  };
}

function waiversOf({ waivers }: Merged, { catalogue, mapping }: Setting): Policy['waivers'] {
  return waivers.map(({ entry, written, path }) => {
    const { check, resource, paths, fingerprint, reason, owner, expires, created } = entry;
    const [id = check] = idsOf([check], catalogue, mapping);
    return {
      check: id,
      ...(resource === undefined ? {} : { resource }),
      ...(paths === undefined ? {} : { paths }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      reason,
      owner,
      expires,
      ...(created === undefined ? {} : { created }),
      at: written.place(path),
    };
  });
}

/** Ids of checks by control, by standard, as these files map them. */
export function mappingOf(layers: readonly Layer[], catalogue: Catalogue): Mapping {
  const found = new Map<string, Map<string, readonly string[]>>();
  for (const { file } of layers) {
    if (!file.standard) continue;
    const controls = found.get(file.standard.id) ?? new Map<string, readonly string[]>();
    for (const entry of file.controls ?? []) controls.set(entry.id, [...controlIds(entry, { catalogue })]);
    found.set(file.standard.id, controls);
  }
  return found;
}
