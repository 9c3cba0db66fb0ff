import { type AuditRun, audit, type Plan } from '../audit.ts';
import type { Check, Params, Severity } from '../check.ts';
import { type Judged, judge } from '../judge.ts';
import { limits } from '../limits.ts';
import { loaders } from '../load/index.ts';
import type { Kind } from '../model/resource.ts';
import type { Exit } from '../policy/gate.ts';
import { type Policy, recommended, selects } from '../policy/policy.ts';
import { documentOf } from '../report/document.ts';
import type { Collector } from '../source.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import { UsageError } from './error.ts';
import { type Output, openOutputs } from './output.ts';
import { bundledData, checkRecords, families } from './registry.ts';
import { version } from './version.ts';

export interface ScanOptions extends CollectOptions {
  readonly output?: readonly string[];
  readonly failOn?: Severity | 'none';
  readonly show: Severity;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly param?: readonly string[];
  readonly var?: readonly string[];
  readonly now?: number;
  readonly all?: boolean;
  readonly baseline?: string;
  readonly newOnly?: boolean;
  readonly since?: string;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Audits paths and writes the reports. Returns the exit code. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const outputs = openOutputs(options);
  const { run, exit, policy } = await judgedBy(paths, options);
  if (run.audit.interrupted) process.stderr.write('hardpan: interrupted\n');
  process.exitCode = exit.code;
  await write(run, outputs, {
    startedAt,
    targets: paths,
    policy: policy.name,
    exit,
  });
  return exit.code;
}

function planOf(collector: Collector, policy: Policy, options: ScanOptions): Plan {
  const { now = Date.now(), maxFileSize, all = false } = options;
  return {
    collector,
    loaders,
    checks: (kinds) => checksFor(kinds, policy),
    data: bundledData(),
    now,
    params: policy.params,
    variables: pairs(options.var ?? [], '--var'),
    declared: policy.facts,
    limits:
      maxFileSize === undefined ? limits : { ...limits, configFile: maxFileSize, lockfile: maxFileSize },
    all,
  };
}

/** Audits paths and judges what is found, marks included. */
export async function judgedBy(
  paths: readonly string[],
  options: ScanOptions,
): Promise<Judged & { readonly policy: Policy }> {
  const policy = policyOf(options);
  const { since: ref } = options;
  const since = ref === undefined ? undefined : (await import('./since.ts')).openSince(ref, paths, options);
  const collector = await collectorOf(paths, since ? { ...options, rules: since.read } : options);
  const plan = planOf(collector, policy, options);
  const run = await audit(plan);
  const { comments, ignoreFiles } = run;
  const ignores = comments.size > 0 || ignoreFiles.length > 0;
  const marked = ignores || since || options.baseline !== undefined || options.newOnly;
  // Loaded only where there is something to mark by.
  const passes = marked
    ? await (await import('./marks.ts')).marksFor(run, { plan, policy, options, since })
    : [];
  return { ...judge(run, policy, passes), policy };
}

async function write(
  run: AuditRun,
  outputs: readonly Output[],
  {
    startedAt,
    targets,
    policy,
    exit,
  }: { startedAt: string; targets: readonly string[]; policy: string; exit: Exit },
): Promise<void> {
  const document = documentOf(run, {
    version,
    startedAt,
    finishedAt: new Date().toISOString(),
    root: '.',
    targets,
    policy: { name: policy, hash: '' },
    declared: [],
    exit,
    docs: checkRecords(new Set(run.audit.findings.map(({ check }) => check))),
    lineHashes: outputs.some(({ format }) => format !== 'text'),
  });
  for (const output of outputs) await output.write(document);
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

function policyOf(options: ScanOptions): Policy {
  const { failOn, select = [], ignore = [], param = [], newOnly = false, since } = options;
  const known = families.flatMap(({ ids }) => ids);
  for (const pattern of [...select, ...ignore]) {
    const fits = pattern.endsWith('/*')
      ? known.some((id) => id.startsWith(pattern.slice(0, -1)))
      : known.includes(pattern);
    if (!fits && pattern !== '*')
      throw new UsageError(`there is no check ${pattern}${nearest(pattern, known)}`);
  }
  return {
    ...recommended,
    select,
    ignore,
    params: paramsOf(param, known),
    gate: {
      ...recommended.gate,
      failOn: failOn ?? recommended.gate.failOn,
      newOnly: newOnly || since !== undefined,
    },
  };
}

/** The right name that shares most with a wrong one, as a hint. */
function nearest(wrong: string, names: readonly string[]): string {
  const slug = wrong.split('/').at(-1) ?? wrong;
  const hit = names.find((name) => name.endsWith(`/${slug}`)) ?? names.find((name) => name.includes(slug));
  return hit === undefined ? ' (hardpan checks lists them)' : `; did you mean ${hit}?`;
}

function paramsOf(given: readonly string[], known: readonly string[]): Readonly<Record<string, Params>> {
  const found: Record<string, Record<string, string | number | boolean | readonly string[]>> = {};
  for (const [key, value] of Object.entries(pairs(given, '--param'))) {
    const dot = key.lastIndexOf('.');
    const id = key.slice(0, dot);
    if (dot === -1 || !known.includes(id))
      throw new UsageError(`--param ${key}: there is no check ${id || key}`);
    found[id] = { ...found[id], [key.slice(dot + 1)]: parsed(value) };
  }
  return found;
}

function parsed(value: string): string | number | boolean | readonly string[] {
  if (/^(true|false)$/.test(value)) return value === 'true';
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return value.includes(';') ? value.split(';') : value;
}

function pairs(given: readonly string[], flag: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`${flag} ${text}: expected NAME=value`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
