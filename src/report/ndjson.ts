import type { Document } from './document.ts';

/** The document as lines, each a JSON object that says in `type` what it is: run, check, compliance, finding, problem. */
export function* ndjson(document: Document): Generator<string> {
  const { schemaVersion, tool, run, exit, summary } = document;
  yield line('run', { schemaVersion, tool, run, exit, summary });
  for (const [id, check] of Object.entries(document.checks)) yield line('check', { id, ...check });
  for (const standard of document.compliance ?? []) yield line('compliance', standard);
  for (const finding of document.findings) yield line('finding', finding);
  for (const problem of document.problems) yield line('problem', problem);
}

function line(type: string, record: object): string {
  return `${JSON.stringify({ type, ...record })}\n`;
}
