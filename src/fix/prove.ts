import type { AuditRun } from '../audit.ts';
import type { Finding } from '../finding.ts';
import type { Fix } from './plan.ts';

/** What a run says, as far as a fix may change it. */
export interface Standing {
  /** Faults by check and file. */
  readonly faults: ReadonlyMap<string, number>;
  /** What could not be told. */
  readonly unknowns: ReadonlySet<string>;
  /** Files that could be read as what they are. */
  readonly files: ReadonlySet<string>;
  /** Sources and checks that were lost. */
  readonly lost: number;
}

export function standingOf({ graph, audit: { findings, problems } }: AuditRun): Standing {
  const faults = new Map<string, number>();
  const unknowns = new Set<string>();
  for (const finding of findings) {
    if (finding.state === 'fail') faults.set(keyOf(finding), (faults.get(keyOf(finding)) ?? 0) + 1);
    if (finding.state === 'unknown') unknowns.add(`${finding.check}\0${finding.message}`);
  }
  const files = new Set(graph.all('source.file').items.map(({ id }) => id));
  return { faults, unknowns, files, lost: problems.filter(({ sort }) => sort !== 'notice').length };
}

/** Why a run after these fixes is not what they promise; undefined when their findings are gone and nothing is new. */
export function shortfall(before: Standing, after: Standing, fixes: readonly Fix[]): string | undefined {
  const due = new Map<string, number>();
  for (const { finding } of fixes) due.set(keyOf(finding), (due.get(keyOf(finding)) ?? 0) + 1);
  for (const [key, mended] of due) {
    const expected = (before.faults.get(key) ?? 0) - mended;
    if ((after.faults.get(key) ?? 0) > expected) return 'its finding did not go away';
  }
  return novelty(before, after);
}

function novelty(before: Standing, after: Standing): string | undefined {
  for (const [key, count] of after.faults)
    if (count > (before.faults.get(key) ?? 0)) return `it would bring a finding of ${key.split('\0')[0]}`;
  for (const key of after.unknowns)
    if (!before.unknowns.has(key)) return `${key.split('\0')[0]} could no longer be answered`;
  const gone = [...before.files].some((id) => !after.files.has(id));
  return gone || after.lost > before.lost ? 'a file could no longer be read' : undefined;
}

export interface Proof {
  readonly fixes: readonly Fix[];
  readonly refused: readonly { readonly fix: Fix; readonly why: string }[];
}

/**
 * The fixes that keep their promise, tried out together and, where that fails, by halves, so that one bad fix costs
 * few runs. `test` makes the fixes on a copy and says what falls short.
 */
export async function prove(
  fixes: readonly Fix[],
  test: (fixes: readonly Fix[]) => Promise<string | undefined>,
): Promise<Proof> {
  if (fixes.length === 0) return { fixes, refused: [] };
  const why = await test(fixes);
  if (why === undefined) return { fixes, refused: [] };
  const [only, ...more] = fixes;
  if (only && more.length === 0) return { fixes: [], refused: [{ fix: only, why }] };
  const middle = Math.ceil(fixes.length / 2);
  const first = await prove(fixes.slice(0, middle), test);
  const second = await prove(fixes.slice(middle), test);
  const both = [...first.fixes, ...second.fixes];
  const refused = [...first.refused, ...second.refused];
  const clash = first.fixes.length > 0 && second.fixes.length > 0 ? await test(both) : undefined;
  if (clash === undefined) return { fixes: both, refused };
  // Each half holds, both together do not.
  return { fixes: first.fixes, refused: [...refused, ...second.fixes.map((fix) => ({ fix, why: clash }))] };
}

function keyOf({ check, at }: Finding): string {
  return `${check}\0${at.source}`;
}
