import type { Example } from '../check.ts';
import type { CheckRecord } from '../report/document.ts';
import { painter } from '../report/paint.ts';
import { wrapped } from '../report/wrap.ts';
import { UsageError } from './error.ts';
import { checksNamed, namesLike } from './names.ts';
import { checkRecords } from './registry.ts';

/** Prints a check that an id of ours, a former one or one of another tool names; several are listed. */
export async function explain(name: string): Promise<void> {
  const records = checkRecords();
  const ids = checksNamed(name, records);
  const [id] = ids;
  const record = id === undefined ? undefined : records.get(id);
  if (id === undefined || !record) {
    const near = namesLike(name, records);
    throw new UsageError(
      `there is no check ${name}${near.length > 0 ? `; did you mean ${near.slice(0, 3).join(', ')}?` : ''}`,
    );
  }
  if (ids.length > 1) list(`${name} is asked by ${ids.length} checks; explain one of them:`, ids, records);
  else process.stdout.write(`${pageOf(id, record, name).join('\n')}\n`);
}

function list(title: string, ids: readonly string[], records: ReadonlyMap<string, CheckRecord>): void {
  const widest = Math.max(...ids.map(({ length }) => length));
  const lines = ids.map((id) => `  ${id.padEnd(widest)}  ${records.get(id)?.title ?? ''}`);
  process.stdout.write(`${[title, ...lines].join('\n')}\n`);
}

/** What the check asks, why, what to do, and its examples as they are tested. */
function pageOf(id: string, record: CheckRecord, name: string): readonly string[] {
  const paint = painter(process.stdout.isTTY ?? false);
  const width = Math.min(process.stdout.columns || 100, 100);
  const { severity = '', confidence = '', tier, risk, params = {}, fixes = {} } = record;
  const table = (rows: Readonly<Record<string, readonly string[]>> | undefined) =>
    Object.entries(rows ?? {}).map(([key, values]) => `  ${key}: ${values.join(', ')}`);
  return [
    `${paint.strong(id)}  ${record.title}`,
    `${severity} · confidence ${confidence} · ${tier} · ${risk.join(', ')}`,
    ...(name === id ? [] : [`asked for as ${name}`]),
    '',
    ...wrapped(`Why: ${record.why ?? ''}`, width, ''),
    '',
    ...wrapped(`Remedy: ${record.remedy ?? ''}`, width, ''),
    ...titled(
      'Fixes',
      Object.entries(fixes).map(([safety, text]) => `  ${safety}: ${text}`),
    ),
    ...titled(
      'Parameters',
      Object.entries(params).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    ),
    ...examples('Flagged', record.bad, paint.strong),
    ...examples('Passes', record.good, paint.strong),
    ...examples('Cannot be told', record.unsure, paint.strong),
    ...titled('Compliance', table(record.compliance)),
    ...titled('The same question in other tools', table(record.equivalents)),
    ...titled(
      'Former names',
      (record.was ?? []).map((former) => `  ${former}`),
    ),
    '',
    ...(record.references ?? []).map((url) => `See ${url}`),
  ];
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
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
