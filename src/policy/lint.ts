import { dayFault } from './day.ts';
import { factFault } from './facts.ts';
import type { PolicyFault } from './fault.ts';
import type { Catalogue, CheckSettings, ControlEntry, PolicyFile } from './file.ts';
import { lockFault } from './locks.ts';
import { paramFault } from './params.ts';
import { type Mapping, select } from './selectors.ts';
import type { Path, Written } from './written.ts';

/** A policy file with what it was read from. */
export interface Layer {
  readonly written: Written;
  readonly file: PolicyFile;
}

/** What a file names that does not exist, and what the schema cannot tell. */
export function lint(layer: Layer, catalogue: Catalogue, mapping: Mapping): readonly PolicyFault[] {
  const { written, file } = layer;
  const selectors = (path: Path, all: readonly string[] = []): readonly PolicyFault[] =>
    all.flatMap((selector, index) => {
      const found = select(selector, catalogue, mapping);
      return 'error' in found ? [written.fault([...path, index], found.error)] : [];
    });
  return [
    ...selectors(['select', 'include'], file.select?.include),
    ...selectors(['select', 'exclude'], file.select?.exclude),
    ...selectors(['suppressions', 'denyFor'], file.suppressions?.denyFor),
    ...checkFaults(written, ['checks'], file.checks ?? {}, catalogue),
    ...(file.overrides ?? []).flatMap(({ checks }, index) =>
      checkFaults(written, ['overrides', index, 'checks'], checks, catalogue),
    ),
    ...waiverFaults(layer, catalogue, mapping),
    ...Object.entries(file.facts ?? {}).flatMap(([name, fact]) => {
      const path = ['facts', name];
      const raw = written.raw([...path, 'value']) ?? written.raw(path);
      return told(written, path, factFault(name, fact, raw));
    }),
    ...(file.locked ?? []).flatMap((lock, index) =>
      told(written, ['locked', index], lockFault(lock, catalogue)),
    ),
    ...(file.controls ?? []).flatMap((control, index) => [
      ...selectors(['controls', index, 'checks'], control.checks),
      ...told(written, ['controls', index], controlFault(control, index, file)),
    ]),
  ];
}

function told(written: Written, path: Path, message: string | undefined): readonly PolicyFault[] {
  return message === undefined ? [] : [written.fault(path, message)];
}

function waiverFaults(
  { written, file }: Layer,
  catalogue: Catalogue,
  mapping: Mapping,
): readonly PolicyFault[] {
  return (file.waivers ?? []).flatMap(({ check, resource, paths, fingerprint, expires, created }, index) => {
    const path = ['waivers', index];
    const found = check.includes('*')
      ? { error: `a waiver is for one check; ${check} is a pattern` }
      : select(check, catalogue, mapping);
    const bare = resource === undefined && paths === undefined && fingerprint === undefined;
    return [
      ...told(written, [...path, 'check'], 'error' in found ? found.error : undefined),
      ...told(
        written,
        path,
        bare ? 'a waiver needs a target; add resource, paths or fingerprint' : undefined,
      ),
      ...told(written, [...path, 'expires'], dayFault(expires)),
      ...told(written, [...path, 'created'], created === undefined ? undefined : dayFault(created)),
    ];
  });
}

function checkFaults(
  written: Written,
  path: Path,
  checks: CheckSettings,
  catalogue: Catalogue,
): readonly PolicyFault[] {
  return Object.entries(checks).flatMap(([key, setting]) => {
    const at = [...path, key];
    if (/[:=]/.test(key))
      return [written.faultAtKey(at, `${key} is a selector; here stand ids, or patterns such as nginx/*`)];
    const found = select(key, catalogue, new Map());
    if ('error' in found) return [written.faultAtKey(at, found.error)];
    if (typeof setting !== 'object' || setting.params === undefined) return [];
    return Object.keys(setting.params).flatMap((name) => {
      const fault = paramFault({ written, path: [...at, 'params', name], name, ids: found.ids, catalogue });
      return fault ? [fault] : [];
    });
  });
}

function controlFault(control: ControlEntry, index: number, file: PolicyFile): string | undefined {
  if (!file.standard) return 'controls need a standard; add standard with id, version and title';
  if ((file.controls ?? []).findIndex(({ id }) => id === control.id) < index)
    return `control ${control.id} is given twice`;
  const checks = control.checks ?? [];
  if (checks.length === 0 && (control.coverage !== 'none' || !control.manual))
    return `control ${control.id} has no checks, so its coverage is none; say under manual what a person has to do`;
  if (checks.length > 0 && control.coverage === 'none')
    return `control ${control.id} has checks, so its coverage is full or partial`;
  return undefined;
}
