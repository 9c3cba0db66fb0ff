import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { audit } from '../audit.ts';
import type { SurfaceEntry } from '../facts/surface/entry.ts';
import { surfaceOf } from '../facts/surface/surface.ts';
import type { Audit } from '../finding.ts';
import { loaders } from '../load/index.ts';
import type { Policy } from '../policy/policy.ts';
import { excerpts } from '../report/excerpt.ts';
import { parseSurface, surfaceChanges, surfaceText } from '../report/surface.ts';
import type { Collector } from '../source.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import type { IsGiven } from './config.ts';
import { UsageError } from './error.ts';
import { bundledData } from './registry.ts';
import { settle } from './settle.ts';

export interface SurfaceOptions extends CollectOptions {
  /** Compare with the file instead of writing it. */
  readonly check?: boolean;
  /** Compare with the tree at this git commit instead. */
  readonly since?: string;
  /** The file; `-` is standard output. */
  readonly file: string;
  readonly policy?: readonly string[];
  readonly now?: number;
}

/** Writes the attack surface of the paths to a file, or says in words how the two differ. Returns the exit code. */
export async function surface(
  paths: readonly string[],
  options: SurfaceOptions,
  isGiven: IsGiven = () => true,
): Promise<number> {
  const { since: ref, file } = options;
  const since =
    ref === undefined ? undefined : (await import('./since.ts')).openSince(ref, paths, options.root);
  const { policy } = await settle({ show: 'info', color: 'never', ...options }, isGiven, since);
  const rules = since ? { rules: since.read } : {};
  const entries = await entriesOf(await collectorOf(paths, { ...options, ...rules }), policy, options);
  if (since) {
    const before = await entriesOf(await since.collector(options), policy, options);
    return compare(before, entries, `the tree at ${since.ref}`, '');
  }
  if (options.check) return compare(entriesIn(file), entries, file, anew);
  if (file === '-') process.stdout.write(surfaceText(entries));
  else write(file, surfaceText(entries));
  return 0;
}

const anew = '; when that is meant, write it anew with hardpan surface';

async function entriesOf(
  collector: Collector,
  { facts }: Policy,
  { now = Date.now() }: SurfaceOptions,
): Promise<readonly SurfaceEntry[]> {
  const run = await audit({
    collector,
    loaders,
    checks: async () => new Map(),
    data: bundledData(),
    now,
    declared: facts,
  });
  const { clean } = excerpts(run.sources, run.secrets);
  return [...surfaceOf(run.graph), ...unseenIn(run.audit)].map((entry) => cleaned(entry, clean));
}

/** Addresses may hold passwords, and names control characters. */
function cleaned({ kind, subject, facts }: SurfaceEntry, clean: (text: string) => string): SurfaceEntry {
  return { kind, subject: clean(subject), facts: facts.map(([name, value]) => [name, clean(value)]) };
}

/** Parts that could not be seen are lines too: what they hold may change unnoticed. */
function unseenIn({ problems, unsupported }: Audit): readonly SurfaceEntry[] {
  const lost = problems
    .filter(({ sort }) => sort !== 'notice')
    .map(({ subject, message }): [string, string] => [subject, message]);
  const unread = Object.entries(unsupported).flatMap(([format, files]) =>
    files.map((file): [string, string] => [file, `${format} files are not read yet`]),
  );
  return [...new Map([...lost, ...unread])].map(([subject, why]) => ({
    kind: 'unseen',
    subject,
    facts: [['why', why]],
  }));
}

function entriesIn(file: string): readonly SurfaceEntry[] {
  if (!existsSync(file)) throw new UsageError(`${file}: no such file; hardpan surface writes it`);
  try {
    return parseSurface(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function compare(
  before: readonly SurfaceEntry[],
  after: readonly SurfaceEntry[],
  what: string,
  hint: string,
): number {
  const changes = surfaceChanges(before, after);
  for (const line of changes) process.stdout.write(`${line}\n`);
  if (changes.length === 0) return 0;
  process.stderr.write(`hardpan: the attack surface differs from ${what}${hint}\n`);
  return 1;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new UsageError(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
