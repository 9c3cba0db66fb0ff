import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type AuditRun, audit, type Plan } from '../audit.ts';
import { comparing } from '../baseline/pass.ts';
import { comparedWith, excusedBefore, type Older } from '../baseline/since.ts';
import { Interrupted } from '../guard.ts';
import { judge } from '../judge.ts';
import type { Pass } from '../pass.ts';
import type { Policy } from '../policy/policy.ts';
import type { Names } from '../suppress/ignore.ts';
import { ignoring } from '../suppress/pass.ts';
import { type TreeIgnores, treeIgnores } from '../suppress/tree.ts';
import { baselineFrom, openBaseline, usualBaseline } from './baseline-file.ts';
import { namesOf } from './check-names.ts';
import type { CollectOptions } from './collectors.ts';
import { UsageError } from './error.ts';
import { checkRecords } from './registry.ts';
import type { Since } from './since.ts';

interface MarkOptions extends CollectOptions {
  readonly baseline?: string;
  readonly newOnly?: boolean;
}

interface Bench {
  readonly plan: Plan;
  readonly policy: Policy;
  readonly options: MarkOptions;
  readonly since: Since | undefined;
  /** Whether the run asked a check. */
  readonly asked: (check: string) => boolean;
}

/** What marks the findings of a run: the tree's own ignores, then what is new in it. */
export async function marksFor(run: AuditRun, bench: Bench): Promise<readonly Pass[]> {
  const { policy, options, since, asked } = bench;
  const records = checkRecords();
  const names = namesOf(records);
  const ignores = await ignoresOf(run, bench, names);
  const marks = ignoring(ignores, policy.suppressions, asked);
  const older = since && (await olderOf(since, bench, names));
  const entries = baselineOf(options, since);
  return [
    ...(older ? [comparedWith(older)] : []),
    marks,
    ...(older
      ? [
          excusedBefore(older, ignores.ignores),
          rulesNoted(older.ref, since?.others(options) ?? []),
          lossesNoted(older),
        ]
      : []),
    ...(entries ? [comparing(entries, asked)] : []),
  ];
}

async function ignoresOf(run: AuditRun, { options }: Bench, names: Names): Promise<TreeIgnores> {
  return options.treeConfig ? await treeIgnores(run, names) : { ignores: [], problems: [] };
}

function rulesNoted(ref: string, files: readonly string[]): Pass {
  const problems = files.map((subject) => ({
    stage: 'policy' as const,
    subject,
    message: `is not what it is in ${ref}: a change does not excuse itself, so the one of ${ref} counts`,
    sort: 'notice' as const,
    expected: true,
  }));
  return (findings) => ({ findings, problems });
}

/** What could not be read of the older tree makes findings new that are not. */
function lossesNoted({ ref, run: older }: Older): Pass {
  return (findings, { run }) => {
    const known = new Set(run.audit.problems.map(({ subject, message }) => `${subject} ${message}`));
    const lost = older.audit.problems.filter(
      ({ sort, subject, message }) => sort !== 'notice' && !known.has(`${subject} ${message}`),
    );
    const problems = lost.map((one) => ({
      ...one,
      sort: 'notice' as const,
      message: `in ${ref}: ${one.message}`,
    }));
    return { findings, problems };
  };
}

async function olderOf(since: Since, bench: Bench, names: Names): Promise<Older> {
  const run = await audit({ ...bench.plan, collector: await since.collector(bench.options) });
  if (run.audit.interrupted) throw new Interrupted('interrupted');
  const ignores = await ignoresOf(run, bench, names);
  const marked = judge(run, bench.policy, [ignoring(ignores, bench.policy.suppressions, () => false)]);
  return {
    ref: since.ref,
    run,
    found: run.audit.findings,
    marked: marked.run.audit.findings,
    ignores: ignores.ignores,
  };
}

/** The baseline that is asked for; with an older tree, as it was there. */
function baselineOf(
  { baseline, newOnly }: MarkOptions,
  since: Since | undefined,
): Parameters<typeof comparing>[0] | undefined {
  if (baseline === undefined && (since || !newOnly)) return undefined;
  const name = baseline ?? usualBaseline;
  if (!since) {
    if (baseline === undefined && !existsSync(name))
      throw new UsageError(
        `--new-only needs something to compare with: --since REF, --baseline FILE, or ${usualBaseline} here`,
      );
    return { name, entries: openBaseline(name) };
  }
  const path = resolve(name);
  if (!existsSync(dirname(path))) throw new UsageError(`${name}: there is no such folder`);
  const text = since.read(join(realpathSync(dirname(path)), path.slice(dirname(path).length + 1)));
  if (text === undefined) {
    process.stderr.write(`hardpan: ${name} is not in ${since.ref}, so it does not count\n`);
    return undefined;
  }
  return { name: `${name} at ${since.ref}`, entries: baselineFrom(`${name} at ${since.ref}`, text) };
}
