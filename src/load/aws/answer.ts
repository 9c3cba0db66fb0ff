import { get, type JsonNode, parseJson, stringOf } from '../../lang/json.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import { isReport, type ReportRow, readReport } from './report.ts';

/** What one source turned out to hold. */
export type Answer =
  | { readonly type: 'json'; readonly root: JsonNode; readonly at: Location }
  | { readonly type: 'error'; readonly code: string; readonly at: Location }
  | { readonly type: 'report'; readonly rows: readonly ReportRow[]; readonly at: Location }
  | { readonly type: 'empty'; readonly at: Location }
  | { readonly type: 'none'; readonly why: string };

/** What the command line prints on standard error when the API refuses, in the words of its versions. */
const refused = [
  /An error occurred \(([^)\s]+)\)[^\n]*/,
  /A client error \(([^)\s]+)\) occurred[^\n]*/,
  /^Code: (\S+)[^\n]*/m,
] as const;

/** What it prints when it did not come to ask. */
const failed =
  /^(?:aws: \[ERROR\]|aws: error|usage:|Unable to |Could not |Connect|Read timeout|Error |Partial credentials|You must |The config profile|The source profile|The user-provided|SSL |Parameter validation|fatal error|Unknown options|Invalid |Token has expired|Missing |[^\n]*command not found)[^\n]*/m;

/** Reads an answer: JSON, a saved error, a credential report as CSV, or nothing at all. */
export function readAnswer(uri: string, text: string): Answer {
  if (text.trim() === '') return { type: 'empty', at: wholeOf(uri) };
  if (isReport(text)) {
    const rows = readReport(text, uri);
    return { type: 'report', rows, at: { source: uri, start: 0, end: text.trimEnd().length } };
  }
  const begin = /^\s*\{/.test(text) ? 0 : text.search(/^\{/m);
  if (begin !== 0) {
    const error = errorIn(uri, text);
    if (error) return error;
    if (begin < 0) return { type: 'none', why: 'holds neither JSON nor an error of the AWS command line' };
  }
  // Warnings of Python come before the answer when both outputs were saved together.
  return jsonFrom(uri, begin === 0 ? text : text.slice(0, begin).replace(/[^\n]/g, ' ') + text.slice(begin));
}

function errorIn(uri: string, text: string): Answer | undefined {
  const head = text.slice(0, 4000);
  for (const pattern of refused) {
    const [line, code] = pattern.exec(head) ?? [];
    if (line !== undefined && code !== undefined) return { type: 'error', code, at: spanOf(uri, head, line) };
  }
  const [line] = failed.exec(head) ?? [];
  if (line === undefined) return undefined;
  const code = line.replace(/^aws: \[ERROR\]:?\s*/, '').slice(0, 80);
  return { type: 'error', code, at: spanOf(uri, head, line) };
}

function spanOf(uri: string, text: string, line: string): Location {
  const start = text.indexOf(line);
  return { source: uri, start, end: start + line.trimEnd().length };
}

function jsonFrom(uri: string, text: string): Answer {
  const { root, diagnostics } = parseJson(text, uri);
  const [fault] = diagnostics.filter(({ severity }) => severity === 'error');
  if (fault) return { type: 'none', why: `is not whole JSON: ${fault.message}` };
  if (!root) return { type: 'none', why: 'holds no JSON value' };
  const at = { source: uri, start: root.start, end: root.end };
  const code =
    stringOf(get(root, 'Error', 'Code')) ??
    (get(root, 'Message') ? stringOf(get(root, 'Code')) : undefined) ??
    (get(root, 'message') ? stringOf(get(root, '__type')) : undefined);
  return code === undefined
    ? { type: 'json', root, at }
    : { type: 'error', code: code.replace(/^.*#/, ''), at };
}

/** Whether the answer says that there is more of it than was saved. */
export function isTruncated(root: JsonNode): boolean {
  const flag = get(root, 'IsTruncated');
  if (flag?.type === 'boolean') return flag.value === true;
  return ['NextToken', 'Marker', 'ContinuationToken'].some((name) => get(root, name)?.type === 'string');
}
