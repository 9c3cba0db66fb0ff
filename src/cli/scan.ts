import { createHash } from 'node:crypto';
import { audit } from '../audit.ts';
import type { Check, Severity } from '../check.ts';
import { type Judged, judge } from '../judge.ts';
import { limits } from '../limits.ts';
import { loaders } from '../load/index.ts';
import type { Kind } from '../model/resource.ts';
import { permitted } from '../policy/permitted.ts';
import { type Policy, selects } from '../policy/policy.ts';
import { localParams } from '../policy/scope.ts';
import { waivers } from '../policy/waivers.ts';
import { documentOf } from '../report/document.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import type { IsGiven } from './config.ts';
import { needsLineHashes, type Output, type OutputOptions, openOutputs } from './output.ts';
import { bundledData, checkRecords, families } from './registry.ts';
import { settle } from './settle.ts';
import { pairs } from './values.ts';
import { version } from './version.ts';

export interface ScanOptions extends CollectOptions, OutputOptions {
  /** Names of shipped policies, or files. */
  readonly policy?: readonly string[];
  readonly failOn?: Severity | 'none';
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly param?: readonly string[];
  readonly var?: readonly string[];
  readonly now?: number;
  readonly all?: boolean;
}

/** Audits paths and writes the reports. Returns the exit code. */
export async function scan(
  paths: readonly string[],
  given: ScanOptions,
  isGiven: IsGiven = () => true,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const { policy, options } = await settle(given, isGiven);
  const outputs = openOutputs(options);
  const judged = await audited(paths, options, policy);
  const { run, exit } = judged;
  if (run.audit.interrupted) process.stderr.write('hardpan: interrupted\n');
  process.exitCode = exit.code;
  await write(judged, outputs, { startedAt, targets: paths, policy });
  return exit.code;
}

/** What the paths hold, as the policy judges it. */
export async function audited(
  paths: readonly string[],
  options: ScanOptions,
  policy: Policy,
): Promise<Judged> {
  const local = localParams(policy);
  const asked = new Set<string>();
  const run = await audit({
    collector: await collectorOf(paths, options),
    loaders,
    checks: async (kinds) => {
      const checks = await checksFor(kinds, policy);
      for (const id of checks.keys()) asked.add(id);
      return checks;
    },
    data: bundledData(),
    now: options.now ?? Date.now(),
    params: policy.params,
    ...(local ? { localParams: local } : {}),
    variables: { ...variablesOf(policy), ...pairs(options.var ?? [], '--var') },
    declared: policy.facts,
    limits:
      options.maxFileSize === undefined
        ? limits
        : { ...limits, configFile: options.maxFileSize, lockfile: options.maxFileSize },
    all: options.all ?? false,
  });
  return judge(run, policy, [permitted, waivers((check) => asked.has(check))]);
}

/** Facts that loaders ask for as variables. */
function variablesOf({ facts }: Policy): Readonly<Record<string, string>> {
  const { nginxVersion } = facts;
  return nginxVersion === undefined ? {} : { nginxVersion: String(nginxVersion) };
}

async function write(
  { run, exit, compliance }: Judged,
  outputs: readonly Output[],
  { startedAt, targets, policy }: { startedAt: string; targets: readonly string[]; policy: Policy },
): Promise<void> {
  const document = documentOf(run, {
    version,
    startedAt,
    finishedAt: new Date().toISOString(),
    root: '.',
    targets,
    policy: { name: policy.name, hash: hashOf(policy), gate: policy.gate },
    declared: policy.declared,
    exit,
    compliance,
    docs: checkRecords(new Set(run.audit.findings.map(({ check }) => check))),
    lineHashes: needsLineHashes(outputs),
  });
  for (const output of outputs) await output.write(document);
}

/** Tells two policies apart, flags included. */
function hashOf(policy: Policy): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(policy)).digest('hex')}`;
}

async function checksFor(kinds: ReadonlySet<Kind>, policy: Policy): Promise<ReadonlyMap<string, Check>> {
  const found = new Map<string, Check>();
  const wanted = families.filter((family) => family.kinds.some((kind) => kinds.has(kind)));
  for (const loaded of await Promise.all(wanted.map((family) => family.load()))) {
    for (const [id, check] of Object.entries(loaded))
      if (selects(policy, id, check.tier)) found.set(id, check);
  }
  return found;
}
