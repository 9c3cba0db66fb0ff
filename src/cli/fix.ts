import type { AuditRun } from '../audit.ts';
import { overlay } from '../collect/overlay.ts';
import { NotWritten, putBack, type Replacement, replaceAll, replacement } from '../collect/replace.ts';
import { changed } from '../fix/apply.ts';
import { unifiedDiff } from '../fix/diff.ts';
import { type FileChange, type Fix, fixesOf, outcome, plan, type Refusal } from '../fix/plan.ts';
import { prove, type Standing, shortfall, standingOf } from '../fix/prove.ts';
import { Interrupted } from '../guard.ts';
import { type Policy, selects } from '../policy/policy.ts';
import { type Excerpts, excerpts, printableLine } from '../report/excerpt.ts';
import type { Collector } from '../source.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import type { IsGiven } from './config.ts';
import { UsageError } from './error.ts';
import { examine, type ScanOptions } from './scan.ts';
import { settle } from './settle.ts';

export interface FixOptions
  extends CollectOptions,
    Pick<ScanOptions, 'policy' | 'select' | 'ignore' | 'param' | 'var' | 'now'> {
  readonly write?: boolean;
  readonly unsafe?: boolean;
}

/** One run of the command, with what all its parts look at. */
interface Bench {
  readonly collector: Collector;
  /** Of which checks the findings are mended. */
  readonly asked: Policy;
  readonly policy: Policy;
  readonly options: FixOptions;
  readonly run: AuditRun;
  readonly before: Standing;
  readonly printer: Excerpts;
}

/** Finds the edits that findings bring, proves them on a copy, and prints or makes them. Returns the exit code. */
export async function fix(
  paths: readonly string[],
  given: FixOptions,
  isGiven: IsGiven = () => true,
): Promise<number> {
  try {
    return await mend(paths, given, isGiven);
  } catch (cause) {
    if (!(cause instanceof Interrupted)) throw cause;
    say('interrupted');
    return 130;
  }
}

async function mend(paths: readonly string[], given: FixOptions, isGiven: IsGiven): Promise<number> {
  const stream = paths.find((path) => path === '-' || /\.(tar|tgz|tar\.gz|ndjson|jsonl)$/.test(path));
  if (stream !== undefined) throw new UsageError(`${stream}: only folders and files can be mended`);
  const options = { ...given, now: given.now ?? Date.now() };
  const { policy: asked } = await settle({ show: 'info', color: 'never', ...options }, isGiven);
  // Whatever is mended, nothing else may get worse: so all checks are asked.
  const policy: Policy = { ...asked, select: ['*'], ignore: [], gate: { ...asked.gate, failOn: 'none' } };
  const collector = await collectorOf(paths, options);
  const { run, exit } = await examine(collector, policy, options);
  if (run.audit.interrupted) throw new Interrupted('interrupted');
  const bench = { collector, asked, policy, options, run, before: standingOf(run), printer: printerOf(run) };
  const { wanted, withheld } = chosen(bench);
  const planned = plan(wanted, run);
  const proof = await prove(planned.fixes, (fixes) => trial(fixes, bench));
  const refused = [...planned.refused, ...proof.refused];
  for (const one of refused)
    say(`refused: ${describe(one.fix, bench)}, since ${bench.printer.clean(one.why)}`);
  for (const one of planned.postponed)
    say(`left for the next run: ${describe(one.fix, bench)}, since ${one.why}`);
  const rest = {
    refused,
    postponed: planned.postponed,
    withheld,
    otherwise: exit.code === 1 ? 0 : exit.code,
  };
  return options.write ? make(proof.fixes, rest, bench) : show(proof.fixes, rest, bench);
}

interface Rest {
  readonly refused: readonly Refusal[];
  readonly postponed: readonly Refusal[];
  readonly withheld: number;
  /** Exit code of a scan in which no finding counts. */
  readonly otherwise: number;
}

/** The fixes that the options ask for, and how many are left out for being unsafe. */
function chosen({ run, options, asked }: Bench): {
  readonly wanted: readonly Fix[];
  readonly withheld: number;
} {
  const all = fixesOf(run.audit.findings).filter(({ finding }) =>
    selects(asked, finding.check, finding.tier),
  );
  const wanted = all.filter(({ safety }) => safety === 'safe' || options.unsafe);
  return { wanted, withheld: all.length - wanted.length };
}

/** Makes fixes on a copy in memory and scans that. */
async function trial(fixes: readonly Fix[], bench: Bench): Promise<string | undefined> {
  const texts = new Map(outcome(fixes, bench.run).map(({ uri, after }) => [uri, after]));
  return (await verdict(overlay(bench.collector, texts), fixes, bench)).why;
}

interface Verdict {
  readonly after: Standing;
  /** What the fixes promise and do not hold. */
  readonly why: string | undefined;
}

async function verdict(
  collector: Collector,
  fixes: readonly Fix[],
  { policy, options, before }: Bench,
): Promise<Verdict> {
  const { run } = await examine(collector, policy, options);
  // Half a run finds less, which would look as if all were well.
  if (run.audit.interrupted) throw new Interrupted('interrupted');
  const after = standingOf(run);
  return { after, why: shortfall(before, after, fixes) };
}

function show(fixes: readonly Fix[], { withheld, otherwise }: Rest, bench: Bench): number {
  const files = outcome(fixes, bench.run);
  for (const file of files) {
    for (const line of diffOf(file, bench)) process.stdout.write(`${line}\n`);
  }
  const kind = bench.options.unsafe ? 'fix' : 'safe fix';
  if (fixes.length > 0)
    say(`${counted(fixes.length, kind)} in ${counted(files.length, 'file')}; --write makes them`);
  else say(`no ${kind} to make`);
  if (withheld > 0)
    say(`${counted(withheld, 'more fix')} may change what a service does; --unsafe shows them`);
  return fixes.length > 0 ? 1 : otherwise;
}

function* diffOf({ uri, before, after, changes }: FileChange, { printer }: Bench): Generator<string> {
  const old = before === null ? null : (printer.blanked(uri) ?? before);
  const put = changes.map((change) => ({ ...change, text: printer.hidden(change.text) }));
  const fresh = old === null ? printer.hidden(after) : changed(old, put);
  for (const line of unifiedDiff(uri, old, fresh)) yield printableLine(line);
}

/** Writes the files, scans what is there now, and takes everything back when that is not what the trial said. */
async function make(fixes: readonly Fix[], rest: Rest, bench: Bench): Promise<number> {
  const { run } = bench;
  const root = run.graph.listing.root ?? process.cwd();
  const files = outcome(fixes, run);
  let after = bench.before;
  try {
    const replacements = files.map((file) => replacement(root, file.uri, file.before, file.after));
    replaceAll(replacements);
    if (fixes.length > 0) {
      const found = await confirmed(replacements, fixes, bench);
      after = found.after;
      if (found.why !== undefined) {
        say(`refused: ${counted(fixes.length, 'fix')}, since ${found.why}; all files were put back`);
        return 3;
      }
    }
  } catch (cause) {
    if (!(cause instanceof NotWritten)) throw cause;
    say(bench.printer.clean(cause.message));
    return 3;
  }
  for (const fix of fixes) process.stdout.write(`fixed: ${describe(fix, bench)}\n`);
  process.stdout.write(`${counted(fixes.length, 'fix')} made in ${counted(files.length, 'file')}\n`);
  process.stdout.write(`${remaining(after, rest.withheld)}\n`);
  if (rest.refused.length > 0) return 3;
  return rest.postponed.length > 0 ? 1 : rest.otherwise;
}

/** Scans what was written; all of it is put back unless that says what the trial did. */
async function confirmed(
  replacements: readonly Replacement[],
  fixes: readonly Fix[],
  bench: Bench,
): Promise<Verdict> {
  let found: Verdict | undefined;
  try {
    found = await verdict(bench.collector, fixes, bench);
    return found;
  } finally {
    if (found?.why !== undefined || !found) putBack(replacements);
  }
}

/** What a scan still finds, by check. */
function remaining({ faults }: Standing, withheld: number): string {
  const byCheck = new Map<string, number>();
  for (const [key, count] of faults) {
    const [check = ''] = key.split('\0');
    byCheck.set(check, (byCheck.get(check) ?? 0) + count);
  }
  const total = [...byCheck.values()].reduce((sum, count) => sum + count, 0);
  const named = [...byCheck].sort().map(([check, count]) => `${check} ${count}`);
  const unsafe = withheld > 0 ? `; --unsafe mends ${withheld} of them` : '';
  return total === 0 ? 'nothing remains' : `${counted(total, 'finding')} left (${named.join(', ')})${unsafe}`;
}

function describe({ finding, edits }: Fix, { printer }: Bench): string {
  const { file, line } = printer.place(finding.at);
  const made = edits.filter(({ creates }) => creates).map(({ at }) => at.source);
  const creating = made.length > 0 ? ` (creates ${made.join(', ')})` : '';
  return `${finding.check} at ${printer.clean(file)}:${line}${creating}: ${printer.clean(finding.message)}`;
}

function printerOf({ sources, secrets }: AuditRun): Excerpts {
  return excerpts(sources, secrets);
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : what.replace(/x$/, 'xe')}${count === 1 ? '' : 's'}`;
}

function say(line: string): void {
  process.stderr.write(`hardpan: ${line}\n`);
}
