import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Finding } from '../finding.ts';
import { dayFault, daysUntil } from '../policy/day.ts';
import { printable } from '../policy/fault.ts';
import type { Policy } from '../policy/policy.ts';
import { withWaiver } from '../policy/waiver-file.ts';
import { excerpts } from '../report/excerpt.ts';
import { configFiles, topFolder, waiversName } from './config.ts';
import { UsageError } from './error.ts';
import { readText, resolvedFrom, told } from './policy-files.ts';
import { audited, type ScanOptions } from './scan.ts';
import { settle } from './settle.ts';

interface WaiveOptions {
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly force?: boolean;
  readonly check?: string;
  readonly now?: number;
}

/** Scans, finds the finding, and writes a waiver for it beside the config. */
export async function waive(
  fingerprint: string,
  paths: readonly string[],
  options: WaiveOptions,
): Promise<void> {
  const now = options.now ?? Date.now();
  const defaults: ScanOptions = { show: 'info', color: 'never', treeConfig: true, now };
  const { policy, options: settled } = await settle(defaults, (option) => option === 'now');
  refuse(options, policy, now);
  const found = await findingIn(fingerprint, paths, settled, policy);
  if (found?.finding.suppressed?.by === 'waiver') {
    const { owner, expires } = found.finding.suppressed;
    throw new UsageError(
      `${fingerprint} is waived already, by ${owner ?? 'somebody'} until ${expires ?? 'further notice'}`,
    );
  }
  if (!found && !options.force)
    throw new UsageError(
      `no finding of ${paths.join(', ')} has the fingerprint ${fingerprint}; reports give it (-o json), and --force with --check writes the waiver all the same`,
    );
  const check = found?.finding.check ?? options.check;
  if (check === undefined)
    throw new UsageError('--force needs --check, since the finding cannot say what it is of');
  const { reason, owner, expires } = options;
  const created = new Date(now).toISOString().slice(0, 10);
  const note = found ? printable(found.note) : 'written with --force: no scan had it then';
  const target = targetFile();
  await told(() => {
    const before = readText(target);
    const after = withWaiver(target, before, { check, fingerprint, reason, owner, created, expires }, note);
    // What was written must be readable as a whole, or nothing is.
    resolvedFrom([], target, now, (path) => (path === target ? after : readText(path)));
    replace(target, after);
  });
  process.stdout.write(`${target}: ${check} is waived until ${expires}\n`);
}

function refuse({ reason, owner, expires }: WaiveOptions, { suppressions }: Policy, now: number): void {
  if (reason.trim().length < 10)
    throw new UsageError('--reason must have 10 characters or more: say why it is acceptable');
  if (owner.trim() === '') throw new UsageError('--owner must say who answers for it');
  const fault = dayFault(expires);
  if (fault !== undefined) throw new UsageError(`--expires ${expires}: ${fault}`);
  const days = daysUntil(expires, now);
  if (days < 0) throw new UsageError(`--expires ${expires}: that day is over`);
  const { maxDays } = suppressions;
  if (maxDays !== undefined && days > maxDays)
    throw new UsageError(`--expires ${expires}: the policy allows ${maxDays} days at most`);
}

async function findingIn(
  fingerprint: string,
  paths: readonly string[],
  options: ScanOptions,
  policy: Policy,
): Promise<{ readonly finding: Finding; readonly note: string } | undefined> {
  const { run } = await audited(paths, options, policy);
  const finding = run.audit.findings.find((one) => one.fingerprint === fingerprint);
  if (!finding) return undefined;
  const { place, clean } = excerpts(run.sources, run.secrets);
  const { file, line } = place(finding.at);
  return { finding, note: `${file}:${line}: ${clean(finding.message)}` };
}

/** Beside the config that counts here; without one, where git works. */
function targetFile(): string {
  const here = process.cwd();
  const { config, waivers } = configFiles(here);
  if (waivers !== undefined) return waivers;
  return config === undefined
    ? relative(here, join(topFolder(here), waiversName))
    : join(dirname(config), waiversName);
}

/** All or nothing: a reader never sees half of it, and the old file stays when the new one cannot be written. */
function replace(file: string, text: string): void {
  let target = file;
  let mode: number | undefined;
  try {
    target = realpathSync(file);
    mode = statSync(target).mode & 0o7777;
  } catch {
    // There is none yet.
  }
  const draft = join(dirname(target), `.${waiversName}.${process.pid}`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    if (mode !== undefined) chmodSync(draft, mode);
    renameSync(draft, target);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new UsageError(
      `${file}: cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}
