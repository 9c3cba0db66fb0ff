import type { Confidence, Params, Severity } from '../check.ts';
import type { Coverage, Standard } from './compliance.ts';
import type { Gate, Reaction, Scope } from './policy.ts';

/** One policy file after its schema has been held against it; names in it may still be wrong. */
export interface PolicyFile {
  readonly name?: string;
  readonly title?: string;
  readonly standard?: Standard;
  readonly extends?: readonly string[];
  readonly locked?: readonly string[];
  readonly select?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly scope?: Scope;
  readonly checks?: CheckSettings;
  readonly overrides?: readonly OverrideEntry[];
  readonly gate?: Partial<Gate>;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly suppressions?: SuppressionSettings;
  readonly waivers?: readonly WaiverEntry[];
  readonly controls?: readonly ControlEntry[];
  readonly [flag: string]: unknown;
}

export type CheckSettings = Readonly<Record<string, 'off' | Severity | CheckSetting>>;

export interface CheckSetting {
  readonly enabled?: boolean;
  readonly severity?: Severity;
  readonly params?: Params;
  readonly note?: string;
}

interface OverrideEntry {
  readonly name?: string;
  readonly scope: Scope;
  readonly checks: CheckSettings;
}

export interface SuppressionSettings {
  readonly inline?: 'allow' | 'allow-with-reason' | 'deny';
  readonly denyFor?: readonly string[];
  readonly requireOwner?: boolean;
  readonly maxDays?: number;
  readonly foreign?: 'allow' | 'deny';
  readonly unused?: Reaction;
}

/** Somebody answers for findings until a day. */
export interface WaiverEntry {
  readonly check: string;
  /** Id or name, `*` standing for anything. */
  readonly resource?: string;
  readonly paths?: readonly string[];
  readonly fingerprint?: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it counts, as 2026-12-31. */
  readonly expires: string;
  readonly created?: string;
}

export interface ControlEntry {
  readonly id: string;
  readonly title: string;
  readonly section?: string;
  readonly level?: number;
  readonly checks?: readonly string[];
  readonly mode?: 'all' | 'any';
  readonly coverage: Coverage;
  readonly manual?: string;
}

/** What selectors and settings need to know of a check. */
export interface CheckFacts {
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly tier: string;
  readonly risk: readonly string[];
  readonly params: Params;
  readonly compliance: Readonly<Record<string, readonly string[]>>;
  /** Former ids. */
  readonly was: readonly string[];
}

/** All checks there are, by id. */
export type Catalogue = ReadonlyMap<string, CheckFacts>;
