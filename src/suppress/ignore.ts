import type { Severity } from '../check.ts';
import type { Location } from '../model/location.ts';

/** Something written in the scanned tree that says that findings do not count. */
export interface Ignore {
  /** `ignore` for a comment of ours, else the name of the tool whose it is. */
  readonly by: string;
  /** Names as written → the checks that they stand for. */
  readonly checks: ReadonlyMap<string, readonly string[]>;
  /** Id of a known flaw of a package, in upper case: a package whose flaws are all ignored is. */
  readonly advisory?: string;
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it counts. */
  readonly until?: string;
  readonly at: Location;
  /** Whether it holds for all of a file or tree, wherever a finding is. */
  readonly wide: boolean;
  /** It is no comment: it holds for other files than the one that it is written in. */
  readonly everywhere?: boolean;
  /** @param head where the thing that a finding is about begins; its own place when nothing else is known */
  covers(place: Location, head: Location | undefined): boolean;
}

/** What the policy allows of the tree's own ignores. */
export interface IgnoreSettings {
  readonly inline: 'allow' | 'allow-with-reason' | 'deny';
  /** Checks and severities whose findings nothing in the tree may hide. */
  readonly denyFor: { readonly checks: readonly string[]; readonly severities: readonly Severity[] };
  readonly requireOwner: boolean;
  /** The longest that an ignore may last, in days from now; then it has to name its end. */
  readonly maxDays?: number;
  /** Comments and files of other tools. */
  readonly foreign: 'allow' | 'deny';
}

export const usualSettings: IgnoreSettings = {
  inline: 'allow-with-reason',
  denyFor: { checks: [], severities: [] },
  requireOwner: false,
  foreign: 'allow',
};

/** What names of checks mean. */
export interface Names {
  /** Ids of checks for an id, a former id or `family/*`, whatever the case; none when nothing is called so. */
  resolve(name: string): readonly string[];
  /** The right name that was probably meant. */
  nearest(name: string): string | undefined;
  /** Checks that ask what another tool's rule asks; `*` stands for all rules of the tool. */
  equivalents(tool: string, rule: string): readonly string[];
}

const day = 86_400_000;

/** Whether the last day of something is over, by UTC. */
function isOver(until: string, now: number): boolean {
  return Date.parse(until) + day <= now;
}

/** Why an ignore does not count at all; undefined when it does. */
export function refusalOf(
  { by, reason, owner, until }: Ignore,
  settings: IgnoreSettings,
  now: number,
): string | undefined {
  if (until !== undefined && isOver(until, now)) return `it expired on ${until}`;
  if (by !== 'ignore')
    return settings.foreign === 'deny' ? 'the policy allows none of other tools' : undefined;
  if (settings.inline === 'deny') return 'the policy allows none';
  if (settings.inline === 'allow-with-reason' && !/[\p{L}\p{N}]/u.test(reason))
    return 'it gives no reason; add -- and why';
  if (settings.requireOwner && owner === undefined) return 'it names no owner; add @name';
  const { maxDays } = settings;
  if (maxDays === undefined) return undefined;
  if (until === undefined) return `it has no end; add until and a day, at most ${maxDays} days from now`;
  return Date.parse(until) - now > maxDays * day ? `it lasts longer than ${maxDays} days` : undefined;
}
