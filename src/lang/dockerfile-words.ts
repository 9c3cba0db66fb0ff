/** A word of an instruction, quotes and escapes still in it, by its place in the line. */
export interface RawWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Splits at blanks outside quotes, as BuildKit does before it replaces variables. */
export function wordsOf(line: string, escapeWith: string): readonly RawWord[] {
  const words: RawWord[] = [];
  let place = afterBlanks(line, 0);
  while (place < line.length) {
    const end = wordEnd(line, place, escapeWith);
    words.push({ text: line.slice(place, end), start: place, end });
    place = afterBlanks(line, end);
  }
  return words;
}

/** Where the word that begins at `from` ends: at the first blank outside quotes. */
export function wordEnd(line: string, from: number, escapeWith: string): number {
  let quote = '';
  for (let place = from; place < line.length; place += 1) {
    const char = line[place] ?? '';
    if (char === escapeWith && quote !== "'") place += 1;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (isSpace(line.charCodeAt(place))) return place;
  }
  return line.length;
}

export function afterBlanks(text: string, from: number): number {
  let place = from;
  while (place < text.length && isSpace(text.charCodeAt(place))) place += 1;
  return place;
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
