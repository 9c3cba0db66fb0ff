import type { Scope, Severity } from '../model/common.ts';

const ladder: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** So many steps less grave, at least `info`. */
export function lowered(severity: Severity, steps: number): Severity {
  return ladder[Math.max(ladder.indexOf(severity) - steps, 0)] ?? severity;
}

/** What only developers start weighs one step less, an example two. */
export function inScope(severity: Severity, scope: Scope): Severity {
  if (scope === 'production') return severity;
  return lowered(severity, scope === 'example' ? 2 : 1);
}
