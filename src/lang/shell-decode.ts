import { joiner, type Logical, sliceOf } from './logical.ts';

/** The text of a word without its quotes; expansions stay as they are written, for the inner shell to meet. */
export function decodedWord(script: Logical, from: number, to: number): Logical {
  const { text } = script;
  const parts = joiner();
  let quote = '';
  let place = from;
  while (place < to) {
    const char = text[place] ?? '';
    if (isQuote(char, quote)) {
      quote = quote === '' ? char : '';
      place += 1;
      continue;
    }
    const escaped = char === '\\' && isEscape(quote, text[place + 1] ?? '');
    const start = escaped ? place + 1 : place;
    const end = escaped ? Math.min(place + 2, to) : runEnd(text, place, to, quote);
    const run = sliceOf(script, start, end);
    run.starts.forEach((first, index) => {
      parts.add(run.text.slice(first, run.starts[index + 1] ?? run.text.length), run.offsets[index] ?? 0);
    });
    place = Math.max(end, place + 1);
  }
  return parts.done(sliceOf(script, from, from).offsets[0] ?? 0);
}

function isQuote(char: string, quote: string): boolean {
  if (quote !== '') return char === quote;
  return char === '"' || char === "'";
}

function isEscape(quote: string, next: string): boolean {
  return quote === '' || (quote === '"' && '$`"\\\n'.includes(next));
}

/** A run without quotes and escapes; a substitution is taken whole, with the quotes in it. */
function runEnd(text: string, from: number, to: number, quote: string): number {
  if (quote === "'") {
    const close = text.indexOf("'", from);
    return close === -1 || close > to ? to : close;
  }
  if (text[from] === '$' && text[from + 1] === '(') return afterParentheses(text, from + 1, to);
  let place = from + 1;
  while (place < to && !'"\'\\$'.includes(text[place] ?? '')) place += 1;
  return place;
}

function afterParentheses(text: string, open: number, to: number): number {
  let depth = 0;
  for (let place = open; place < to; place += 1) {
    if (text[place] === '(') depth += 1;
    else if (text[place] === ')') {
      depth -= 1;
      if (depth === 0) return place + 1;
    }
  }
  return to;
}
