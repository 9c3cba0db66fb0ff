import type { Edit } from '../check.ts';

/** A change of one text: what stands from `start` to `end` becomes `text`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with these edits in it, which must not overlap. */
export function applied(text: string, edits: readonly Edit[]): string {
  return changed(text, changesOf(text, edits));
}

/** Edits of one text in the text's own style, in order, each once. */
export function changesOf(text: string, edits: readonly Edit[]): readonly Change[] {
  const found = new Map<string, Change>();
  for (const edit of edits) {
    const change = inStyle(text, edit);
    found.set(`${change.start} ${change.end} ${change.text}`, change);
  }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

export function changed(text: string, changes: readonly Change[]): string {
  return changes.reduceRight(
    (all, { start, end, text: put }) => all.slice(0, start) + put + all.slice(end),
    text,
  );
}

function inStyle(text: string, { at: { start, end }, text: put, layout }: Edit): Change {
  if (put === '') return { ...removal(text, start, end), text: '' };
  if (layout === 'statements')
    return statements(
      text,
      start,
      put.split('\n').filter((line) => line !== ''),
    );
  return { start, end, text: aligned(put, text.slice(start, end)).replace(/\r?\n/g, lineEndOf(text)) };
}

/** Keeps how far the arguments of a statement stand behind its name. */
function aligned(put: string, old: string): string {
  const [, name = '', gap = ''] = /^([\w-]+)([ \t]+)/.exec(old) ?? [];
  return name !== '' && put.startsWith(`${name} `) ? name + gap + put.slice(name.length + 1) : put;
}

/** Adds statements in front of the one that begins at `place`, else behind the one or the brace that ends there. */
function statements(text: string, place: number, put: readonly string[]): Change {
  const lineStart = text.lastIndexOf('\n', place - 1) + 1;
  const before = text.slice(lineStart, place);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? '';
  const lineEnd = lineEndOf(text);
  if (before === indent && /^[^\r\n]/.test(text.slice(place)))
    return { start: place, end: place, text: put.map((one) => one + lineEnd + indent).join('') };
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(place));
  if (rest) {
    const at = place + rest[0].trimEnd().length;
    const own = before.trimEnd().endsWith('{') ? innerIndent(text, place, indent) : indent;
    return { start: at, end: at, text: put.map((one) => lineEnd + own + one).join('') };
  }
  const joined = put.join(' ');
  return { start: place, end: place, text: /\s$/.test(before) ? `${joined} ` : ` ${joined}` };
}

/** How far the statements of a block are indented that opens in a line with this indentation. */
function innerIndent(text: string, place: number, outer: string): string {
  const next = /\n([ \t]*)(?=[^\s])/.exec(text.slice(place))?.[1] ?? '';
  return next.length > outer.length ? next : outer + (/^\t/m.test(text) ? '\t' : '    ');
}

/** What ends the first line. */
function lineEndOf(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** Nothing is left of a line that held nothing else, and of two blanks around a word one stays. */
function removal(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const before = start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0);
  const after = end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0);
  const opens = before === 0 || text[before - 1] === '\n';
  const rest = /^(\r?\n|$)/.exec(text.slice(after, after + 2));
  if (opens && rest) return { start: before, end: after + rest[0].length };
  if (opens) return { start, end: after };
  return rest || after > end ? { start: before, end } : { start, end };
}
