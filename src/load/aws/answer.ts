import { get, type JsonNode, parseJson, stringOf } from '../../lang/json.ts';
import type { Diagnostic } from '../../model/common.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';

/** What one source turned out to hold. */
export type Answer =
  | { readonly type: 'json'; readonly root: JsonNode; readonly at: Location }
  | { readonly type: 'error'; readonly code: string; readonly at: Location }
  | { readonly type: 'report'; readonly text: string; readonly start: number; readonly at: Location }
  | { readonly type: 'empty'; readonly at: Location };

/** What the command line prints on standard error, and users save with it. */
const printed = /An error occurred \((\w+)\) when calling the (\w+) operation/;

/** Reads an answer: JSON, a saved error, a credential report as CSV, or nothing at all. */
export function readAnswer(
  uri: string,
  text: string,
): { readonly answer: Answer; readonly diagnostics: readonly Diagnostic[] } {
  const at = { source: uri, start: 0, end: text.trimEnd().length };
  const [, code] = printed.exec(text.slice(0, 2000)) ?? [];
  if (code !== undefined) return { answer: { type: 'error', code, at }, diagnostics: [] };
  if (text.trim() === '') return { answer: { type: 'empty', at: wholeOf(uri) }, diagnostics: [] };
  if (text.startsWith('user,arn,'))
    return { answer: { type: 'report', text, start: 0, at }, diagnostics: [] };
  const { root, diagnostics } = parseJson(text, uri);
  if (!root) throw new Error('holds neither JSON nor an error of the AWS command line');
  return { answer: ofJson(root, at), diagnostics };
}

function ofJson(root: JsonNode, at: Location): Answer {
  const code = stringOf(get(root, 'Error', 'Code')) ?? stringOf(get(root, 'Error'));
  if (code !== undefined) return { type: 'error', code, at };
  const content = stringOf(get(root, 'Content'));
  if (content !== undefined && get(root, 'ReportFormat')) {
    return { type: 'report', text: Buffer.from(content, 'base64').toString('utf8'), start: -1, at };
  }
  return { type: 'json', root, at };
}
