import type { AuditRun } from '../audit.ts';
import type { Finding, Problem } from '../finding.ts';
import { divided } from '../findings.ts';
import type { Location } from '../model/location.ts';
import type { Pass } from '../pass.ts';
import { match } from './match.ts';

/** An older tree, judged by its own ignores. */
export interface Older {
  /** How people call it: `origin/main`. */
  readonly ref: string;
  readonly run: AuditRun;
  /** Its findings before and after its ignores marked them. */
  readonly found: readonly Finding[];
  readonly marked: readonly Finding[];
  readonly ignores: readonly Written[];
}

/** An ignore, as far as it matters where it stands and what it says. */
interface Written {
  readonly at: Location;
  /** Whether it holds for all of a file or tree. */
  readonly wide: boolean;
}

/** Says which findings the older tree lacks; comes before the ignores, which may take folded ones apart. */
export function comparedWith({ found }: Older): Pass {
  return (findings) => {
    const faults = findings.filter(isFault);
    const { known } = match(faults, found.filter(isFault));
    return {
      findings: findings.flatMap((one) => {
        if (!isFault(one)) return [one];
        const old = known.get(one);
        return old ? grown(one, old) : [{ ...one, new: true }];
      }),
    };
  };
}

/** A folded finding that is about more than it was: what joined it is new. */
function grown(
  finding: Finding,
  { resources: before = [], resource: only, fingerprint }: Finding,
): readonly Finding[] {
  const same = { ...finding, new: false };
  // In another file all names are others.
  if (!finding.members || fingerprint !== finding.fingerprint) return [same];
  const ids = new Set([only, ...before].map(({ id }) => id));
  const { part, rest } = divided(same, ({ resource }) => !ids.has(resource.id));
  return [...(part ? [{ ...part, new: true }] : []), ...(rest ? [rest] : [])];
}

/**
 * Takes back what the change itself excuses: an ignore counts for a finding that the older tree's ignores hid too, or
 * where it already stood there for all of the file. What the change adds is told of.
 */
export function excusedBefore(older: Older, ignores: readonly Written[]): Pass {
  const { ref } = older;
  return (findings, { run }) => {
    const hidden = hiddenBefore(older, findings);
    const before = new Set(older.ignores.map(({ at }) => keyOf(older.run, at)));
    const wide = new Set(ignores.filter((one) => one.wide).map(({ at }) => placeOf(at)));
    const problems = ignores
      .filter(({ at }) => !before.has(keyOf(run, at)))
      .map(({ at }) =>
        noticeOf(
          run,
          at,
          `this ignore is not in ${ref}: a change does not excuse itself, so it does not count yet`,
        ),
      );
    return {
      problems,
      findings: findings.map((finding) => {
        const at = finding.suppressed?.at;
        if (!at || !ignores.some((one) => placeOf(one.at) === placeOf(at))) return finding;
        if (hidden.has(finding.fingerprint)) return finding;
        if (wide.has(placeOf(at)) && before.has(keyOf(run, at))) return finding;
        const { suppressed: _, ...open } = finding;
        return open;
      }),
    };
  };
}

/** Fingerprints of findings that the older tree's ignores hid; of what moved since, today's. */
function hiddenBefore({ marked }: Older, findings: readonly Finding[]): ReadonlySet<string> {
  const before = marked.filter(({ suppressed }) => suppressed);
  const { known } = match(findings.filter(isFault), marked.filter(isFault));
  const moved = [...known].filter(([, old]) => old.suppressed).map(([now]) => now.fingerprint);
  return new Set([...before.map(({ fingerprint }) => fingerprint), ...moved]);
}

function isFault({ state }: Finding): boolean {
  return state === 'fail';
}

function placeOf({ source, start }: Location): string {
  return `${source}\0${start}`;
}

/** The file and the words, wherever in the file they stand. */
function keyOf({ sources }: AuditRun, { source, start, end }: Location): string {
  const found = sources.get(source);
  return `${source}\0${found && 'text' in found ? found.text.slice(start, end) : ''}`;
}

function noticeOf({ sources }: AuditRun, at: Location, message: string): Problem {
  const found = sources.get(at.source);
  const line = found && 'text' in found ? `:${found.text.slice(0, at.start).split('\n').length}` : '';
  return { stage: 'policy', subject: at.source + line, message, sort: 'notice', expected: true };
}
