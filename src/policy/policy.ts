import type { Params, Severity } from '../check.ts';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** What to ask, how grave each answer is, and when the run fails. Data only. */
export interface Policy {
  readonly name: string;
  /** Ids or `family/*`; empty: all but style. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
  readonly params: Readonly<Record<string, Params>>;
  readonly gate: Gate;
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Gate {
  /** The run fails at findings of this severity or above. */
  readonly failOn: Severity | 'none';
  /** Only findings that a baseline or an older tree lacks fail the run. Without one to compare with, all do. */
  readonly newOnly: boolean;
  /** Sources that exist and could not be seen: make the run incomplete (exit code 3), or only say so. */
  readonly onUnseen: 'incomplete' | 'warn';
  /** Files that a loader claims by name, outside test and example folders, and cannot use. */
  readonly onUnusable: 'incomplete' | 'warn';
}

/** What hardpan does when nobody says otherwise. */
export const recommended: Policy = {
  name: 'recommended',
  select: [],
  ignore: [],
  severity: {},
  params: {},
  gate: { failOn: 'high', newOnly: false, onUnseen: 'warn', onUnusable: 'incomplete' },
  facts: {},
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
