import { createHash } from 'node:crypto';
import { audit, type Plan } from '../audit.ts';
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
import type { Collector } from '../source.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import type { IsGiven } from './config.ts';
import { needsLineHashes, type Output, type OutputOptions, openOutputs } from './output.ts';
import { bundledData, checkRecords, families } from './registry.ts';
import { settle } from './settle.ts';
import type { Since } from './since.ts';
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
  readonly baseline?: string;
  readonly newOnly?: boolean;
  readonly since?: string;
}

/** Audits paths and writes the reports. Returns the exit code. */
export async function scan(
  paths: readonly string[],
  given: ScanOptions,
  isGiven: IsGiven = () => true,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const since = await sinceOf(paths, given);
  const { policy, options } = await settle(given, isGiven, since);
  const outputs = openOutputs(options);
  const judged = await audited(paths, options, policy, since);
  const { run, exit } = judged;
  if (run.audit.interrupted) process.stderr.write('hardpan: interrupted\n');
  process.exitCode = exit.code;
  await write(judged, outputs, { startedAt, targets: paths, policy });
  return exit.code;
}

/** The commit that new findings are told from, where one is asked for. */
export async function sinceOf(
  paths: readonly string[],
  { since, root }: ScanOptions,
): Promise<Since | undefined> {
  return since === undefined ? undefined : (await import('./since.ts')).openSince(since, paths, root);
}

/** What the paths hold, as the policy judges it. */
export async function audited(
  paths: readonly string[],
  options: ScanOptions,
  policy: Policy,
  since?: Since,
): Promise<Judged> {
  const rules = since ? { rules: since.read } : {};
  return examine(await collectorOf(paths, { ...options, ...rules }), policy, options, since);
}

type Examining = CollectOptions &
  Pick<ScanOptions, 'now' | 'var' | 'maxFileSize' | 'all' | 'baseline' | 'newOnly'>;

/** What a collector finds, as the policy judges it. */
export async function examine(
  collector: Collector,
  policy: Policy,
  options: Examining,
  since?: Since,
): Promise<Judged> {
  const asked = new Set<string>();
  const plan = planOf(collector, { policy, options, asked });
  const run = await audit(plan);
  const ignores = run.comments.size > 0 || run.ignoreFiles.length > 0;
  const marked = ignores || since || options.baseline !== undefined || options.newOnly;
  const bench = { plan, policy, options, since, asked: (check: string) => asked.has(check) };
  // Loaded only where there is something to mark by.
  const marks = marked ? await (await import('./marks.ts')).marksFor(run, bench) : [];
  return judge(run, policy, [...marks, permitted, waivers(bench.asked)]);
}

interface Asking {
  readonly policy: Policy;
  readonly options: Examining;
  /** Gets the checks that are asked. */
  readonly asked: Set<string>;
}

function planOf(collector: Plan['collector'], { policy, options, asked }: Asking): Plan {
  const { now = Date.now(), maxFileSize, all = false } = options;
  const local = localParams(policy);
  return {
    collector,
    loaders,
    checks: async (kinds) => {
      const checks = await checksFor(kinds, policy);
      for (const id of checks.keys()) asked.add(id);
      return checks;
    },
    data: bundledData(),
    now,
    params: policy.params,
    ...(local ? { localParams: local } : {}),
    variables: { ...variablesOf(policy), ...pairs(options.var ?? [], '--var') },
    declared: policy.facts,
    limits:
      maxFileSize === undefined ? limits : { ...limits, configFile: maxFileSize, lockfile: maxFileSize },
    all,
  };
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
