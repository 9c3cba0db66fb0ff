import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { audit } from '../audit.ts';
import type { SurfaceEntry } from '../facts/surface/entry.ts';
import { surfaceOf } from '../facts/surface/surface.ts';
import type { Audit } from '../finding.ts';
import { loaders } from '../load/index.ts';
import { excerpts } from '../report/excerpt.ts';
import { parseSurface, surfaceChanges, surfaceText } from '../report/surface.ts';
import { type CollectOptions, collectorOf } from './collectors.ts';
import { UsageError } from './error.ts';
import { bundledData } from './registry.ts';

export interface SurfaceOptions extends CollectOptions {
  /** Compare with the file instead of writing it. */
  readonly check?: boolean;
  /** The file; `-` is standard output. */
  readonly file: string;
  readonly now?: number;
}

/** Writes the attack surface of the paths to a file, or says in words how the two differ. Returns the exit code. */
export async function surface(paths: readonly string[], options: SurfaceOptions): Promise<number> {
  const run = await audit({
    collector: await collectorOf(paths, options),
    loaders,
    checks: async () => new Map(),
    data: bundledData(),
    now: options.now ?? Date.now(),
  });
  const { clean } = excerpts(run.sources, run.secrets);
  const entries = [...surfaceOf(run.graph), ...unseenIn(run.audit)].map((entry) => cleaned(entry, clean));
  if (options.check) return compare(entries, options.file);
  if (options.file === '-') process.stdout.write(surfaceText(entries));
  else write(options.file, surfaceText(entries));
  return 0;
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

function compare(entries: readonly SurfaceEntry[], file: string): number {
  if (!existsSync(file)) throw new UsageError(`${file}: no such file; hardpan surface writes it`);
  let known: readonly SurfaceEntry[];
  try {
    known = parseSurface(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const changes = surfaceChanges(known, entries);
  for (const line of changes) process.stdout.write(`${line}\n`);
  if (changes.length === 0) return 0;
  process.stderr.write(
    `hardpan: the attack surface differs from ${file}; when that is meant, write it anew with hardpan surface\n`,
  );
  return 1;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new UsageError(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
