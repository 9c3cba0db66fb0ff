import type { AuditRun } from './audit.ts';
import type { Finding, Problem } from './finding.ts';
import type { Policy } from './policy/policy.ts';

/** What a pass may look at besides the findings. */
interface Bench {
  readonly run: AuditRun;
  readonly policy: Policy;
}

interface Marked {
  readonly findings: readonly Finding[];
  /** What a reader should know of the marks themselves: one that is unused, expired, unknown. */
  readonly problems?: readonly Problem[];
}

/** Marks findings: changes severities, says which are suppressed or new; never takes one away. */
export type Pass = (findings: readonly Finding[], bench: Bench) => Marked;
