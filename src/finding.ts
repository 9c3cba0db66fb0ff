import type { Confidence, Edit, Risk, Severity, Step, Tier } from './check.ts';
import type { Exposure } from './facts/exposure.ts';
import type { Location } from './model/location.ts';
import type { Unknown } from './model/value.ts';
import type { Skipped } from './source.ts';

/** Something the tool could not do, or did with a loss. */
export interface Problem {
  /** `policy`: a waiver, an ignore or a declared fact that is unused, expired, unknown or not allowed. */
  readonly stage: 'collect' | 'parse' | 'model' | 'check' | 'policy';
  /** The file, address or check that it is about. */
  readonly subject: string;
  readonly message: string;
  /** `unseen` makes the run incomplete; `defect` is ours; a `notice` loses nothing. */
  readonly sort: 'unseen' | 'defect' | 'notice';
  /** Whether a loader claimed the file by its name, outside test and example folders: then it counts for the gate. */
  readonly expected: boolean;
}

export interface Subject {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** Why a finding does not count: somebody said so, in the tree or in a policy. It stays in the report. */
interface Suppression {
  /** `ignore`: a comment of ours; `waiver`: an entry of a policy; else the name of the tool whose ignore it is. */
  readonly by: string;
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it counts, as 2026-12-31. */
  readonly expires?: string;
  /** Where it is written. */
  readonly at?: Location;
}

/** One answer about one resource. What a policy, an ignore or a baseline says of it is added by `judge`. */
export interface Finding {
  readonly check: string;
  readonly state: 'fail' | 'unknown' | 'error' | 'pass' | 'not-applicable';
  readonly severity: Severity;
  /** Before context and policy. */
  readonly baseSeverity: Severity;
  /** Why severity differs from the base, for people. */
  readonly severityWhy?: string;
  readonly confidence: Confidence;
  readonly tier: Tier;
  readonly risk: readonly Risk[];
  readonly title: string;
  readonly message: string;
  readonly resource: Subject;
  /** All subjects of a folded finding, the first included. */
  readonly resources?: readonly Subject[];
  readonly at: Location;
  readonly path?: readonly Step[];
  readonly witness?: string;
  readonly blockers?: readonly Unknown[];
  readonly edits?: readonly Edit[];
  readonly exposure?: Exposure;
  readonly fingerprint: string;
  readonly suppressed?: Suppression;
  /** Whether a baseline or an older tree lacks it; absent when there is nothing to compare with. */
  readonly new?: boolean;
}

/** Everything a reporter may use. Texts are reached through the excerpt printer alone. */
export interface Audit {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly skipped: readonly Skipped[];
  readonly counts: Counts;
  /** Dates of the reference data that was used, by name. */
  readonly data: Readonly<Record<string, string>>;
  /** Formats that were recognised and are not supported: format → files. */
  readonly unsupported: Readonly<Record<string, readonly string[]>>;
  /** Findings that a policy or the tree's own words keep out of sight, by why. */
  readonly hidden: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
}

export interface Counts {
  /** Files and answers that a loader took. */
  readonly sources: number;
  readonly listed: number;
  readonly resources: number;
  readonly checks: number;
  readonly pass: number;
  readonly notApplicable: number;
}
