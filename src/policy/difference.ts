import { type Asked, askedBy, standingOf } from './effective.ts';
import { isLooser } from './locks.ts';
import { severities } from './policy.ts';
import type { Resolved, Setting } from './resolve.ts';
import { change } from './strictness.ts';

/** One difference between two policies, seen from the first. */
export interface Difference {
  readonly way: 'added' | 'removed' | 'loosened' | 'tightened';
  readonly what: string;
}

/** What the second policy changes; `removed` checks and all that is `loosened` let more through. */
export function difference(before: Resolved, after: Resolved, setting: Setting): readonly Difference[] {
  return [...checks(before, after, setting), ...settings(before, after, setting), ...lists(before, after)];
}

function checks(before: Resolved, after: Resolved, { catalogue, mapping }: Setting): readonly Difference[] {
  const was = askedBy(before.merged, catalogue, mapping);
  const is = askedBy(after.merged, catalogue, mapping);
  const ranks = {
    was: standingOf(before.merged, catalogue, mapping),
    is: standingOf(after.merged, catalogue, mapping),
  };
  return [...catalogue.keys()].flatMap((id): readonly Difference[] => {
    const from = was.get(id);
    const to = is.get(id);
    if (!from || !to || (!from.on && !to.on)) return [];
    if (from.on !== to.on) return [{ way: to.on ? 'added' : 'removed', what: `check ${id}` }];
    const standing = { was: ranks.was.checks.get(id), is: ranks.is.checks.get(id) };
    const said = saidOf(from, to, standing.was?.rank, standing.is?.rank);
    if (said === '' || !standing.was || !standing.is) return [];
    return [
      { way: isLooser(standing.was, standing.is) ? 'loosened' : 'tightened', what: `check ${id}: ${said}` },
    ];
  });
}

function saidOf(from: Asked, to: Asked, was = 0, is = 0): string {
  const severity = was === is ? [] : [`${severities[was]} → ${severities[is]}`];
  const [before, after] = [JSON.stringify(from.params), JSON.stringify(to.params)];
  return [...severity, ...(before === after ? [] : [`parameters ${before} → ${after}`])].join(', ');
}

function settings(before: Resolved, after: Resolved, { catalogue, mapping }: Setting): readonly Difference[] {
  const was = standingOf(before.merged, catalogue, mapping).values;
  const is = standingOf(after.merged, catalogue, mapping).values;
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name): readonly Difference[] => {
    const way = change(name, was.get(name), is.get(name));
    if (way === 'same') return [];
    const what = `${name}: ${text(was.get(name))} → ${text(is.get(name))}`;
    return [{ way: way === 'looser' ? 'loosened' : 'tightened', what }];
  });
}

function text(value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Waivers, declared facts, overrides and a scope all let more through. */
function lists({ policy: before }: Resolved, { policy: after }: Resolved): readonly Difference[] {
  const waiver = (one: (typeof before.waivers)[number]): string => {
    const target = one.fingerprint ?? one.resource ?? one.paths?.join(', ');
    return `waiver of ${one.check} for ${target} until ${one.expires}`;
  };
  const override = (one: (typeof before.overrides)[number]): string => `override ${JSON.stringify(one)}`;
  const scope = ({ scope: found }: typeof before): readonly string[] =>
    found ? [`scope ${JSON.stringify(found)}`] : [];
  const control = ({ standard, id }: (typeof before.controls)[number]): string =>
    `control ${standard.id}/${id}`;
  return [
    ...compared(before.waivers.map(waiver), after.waivers.map(waiver), 'loosened', 'tightened'),
    ...compared(
      before.declared.map((fact) => `declared ${fact}`),
      after.declared.map((fact) => `declared ${fact}`),
      'loosened',
      'tightened',
    ),
    ...compared(before.overrides.map(override), after.overrides.map(override), 'loosened', 'tightened'),
    ...compared(scope(before), scope(after), 'loosened', 'tightened'),
    ...compared(before.controls.map(control), after.controls.map(control), 'added', 'removed'),
  ];
}

type Way = Difference['way'];

function compared(
  before: readonly string[],
  after: readonly string[],
  come: Way,
  gone: Way,
): readonly Difference[] {
  return [
    ...after.filter((one) => !before.includes(one)).map((what) => ({ way: come, what })),
    ...before.filter((one) => !after.includes(one)).map((what) => ({ way: gone, what: `without ${what}` })),
  ];
}
