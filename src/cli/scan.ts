import { existsSync, statSync } from 'node:fs';
import { type AuditRun, audit } from '../audit.ts';
import type { Check, Params, Severity } from '../check.ts';
import { combine } from '../collect/combine.ts';
import { directory, rootFor } from '../collect/directory.ts';
import { limits } from '../limits.ts';
import { loaders } from '../load/index.ts';
import type { Kind } from '../model/resource.ts';
import { exitOf } from '../policy/gate.ts';
import { type Policy, recommended, selects } from '../policy/policy.ts';
import { documentOf } from '../report/document.ts';
import type { Collector } from '../source.ts';
import { UsageError } from './error.ts';
import { type Output, openOutputs } from './output.ts';
import { bundledData, checkRecords, families } from './registry.ts';
import { version } from './version.ts';

export interface ScanOptions {
  readonly output?: readonly string[];
  readonly failOn?: Severity | 'none';
  readonly show: Severity;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly param?: readonly string[];
  readonly var?: readonly string[];
  readonly now?: number;
  readonly root?: string;
  readonly maxFileSize?: number;
  readonly stdinFilename?: string;
  readonly treeConfig: boolean;
  readonly all?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Audits paths and writes the reports. Returns the exit code. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const outputs = openOutputs(options);
  const policy = policyOf(options);
  const collectors: Collector[] = [];
  const root = options.root ?? commonRoot(paths);
  for (const path of paths) collectors.push(await collectorFor(path, options, root));
  const run = adjusted(
    await audit({
      collector: combine(collectors),
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
  const exit = exitOf(run.audit, policy);
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

async function write(
  run: AuditRun,
  outputs: readonly Output[],
  {
    startedAt,
    targets,
    policy,
    exit,
  }: { startedAt: string; targets: readonly string[]; policy: string; exit: ReturnType<typeof exitOf> },
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

/** Severities that the policy sets are final. */
function adjusted(run: AuditRun, policy: Policy): AuditRun {
  if (Object.keys(policy.severity).length === 0) return run;
  const findings = run.audit.findings.map((finding) => {
    const severity = policy.severity[finding.check];
    return severity ? { ...finding, severity, severityWhy: `set by policy ${policy.name}` } : finding;
  });
  return { ...run, audit: { ...run.audit, findings } };
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

async function collectorFor(
  path: string,
  options: ScanOptions,
  root: string | undefined,
): Promise<Collector> {
  if (path === '-') return standardInput(options);
  if (!existsSync(path)) throw new UsageError(`${path}: no such file or directory`);
  if (statSync(path).isDirectory()) return ofDirectory(path, options, root);
  const open = openers.find(({ fits }) => fits.test(path))?.open;
  if (!open) return ofDirectory(path, options, root);
  try {
    return await open(path, options);
  } catch (cause) {
    throw new UsageError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const openers: readonly {
  readonly fits: RegExp;
  open(path: string, options: ScanOptions): Promise<Collector>;
}[] = [
  {
    fits: /\.(tar|tgz|tar\.gz)$/,
    open: async (path, { treeConfig }) =>
      (await import('../collect/archive.ts')).archive(path, { treeConfig }),
  },
  {
    fits: /\.(ndjson|jsonl)$/,
    open: async (path) => (await import('../collect/snapshot.ts')).snapshot(path),
  },
];

function ofDirectory(
  path: string,
  { treeConfig, maxFileSize }: ScanOptions,
  root: string | undefined,
): Collector {
  return directory(path, {
    workingDirectory: process.cwd(),
    treeConfig,
    ...(root === undefined ? {} : { root }),
    ...(maxFileSize === undefined
      ? {}
      : { limits: { ...limits, configFile: maxFileSize, lockfile: maxFileSize } }),
  });
}

/** Several paths need one root, or their names could clash. */
function commonRoot(paths: readonly string[]): string | undefined {
  const roots = paths
    .filter((path) => path !== '-' && existsSync(path))
    .map((path) => rootFor(path, process.cwd()));
  if (roots.length < 2) return undefined;
  const parts = roots.map((root) => root.split('/'));
  const [first = [], ...rest] = parts;
  const differs = first.findIndex((part, index) => rest.some((other) => other[index] !== part));
  return (differs === -1 ? first : first.slice(0, differs)).join('/') || '/';
}

async function standardInput({ stdinFilename }: ScanOptions): Promise<Collector> {
  if (stdinFilename === undefined) throw new UsageError('- needs --stdin-filename, which tells the format');
  const { memory } = await import('../collect/memory.ts');
  const chunks: Buffer[] = [];
  // Not read in one blocking call, so that an interrupt still gets through.
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return memory('standard input', [{ uri: stdinFilename, bytes: Buffer.concat(chunks) }]);
}
