import type { Confidence, Params, Severity } from '../check.ts';
import type { Control } from './compliance.ts';
import type { WaiverEntry } from './file.ts';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** What to ask, how grave each answer is, and when the run fails. Data only: inheritance and selectors are resolved. */
export interface Policy {
  readonly name: string;
  /** Ids or `family/*`; empty: all but style. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
  readonly params: Readonly<Record<string, Params>>;
  /** Why a severity was set, by check. */
  readonly notes: Readonly<Record<string, string>>;
  /** For a part of the tree; the last that fits counts. */
  readonly overrides: readonly Override[];
  /** Findings outside of it do not count. */
  readonly scope?: Scope;
  readonly gate: Gate;
  /** Declared facts that hold today, by name. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The same for people, with owner and expiry. */
  readonly declared: readonly string[];
  readonly suppressions: Suppressions;
  readonly waivers: readonly Waiver[];
  readonly controls: readonly Control[];
  /** What a reader must know of the policy itself: facts that expired. */
  readonly notices: readonly { readonly subject: string; readonly message: string }[];
}

export interface Gate {
  /** The run fails at findings of this severity or above. */
  readonly failOn: Severity | 'none';
  /** Only findings that a baseline or an older tree lacks fail the run. Without one to compare with, all do. */
  readonly newOnly: boolean;
  /** The run fails when there are more findings of a severity than this. */
  readonly max: Readonly<Partial<Record<Severity | 'unknown', number>>>;
  /** Findings of less confidence do not fail the run. */
  readonly minConfidence: Confidence;
  /** What exists and could not be seen: said, or the run is incomplete (exit code 3). */
  readonly onUnseen: Reaction;
  /** Answers that hang on variables and templates which the tree leaves open. */
  readonly onUnresolved: Reaction;
  /** Files that a loader claims by name, outside test and example folders, and cannot use. */
  readonly onParseError: Reaction;
  /** Nothing of a known format: exit code 4. */
  readonly onNothingScanned: Reaction;
}

export type Reaction = 'warn' | 'fail';

/** All keys must fit, of each list one. */
export interface Scope {
  readonly paths?: readonly string[];
  readonly excludePaths?: readonly string[];
  readonly kinds?: readonly string[];
  /** Compared with the declared fact of that name. */
  readonly environments?: readonly string[];
}

interface Override {
  readonly name: string;
  readonly scope: Scope;
  readonly off: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
  readonly params: Readonly<Record<string, Params>>;
}

/** What ignores in the scanned files may do. */
interface Suppressions {
  readonly inline: 'allow' | 'allow-with-reason' | 'deny';
  /** Ids of checks, and the severities, whose findings no ignore may hide. */
  readonly denyFor: { readonly checks: readonly string[]; readonly severities: readonly Severity[] };
  readonly requireOwner: boolean;
  /** The longest that a waiver, or an ignore with an end, may last. */
  readonly maxDays?: number;
  /** Ignore comments and files of other tools. */
  readonly foreign: 'allow' | 'deny';
  readonly unused: Reaction;
}

export interface Waiver extends WaiverEntry {
  /** Where it is written: `hardpan.yaml:12:5`. */
  readonly at: string;
}

/** What hardpan does when nobody says otherwise; policies/recommended.yaml says the same. */
export const recommended: Policy = {
  name: 'recommended',
  select: [],
  ignore: [],
  severity: {},
  params: {},
  notes: {},
  overrides: [],
  gate: {
    failOn: 'high',
    newOnly: false,
    max: {},
    minConfidence: 'low',
    onUnseen: 'warn',
    onUnresolved: 'warn',
    onParseError: 'fail',
    onNothingScanned: 'fail',
  },
  facts: {},
  declared: [],
  suppressions: {
    inline: 'allow-with-reason',
    denyFor: { checks: [], severities: [] },
    requireOwner: false,
    foreign: 'allow',
    unused: 'warn',
  },
  waivers: [],
  controls: [],
  notices: [],
};

/** Whether an id or `family/*` names the check. */
function names(pattern: string, id: string): boolean {
  if (pattern === '*' || pattern === id) return true;
  return pattern.endsWith('/*') && id.startsWith(pattern.slice(0, -1));
}

/** Whether the policy asks this check. */
export function selects({ select, ignore }: Policy, id: string, tier: string): boolean {
  if (ignore.some((pattern) => names(pattern, id))) return false;
  if (select.length === 0) return tier !== 'style';
  return select.some((pattern) => names(pattern, id));
}
