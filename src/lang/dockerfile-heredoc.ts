import type { Span } from '../source.ts';
import type { Heredoc, Instruction, Scan } from './dockerfile.ts';
import { lineAt } from './dockerfile-line.ts';
import { type RawWord, wordsOf } from './dockerfile-words.ts';
import { joiner, spanIn } from './logical.ts';

interface Opening extends Span {
  readonly name: string;
  readonly chomp: boolean;
  readonly expand: boolean;
}

/** After so many that are not closed, `<<` is taken for something else; looking for each costs a pass. */
const mostUnclosed = 10;

/** Reads the here-documents that a RUN, COPY or ADD opens, or that its ONBUILD does. */
export function withHeredocs(instruction: Instruction, scan: Scan): Instruction {
  const inner = instruction.trigger ?? instruction;
  if (inner.exec || !inner.args.text.includes('<<') || !/^(RUN|COPY|ADD)$/.test(inner.keyword))
    return instruction;
  const heredocs: Heredoc[] = [];
  for (const opening of openingsIn(inner.args.text)) {
    const heredoc = scan.unclosed < mostUnclosed ? closed(opening, scan) : undefined;
    if (heredoc) heredocs.push(heredoc);
    else {
      scan.unclosed += 1;
      scan.inUnclosed = true;
      const message = `no line ${opening.name.slice(0, 40)} closes this here-document`;
      const span = spanIn(inner.args, opening.start, opening.end);
      scan.faults.push({ code: 'unclosed-heredoc', message, severity: 'error', ...span });
      break;
    }
  }
  if (heredocs.length === 0) return instruction;
  const made = { ...inner, heredocs, end: heredocs.at(-1)?.end ?? inner.end };
  return instruction.trigger ? { ...instruction, trigger: made, end: made.end } : made;
}

/** The words `<<NAME`, `<<-NAME`, `<< "NAME"`; not `<<<`. */
function openingsIn(args: string): readonly Opening[] {
  const words = wordsOf(args, '\\');
  return words.flatMap((word, index) => openingOf(word, words[index + 1]) ?? []);
}

function openingOf(word: RawWord, next: RawWord | undefined): Opening | undefined {
  const match = /^\d*<<(-?)([^<]*)$/.exec(word.text);
  if (!match) return undefined;
  const following = match[2] === '' ? next : undefined;
  const raw = following ? following.text : (match[2] ?? '');
  if (raw === '' || raw.includes('<')) return undefined;
  return {
    name: raw.replace(/["']/g, '').replace(/\\(.)/g, '$1'),
    chomp: match[1] === '-',
    expand: !/["']/.test(raw),
    start: word.start,
    end: following?.end ?? word.end,
  };
}

function closed({ name, chomp, expand, start, end }: Opening, scan: Scan): Heredoc | undefined {
  const { text, place } = scan;
  const body = joiner();
  let at = place;
  while (at < text.length) {
    const line = lineAt(text, at);
    at = line.next;
    const from = chomp ? afterTabs(text, line.start, line.end) : line.start;
    const content = text.slice(from, line.end);
    if (content === name) {
      scan.place = at;
      return { name, expand, opening: { start, end }, body: body.done(from), end: line.end };
    }
    body.add(`${content}\n`, from);
  }
  return undefined;
}

function afterTabs(text: string, start: number, end: number): number {
  let from = start;
  while (from < end && text[from] === '\t') from += 1;
  return from;
}
