import { existsSync } from 'node:fs';
import { type Entry, type Update, updated, writtenBaseline } from '../baseline/file.ts';
import { excerpts } from '../report/excerpt.ts';
import { openBaseline, usualBaseline } from './baseline-file.ts';
import type { IsGiven, Settled } from './config.ts';
import { UsageError } from './error.ts';
import { audited, type ScanOptions } from './scan.ts';
import { settle } from './settle.ts';
import { printable, writeWhole } from './write.ts';

export interface BaselineOptions extends ScanOptions {
  readonly prune?: boolean;
}

/** Takes today's findings as known. Returns the exit code. */
export async function createBaseline(
  paths: readonly string[],
  options: BaselineOptions,
  isGiven: IsGiven,
): Promise<number> {
  const settled = await settle(options, isGiven);
  const file = settled.options.baseline ?? usualBaseline;
  if (existsSync(file))
    throw new UsageError(`${file}: exists; hardpan baseline update adds to it, or remove it first`);
  const done = await record(paths, settled, file, { old: [], prune: false });
  if (!done) return 130;
  process.stdout.write(`${file}: ${plural(done.entries.length, 'finding')} taken as known\n`);
  return 0;
}

/** Adds today's findings to the known ones. Returns the exit code. */
export async function updateBaseline(
  paths: readonly string[],
  options: BaselineOptions,
  isGiven: IsGiven,
): Promise<number> {
  const settled = await settle(options, isGiven);
  const file = settled.options.baseline ?? usualBaseline;
  const prune = options.prune ?? false;
  const done = await record(paths, settled, file, { old: openBaseline(file), prune });
  if (!done) return 130;
  const { added, moved, stale } = done;
  const gone = prune ? `${stale} stale taken out` : `${stale} stale kept (--prune takes them out)`;
  process.stdout.write(`${file}: ${added} added, ${moved} moved, ${gone}, ${done.entries.length} in all\n`);
  return 0;
}

/** Prints what a baseline holds: a line for each entry, then how many each check has. */
export async function showBaseline({
  baseline = usualBaseline,
}: Pick<BaselineOptions, 'baseline'>): Promise<number> {
  const entries = openBaseline(baseline);
  for (const { fingerprint, firstSeen, check, file, resource } of entries)
    process.stdout.write(`${printable(`${fingerprint}  ${firstSeen}  ${check}  ${file}  ${resource}`)}\n`);
  process.stdout.write(`${plural(entries.length, 'known finding')}\n`);
  return 0;
}

/** Undefined when the run was interrupted: half a scan is no baseline. */
async function record(
  paths: readonly string[],
  { policy, options }: Settled,
  file: string,
  { old, prune }: { readonly old: readonly Entry[]; readonly prune: boolean },
): Promise<Update | undefined> {
  const { baseline: _, newOnly: __, since: ___, ...plain } = options;
  const { run } = await audited(paths, plain, policy);
  if (run.audit.interrupted) return undefined;
  const lost = run.audit.problems.filter(({ sort }) => sort !== 'notice');
  const { clean } = excerpts(run.sources, run.secrets);
  for (const { subject, message } of lost)
    process.stderr.write(`hardpan: ${clean(`${subject}: ${message}`)}\n`);
  const today = new Date(run.graph.now).toISOString().slice(0, 10);
  const result = updated(run.audit.findings, old, { today, prune, clean });
  writeWhole(file, writtenBaseline(result.entries));
  return result;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
