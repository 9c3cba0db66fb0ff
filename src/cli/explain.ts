import type { Example } from '../check.ts';
import { painter } from '../report/paint.ts';
import { wrapped } from '../report/wrap.ts';
import { UsageError } from './error.ts';
import { checkRecords } from './registry.ts';

/** Prints one check: what it asks, why, what to do, and its examples as they are tested. */
export async function explain(id: string): Promise<void> {
  const records = checkRecords();
  const record = records.get(id);
  if (!record) {
    const near = [...records.keys()].filter((name) => name.includes(id.split('/').at(-1) ?? id));
    throw new UsageError(
      `there is no check ${id}${near.length > 0 ? `; did you mean ${near.slice(0, 3).join(', ')}?` : ''}`,
    );
  }
  const paint = painter(process.stdout.isTTY ?? false);
  const width = Math.min(process.stdout.columns || 100, 100);
  const lines = [
    `${paint.strong(id)}  ${record.title}`,
    `${record.severity ?? ''} · ${record.tier} · ${record.risk.join(', ')}`,
    '',
    ...wrapped(`Why: ${record.why ?? ''}`, width, ''),
    '',
    ...wrapped(`Remedy: ${record.remedy ?? ''}`, width, ''),
    ...examples('Flagged', record.bad, paint.strong),
    ...examples('Passes', record.good, paint.strong),
    ...examples('Cannot be told', record.unsure, paint.strong),
    '',
    ...(record.references ?? []).map((url) => `See ${url}`),
    ...Object.entries(record.compliance ?? {}).map(([name, controls]) => `${name}: ${controls.join(', ')}`),
    ...Object.entries(record.equivalents ?? {}).map(([tool, names]) => `${tool}: ${names.join(', ')}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function examples(
  title: string,
  all: readonly Example[] | undefined,
  strong: (text: string) => string,
): readonly string[] {
  return (all ?? []).slice(0, 3).flatMap((example) => [
    '',
    strong(title),
    ...Object.entries(example)
      .filter(([name]) => !name.startsWith('@'))
      .flatMap(([name, file]) => [
        `  ${name}`,
        ...contentOf(file)
          .split('\n')
          .map((line) => `    ${line}`),
      ]),
  ]);
}

function contentOf(file: Example[string]): string {
  if (typeof file === 'string') return file;
  return file.text ?? '(binary)';
}

/** Prints the checks, one a line: id, severity, tier, title. */
export async function listChecks(pattern = ''): Promise<void> {
  const rows = [...checkRecords()].filter(
    ([id, { risk }]) => id === pattern || id.startsWith(pattern) || risk.includes(pattern),
  );
  if (rows.length === 0) throw new UsageError(`no check is named so or of that risk: ${pattern}`);
  const widest = Math.max(...rows.map(([id]) => id.length));
  for (const [id, { severity = '', tier, title }] of rows) {
    process.stdout.write(`${id.padEnd(widest)}  ${severity.padEnd(8)}  ${tier.padEnd(9)}  ${title}\n`);
  }
}
