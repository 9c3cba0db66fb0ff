import type { Severity } from '../check.ts';
import type { Standard } from './compliance.ts';
import type { Declaration } from './facts.ts';
import type { CheckSetting, CheckSettings, ControlEntry, SuppressionSettings, WaiverEntry } from './file.ts';
import type { Layer } from './lint.ts';
import type { Gate, Scope } from './policy.ts';
import type { Path, Written } from './written.ts';

/** Where something of a policy is written. */
interface Origin {
  readonly written: Written;
  readonly path: Path;
}

export interface MergedCheck extends Origin {
  readonly setting: CheckSetting;
  /** Each parameter may come from another file. */
  readonly params: ReadonlyMap<string, Origin>;
}

/** Files laid over each other, the last on top; selectors are not resolved yet. */
export interface Merged {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly checks: ReadonlyMap<string, MergedCheck>;
  readonly overrides: readonly (Origin & {
    readonly name: string;
    readonly scope: Scope;
    readonly checks: CheckSettings;
  })[];
  readonly scope?: Scope;
  readonly gate: Partial<Gate>;
  readonly suppressions: SuppressionSettings;
  readonly facts: ReadonlyMap<string, Declaration>;
  readonly waivers: readonly (Origin & { readonly entry: WaiverEntry })[];
  readonly controls: readonly { readonly entry: ControlEntry; readonly standard: Standard }[];
  /** Which file set what: `gate.failOn` → `hardpan.yaml:3:3`. */
  readonly origins: ReadonlyMap<string, string>;
}

export const nothing: Merged = {
  name: 'recommended',
  include: [],
  exclude: [],
  checks: new Map(),
  overrides: [],
  gate: {},
  suppressions: {},
  facts: new Map(),
  waivers: [],
  controls: [],
  origins: new Map(),
};

/** Maps are merged by key, lists are joined, gate and suppressions are overlaid key by key. */
export function lay(layer: Layer, below: Merged): Merged {
  const { written, file } = layer;
  const { select = {}, overrides = [], waivers = [], scope = below.scope } = file;
  return {
    name: file.name ?? (isWaivers(file) ? below.name : nameOf(written.file)),
    include: [...below.include, ...(select.include ?? [])],
    exclude: [...below.exclude, ...(select.exclude ?? [])],
    checks: checksOf(layer, below.checks),
    overrides: [
      ...below.overrides,
      ...overrides.map(({ name, ...entry }, index) => {
        const path = ['overrides', index];
        return { ...entry, name: name ?? written.place(path), written, path };
      }),
    ],
    ...(scope ? { scope } : {}),
    gate: { ...below.gate, ...file.gate },
    suppressions: { ...below.suppressions, ...file.suppressions },
    facts: factsOf(layer, below.facts),
    waivers: [
      ...below.waivers,
      ...waivers.map((entry, index) => ({ entry, written, path: ['waivers', index] })),
    ],
    controls: controlsOf(layer, below.controls),
    origins: originsOf(layer, below.origins),
  };
}

/** A file that only holds waivers adds to a policy and is none of its own. */
export function isWaivers(file: Layer['file']): boolean {
  return Object.keys(file).every((key) => /^(version|waivers|\$schema)$/.test(key));
}

/** `ci/acme-base.yaml` → `acme-base` */
function nameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.ya?ml$/, '') || file;
}

function checksOf({ written, file }: Layer, below: Merged['checks']): Merged['checks'] {
  const found = new Map(below);
  for (const [key, given] of Object.entries(file.checks ?? {})) {
    const path = ['checks', key];
    const before = found.get(key);
    const own = settingOf(key, given);
    const params = new Map(before?.params);
    for (const name of Object.keys(own.params ?? {}))
      params.set(name, { written, path: [...path, 'params', name] });
    // Of patterns the later one counts, so it moves to the end.
    found.delete(key);
    found.set(key, { written, path, setting: { ...before?.setting, ...own }, params });
  }
  return found;
}

/** A severity that is given for one check asks it too; for a pattern it leaves open which are asked. */
function settingOf(key: string, given: 'off' | Severity | CheckSetting): CheckSetting {
  if (given === 'off') return { enabled: false };
  const own: CheckSetting = typeof given === 'string' ? { severity: given } : given;
  if (own.enabled !== undefined || own.severity === undefined || key.includes('*')) return own;
  return { ...own, enabled: true };
}

function factsOf({ written, file }: Layer, below: Merged['facts']): Merged['facts'] {
  const found = new Map(below);
  for (const [name, given] of Object.entries(file.facts ?? {})) {
    const raw = written.raw(['facts', name, 'value']) ?? written.raw(['facts', name]);
    found.set(name, { given, raw, at: written.place(['facts', name]) });
  }
  return found;
}

function controlsOf({ file }: Layer, below: Merged['controls']): Merged['controls'] {
  const { standard, controls = [] } = file;
  if (!standard) return below;
  const again = new Set(controls.map(({ id }) => id));
  const kept = below.filter((one) => one.standard.id !== standard.id || !again.has(one.entry.id));
  return [...kept, ...controls.map((entry) => ({ entry, standard }))];
}

function originsOf({ written, file }: Layer, below: Merged['origins']): Merged['origins'] {
  const found = new Map(below);
  for (const part of ['gate', 'suppressions', 'facts', 'checks'] as const)
    for (const key of Object.keys(file[part] ?? {})) found.set(`${part}.${key}`, written.place([part, key]));
  if (file.scope) found.set('scope', written.place(['scope']));
  return found;
}
