import { stripVTControlCharacters } from 'node:util';

/** Breaks text at blanks so that no line is wider than the terminal, if its words allow. */
export function wrapped(text: string, width: number, first: string, rest: string = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    const length = stripVTControlCharacters(line).length + word.length + (empty ? 0 : 1);
    if (!empty && length > width) {
      lines.push(line);
      line = rest + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, line];
}

/** `a, b, c and 4 more` */
export function folded(names: readonly string[], most: number): string {
  const unique = [...new Set(names)];
  if (unique.length <= most) return unique.join(', ');
  return `${unique.slice(0, most).join(', ')} and ${unique.length - most} more`;
}
