import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Written by the build beside the tables. */
interface Manifest {
  readonly tables: Readonly<
    Record<string, { readonly date: string; readonly bytes: number; readonly sha256: string }>
  >;
  /** What the tables were made from. */
  readonly sources: Readonly<
    Record<
      string,
      {
        readonly repo: string;
        readonly commit: string;
        readonly commitDate: string;
        readonly licence: string;
      }
    >
  >;
}

/** Prints what reference data this installation has: how old it is, where it is from, under what licence. */
export function dbInfo(): void {
  const { tables, sources } = manifest();
  const lines = ['Tables'];
  for (const [name, { date, bytes, sha256 }] of Object.entries(tables))
    lines.push(
      `  ${name.padEnd(20)} of ${date}  ${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  sha256 ${sha256}`,
    );
  lines.push('', 'Made from');
  for (const [name, { repo, commit, commitDate, licence }] of Object.entries(sources))
    lines.push(`  ${name.padEnd(24)} ${commitDate}  ${repo} at ${commit.slice(0, 12)}  (${licence})`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Compares every table with its checksum. Returns the exit code: 3 when one differs or is missing. */
export function dbVerify(): number {
  let wrong = 0;
  for (const [name, { sha256 }] of Object.entries(manifest().tables)) {
    const found = digestOf(`${name}.tsv`);
    const verdict =
      found === undefined ? 'is missing' : found === sha256 ? 'is as it was built' : 'was changed';
    if (found !== sha256) wrong += 1;
    process.stdout.write(`${name}: ${verdict}\n`);
  }
  if (wrong > 0) process.stderr.write('hardpan: the reference data is damaged; install the program again\n');
  return wrong > 0 ? 3 : 0;
}

function manifest(): Manifest {
  // Made by scripts/build.mjs.
  return JSON.parse(readFileSync(new URL('data/manifest.json', import.meta.url), 'utf8')) as Manifest;
}

function digestOf(name: string): string | undefined {
  try {
    const bytes = readFileSync(new URL(`data/${name}`, import.meta.url));
    return createHash('sha256').update(bytes).digest('hex');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
