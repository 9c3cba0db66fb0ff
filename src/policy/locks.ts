import type { PolicyFault } from './fault.ts';
import type { Catalogue } from './file.ts';
import { fitsText } from './glob.ts';
import type { Layer } from './lint.ts';
import { hint } from './nearest.ts';
import { change, settings } from './strictness.ts';
import type { Path } from './written.ts';

/** A setting that whoever extends a policy may make stricter only. */
export interface Lock {
  readonly setting: string;
  /** The file that locks it. */
  readonly by: string;
}

/** Parts of a policy that are locked as a whole: whoever extends it may not have them. */
const parts: readonly string[] = ['waivers', 'overrides', 'scope', 'controls', 'select', 'facts', 'checks'];

const wholes: readonly string[] = ['gate', 'suppressions', ...parts];

/** What is wrong with the name of a locked setting. */
export function lockFault(lock: string, catalogue: Catalogue): string | undefined {
  if (wholes.includes(lock) || settings.includes(lock) || /^(facts|gate\.max)\.\w+$/.test(lock))
    return undefined;
  if (lock.startsWith('checks.')) {
    const id = lock.slice('checks.'.length);
    if ([...catalogue.keys()].some((name) => fitsText(id, name))) return undefined;
    return `there is no check ${id}${hint(id, catalogue.keys())}`;
  }
  return `there is no setting ${lock} to lock${hint(lock, [...settings, ...wholes], '; name one as gate.failOn')}`;
}

/** What a lock can compare: the settings as they are before and after a file has had its say. */
export interface Standing {
  readonly values: ReadonlyMap<string, unknown>;
  /** How each check is asked: `off`, or its severity and parameters. */
  readonly checks: ReadonlyMap<string, CheckStanding>;
}

export interface CheckStanding {
  readonly on: boolean;
  /** 0 is the gravest. */
  readonly rank: number;
  readonly params: string;
}

/** Faults of a file that loosens what a file before it has locked. */
export function lockFaults(
  { written, file }: Layer,
  locks: readonly Lock[],
  before: Standing,
  after: Standing,
): readonly PolicyFault[] {
  return locks.flatMap((lock) => {
    const { setting, by } = lock;
    const found = brokenBy(setting, file, before, after);
    return found.map((path) =>
      written.faultAtKey(path, `${path.join('.')} would loosen ${setting}, which ${by} locks`),
    );
  });
}

function brokenBy(setting: string, file: Layer['file'], before: Standing, after: Standing): readonly Path[] {
  if (setting === 'checks' || setting.startsWith('checks.'))
    return checksBroken(setting === 'checks' ? '*' : setting.slice('checks.'.length), file, before, after);
  if (parts.includes(setting)) return file[setting] === undefined ? [] : [[setting]];
  const names = [...after.values.keys()].filter((name) => name === setting || name.startsWith(`${setting}.`));
  const [whole = '', part] = setting.split('.');
  if (whole === 'facts' && part !== undefined)
    return Object.hasOwn(file.facts ?? {}, part) ? [['facts', part]] : [];
  return names
    .filter((name) => change(name, before.values.get(name), after.values.get(name)) === 'looser')
    .map((name) => name.split('.'));
}

/** By its own settings, by taking it out of the selection, by an override, or by a scope. */
function checksBroken(
  pattern: string,
  file: Layer['file'],
  before: Standing,
  after: Standing,
): readonly Path[] {
  const isLocked = (id: string): boolean => fitsText(pattern, id);
  const loosened = [...before.checks].some(([id, was]) => {
    const is = after.checks.get(id);
    return isLocked(id) && is !== undefined && isLooser(was, is);
  });
  const paths: Path[] = [];
  if (loosened) paths.push(settingOf(file, isLocked));
  for (const [index, { checks }] of (file.overrides ?? []).entries()) {
    const key = Object.keys(checks).find((name) =>
      [...before.checks.keys()].some((id) => isLocked(id) && fitsText(name, id)),
    );
    if (key !== undefined) paths.push(['overrides', index, 'checks', key]);
  }
  if (file.scope) paths.push(['scope']);
  return paths;
}

function settingOf(file: Layer['file'], isLocked: (id: string) => boolean): Path {
  const key = Object.keys(file.checks ?? {}).find((name) => name.includes('*') || isLocked(name));
  if (key !== undefined) return ['checks', key];
  return file.select?.exclude ? ['select', 'exclude'] : ['select'];
}

/** Whether a check is asked less than before. */
export function isLooser(was: CheckStanding, is: CheckStanding): boolean {
  return was.on && (!is.on || is.rank > was.rank || is.params !== was.params);
}
