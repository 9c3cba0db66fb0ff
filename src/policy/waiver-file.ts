import { parseYaml } from '../lang/yaml.ts';
import { get } from '../lang/yaml-read.ts';
import { PolicyError } from './fault.ts';
import { plainText } from './yaml-text.ts';

/** A waiver as the command writes it. */
interface NewWaiver {
  readonly check: string;
  readonly fingerprint: string;
  readonly reason: string;
  readonly owner: string;
  readonly created: string;
  readonly expires: string;
}

const heading = `# Findings that somebody answers for until a day. hardpan waive adds to this file; edit it as you like.
version: 1
waivers:
`;

/** The text of a waivers file with one more; all that is there stays as it is. */
export function withWaiver(file: string, text: string | undefined, waiver: NewWaiver, note: string): string {
  if (text === undefined || text.trim() === '') return heading + block(waiver, note, '  ');
  const [from, to, added] = change(file, text, waiver, note);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text.slice(0, from);
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return before + (gap + added).replaceAll('\n', eol) + text.slice(to);
}

/** What is put in place of what: behind the last entry, below a bare or empty key, else at the end with the key. */
function change(
  file: string,
  text: string,
  waiver: NewWaiver,
  note: string,
): readonly [from: number, to: number, added: string] {
  const list = get(parseYaml(text).documents[0], 'waivers');
  if (!list) return [text.length, text.length, `waivers:\n${block(waiver, note, '  ')}`];
  if (list.kind === 'sequence' && !list.flow) {
    const end = lineEnd(text, list.end);
    return [end, end, block(waiver, note, indentAt(text, list.start))];
  }
  const bare = /^waivers:[ \t]*(?:\[\s*\])?[ \t]*(?:#.*)?(?:\r?\n|$)/m.exec(text);
  if (!bare) {
    const line = text.slice(0, list.start).split('\n').length;
    const message = 'waivers is not written as lines of - entries; rewrite it so, then try again';
    throw new PolicyError([{ file, line, column: 1, message }]);
  }
  const header = bare[0]
    .replace(/\[\s*\]/, '')
    .trimEnd()
    .replace(/:\s+#/, ': #');
  return [bare.index, bare.index + bare[0].length, `${header}\n${block(waiver, note, '  ')}`];
}

function block(waiver: NewWaiver, note: string, indent: string): string {
  const rows = Object.entries(waiver).map(([key, value]) => `${key}: ${plainText(value)}`);
  const [first = '', ...rest] = rows;
  return [`${indent}# ${note}`, `${indent}- ${first}`, ...rest.map((row) => `${indent}  ${row}`), ''].join(
    '\n',
  );
}

/** Behind the line break of the line that a place is in. */
function lineEnd(text: string, at: number): number {
  // The end of a list may be counted behind its last line already.
  if (at > 0 && text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function indentAt(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}
