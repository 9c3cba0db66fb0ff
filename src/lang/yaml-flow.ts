/**
 * A copy of the same length in which line breaks and comments inside flow collections are blanks. js-yaml refuses a
 * collection that is closed at its parent's indent; other readers take it.
 */
export function joinFlowLines(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at, depth);
    // An open quote is the parser's to report.
    if (end === -1) return text;
    if (depth > 0 && blankable(text, at, end)) {
      pieces.push(text.slice(copied, at), ' '.repeat(end - at));
      copied = end;
    }
    depth += nesting(text, at, depth);
    at = end;
  }
  if (pieces.length === 0 || depth > 0) return text;
  pieces.push(text.slice(copied));
  return pieces.join('');
}

function blankable(text: string, at: number, end: number): boolean {
  const char = text[at];
  return char === '\n' || char === '\r' || (char === '#' && end > at + 1);
}

function nesting(text: string, at: number, depth: number): number {
  const char = text[at];
  if (char === ']' || char === '}') return depth > 0 ? -1 : 0;
  return (char === '[' || char === '{') && opensToken(text, at, depth) ? 1 : 0;
}

/** Where the comment, quoted or block scalar that begins here ends; the next character for anything else. */
function tokenEnd(text: string, at: number, depth: number): number {
  const char = text[at];
  if (char === '#' && (at === 0 || text.charCodeAt(at - 1) <= 32)) return lineEnd(text, at);
  if ((char === '"' || char === "'") && opensToken(text, at, depth)) return endOfQuote(text, at, char);
  if ((char === '|' || char === '>') && depth === 0 && opensToken(text, at, 0)) return endOfBlock(text, at);
  return at + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** Whether a token begins here: behind an indicator or, in a collection, behind a bracket or a comma. */
function opensToken(text: string, at: number, depth: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before -= 1;
  const char = text[before] ?? '\n';
  if (char === '\n' || char === '\r') return true;
  if (depth > 0 && /[[{,:]/.test(char)) return true;
  if (before === at - 1) return false;
  if (char === ':' || char === '-' || char === '?') return true;
  // A tag or an anchor may stand between.
  let word = before;
  while (word >= 0 && text.charCodeAt(word) > 32) word -= 1;
  return text[word + 1] === '!' || text[word + 1] === '&';
}

function endOfQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (quote === '"' && char === '\\') at += 1;
    else if (char === quote) {
      if (quote === "'" && text[at + 1] === "'") at += 1;
      else return at + 1;
    }
  }
  return -1;
}

/** Where the first line stands that is not part of the block scalar whose header is here. */
function endOfBlock(text: string, header: number): number {
  const start = text.lastIndexOf('\n', header) + 1;
  const indent = indentAt(text, start);
  let line = lineEnd(text, header) + 1;
  while (line < text.length) {
    const end = lineEnd(text, line);
    const inner = indentAt(text, line);
    if (line + inner < end && text[line + inner] !== '\r' && inner <= indent) break;
    line = end + 1;
  }
  return Math.min(line, text.length);
}

function indentAt(text: string, line: number): number {
  let at = line;
  while (text[at] === ' ') at += 1;
  return at - line;
}
