import { readFileSync } from 'node:fs';
import { type Difference, differenceOf, type Saved, savedFindings } from '../baseline/diff.ts';
import type { Severity } from '../check.ts';
import { reason } from '../collect/walk.ts';
import { severities } from '../policy/policy.ts';
import { UsageError } from './error.ts';
import { printable } from './write.ts';

export interface DiffOptions {
  readonly output: 'text' | 'json';
  readonly failOn: Severity | 'none';
}

/** Prints what changed between two saved runs. Returns the exit code: 1 for what is new or graver at `--fail-on`. */
export async function diff(before: string, after: string, options: DiffOptions): Promise<number> {
  const found = differenceOf(open(before), open(after));
  const { output, failOn } = options;
  process.stdout.write(output === 'json' ? `${JSON.stringify(found, null, 2)}\n` : textOf(found));
  const grave = severities.slice(0, severities.indexOf(failOn as Severity) + 1);
  const worse = found.severityChanged.filter(
    ({ before: was, after: now }) => severities.indexOf(now.severity) < severities.indexOf(was.severity),
  );
  const counted = [...found.added, ...worse.map(({ after: now }) => now)];
  return failOn !== 'none' && counted.some(({ severity }) => grave.includes(severity)) ? 1 : 0;
}

function open(file: string): readonly Saved[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file}: ${reason(cause) === 'ENOENT' ? 'no such file' : reason(cause)}`);
  }
  try {
    return savedFindings(file, text);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}

function textOf({ added, fixed, severityChanged, moved, unchanged }: Difference): string {
  const rows = [
    ...added.map((one) => `+ ${lineOf(one)}`),
    ...fixed.map((one) => `- ${lineOf(one)}`),
    ...severityChanged.map(({ before, after }) => `~ ${lineOf(after)} (was ${before.severity})`),
    ...moved.map(({ before, after }) => `> ${lineOf(after)} (was in ${before.file})`),
    `${added.length} new, ${fixed.length} fixed, ${severityChanged.length} of another severity, ${moved.length} moved, ${unchanged} unchanged`,
  ];
  return rows.map((row) => `${printable(row)}\n`).join('');
}

function lineOf({ file, line, severity, check, message }: Saved): string {
  return `${file}${line > 0 ? `:${line}` : ''}  ${severity}  ${check}  ${message}`;
}
