import { type AuditRun, audit } from '../audit.ts';
import type { Check, Params, Severity } from '../check.ts';
import { judge } from '../judge.ts';
import { limits } from '../limits.ts';
import { loaders } from '../load/index.ts';
import type { Kind } from '../model/resource.ts';
import type { Exit } from '../policy/gate.ts';
import { type Policy, recommended, selects } from '../policy/policy.ts';
import { documentOf } from '../report/document.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import { UsageError } from './error.ts';
import { needsLineHashes, type Output, type OutputOptions, openOutputs } from './output.ts';
import { bundledData, checkRecords, families } from './registry.ts';
import { version } from './version.ts';

export interface ScanOptions extends CollectOptions, OutputOptions {
  readonly failOn?: Severity | 'none';
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly param?: readonly string[];
  readonly var?: readonly string[];
  readonly now?: number;
  readonly all?: boolean;
}

/** Audits paths and writes the reports. Returns the exit code. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const outputs = openOutputs(options);
  const policy = policyOf(options);
  const { run, exit } = judge(
    await audit({
      collector: await collectorOf(paths, options),
      loaders,
      checks: (kinds) => checksFor(kinds, policy),
      data: bundledData(),
      now: options.now ?? Date.now(),
      params: policy.params,
      variables: pairs(options.var ?? [], '--var'),
      declared: policy.facts,
      limits:
        options.maxFileSize === undefined
          ? limits
          : { ...limits, configFile: options.maxFileSize, lockfile: options.maxFileSize },
      all: options.all ?? false,
    }),
    policy,
  );
  if (run.audit.interrupted) process.stderr.write('hardpan: interrupted\n');
  process.exitCode = exit.code;
  await write(run, outputs, {
    startedAt,
    targets: paths,
    policy,
    exit,
  });
  return exit.code;
}

async function write(
  run: AuditRun,
  outputs: readonly Output[],
  {
    startedAt,
    targets,
    policy,
    exit,
  }: { startedAt: string; targets: readonly string[]; policy: Policy; exit: Exit },
): Promise<void> {
  const document = documentOf(run, {
    version,
    startedAt,
    finishedAt: new Date().toISOString(),
    root: '.',
    targets,
    policy: { name: policy.name, hash: '', gate: policy.gate },
    declared: [],
    exit,
    docs: checkRecords(new Set(run.audit.findings.map(({ check }) => check))),
    lineHashes: needsLineHashes(outputs),
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

function policyOf({ failOn, select = [], ignore = [], param = [] }: ScanOptions): Policy {
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
    gate: { ...recommended.gate, failOn: failOn ?? recommended.gate.failOn },
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
