import type { Params, Severity } from '../check.ts';
import type { Catalogue } from './file.ts';
import type { CheckStanding, Standing } from './locks.ts';
import type { Merged, MergedCheck } from './merge.ts';
import { paramsAt } from './params.ts';
import { recommended, severities } from './policy.ts';
import { type Mapping, select } from './selectors.ts';

/** How one check is asked. */
export interface Asked {
  readonly on: boolean;
  /** Only where the policy sets it. */
  readonly severity?: Severity;
  readonly params: Params;
  readonly note?: string;
}

/** The checks that selectors name; what is wrong in one was told before. */
export function idsOf(
  selectors: readonly string[],
  catalogue: Catalogue,
  mapping: Mapping,
): ReadonlySet<string> {
  return new Set(
    selectors.flatMap((selector) => {
      const found = select(selector, catalogue, mapping);
      return 'error' in found ? [] : found.ids;
    }),
  );
}

/** How each check is asked. Settings of an id count more than those of patterns, later patterns more than earlier. */
export function askedBy(merged: Merged, catalogue: Catalogue, mapping: Mapping): ReadonlyMap<string, Asked> {
  const included = idsOf(merged.include, catalogue, mapping);
  const excluded = idsOf(merged.exclude, catalogue, mapping);
  const found = new Map<string, Asked>();
  for (const [id, { tier }] of catalogue) {
    const on = (merged.include.length === 0 ? tier !== 'style' : included.has(id)) && !excluded.has(id);
    found.set(id, { on, params: {} });
  }
  const entries = [...merged.checks];
  const patterns = entries.filter(([key]) => key.includes('*'));
  const ids = entries.filter(([key]) => !key.includes('*'));
  for (const [key, entry] of [...patterns, ...ids]) {
    for (const id of idsOf([key], catalogue, mapping))
      found.set(id, overlaid(found.get(id), entry, id, catalogue));
  }
  return found;
}

function overlaid(
  before: Asked = { on: false, params: {} },
  { setting, params }: MergedCheck,
  id: string,
  catalogue: Catalogue,
): Asked {
  const defaults = catalogue.get(id)?.params ?? {};
  const own = Object.fromEntries(
    [...params].flatMap(([name, { written, path }]) =>
      Object.entries(paramsAt(written, path.slice(0, -1), { [name]: '' }, defaults)),
    ),
  );
  const { enabled = before.on, severity = before.severity, note = before.note } = setting;
  return {
    on: enabled,
    params: { ...before.params, ...own },
    ...(severity === undefined ? {} : { severity }),
    ...(note === undefined ? {} : { note }),
  };
}

/** What locks compare. */
export function standingOf(merged: Merged, catalogue: Catalogue, mapping: Mapping): Standing {
  const gate = Object.entries({ ...recommended.gate, ...merged.gate });
  const suppressions = Object.entries({ ...recommended.suppressions, denyFor: [], ...merged.suppressions });
  const values = new Map<string, unknown>([
    ...gate.map(([key, value]) => [`gate.${key}`, value] as const),
    ...suppressions.map(([key, value]) => [`suppressions.${key}`, value] as const),
  ]);
  const checks = new Map<string, CheckStanding>();
  for (const [id, { on, severity, params }] of askedBy(merged, catalogue, mapping)) {
    const rank = severities.indexOf(severity ?? catalogue.get(id)?.severity ?? 'info');
    checks.set(id, { on, rank, params: JSON.stringify(params) });
  }
  return { values, checks };
}
