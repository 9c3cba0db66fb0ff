/** A part of a text with `$NAME` and `${NAME:-default}` in it. */
export type Piece = string | Substitution;

export interface Substitution {
  readonly name: string;
  readonly operator: '' | ':-' | '-' | ':?' | '?' | ':+' | '+';
  /** What stands behind the operator. */
  readonly operand: readonly Piece[];
}

/** Defaults may hold substitutions in turn; nobody nests them this deep. */
const maxDepth = 16;

/**
 * Takes a template apart; `$$` is a dollar sign. A `$` before anything else stays, and a text with a substitution
 * that is never closed stays as it is.
 */
export function parseTemplate(text: string): readonly Piece[] {
  if (!text.includes('$')) return [text];
  return pieces(text, 0, '', 0)?.found ?? [text];
}

const plain = /[A-Za-z_]\w*/y;
const braced = /\{([A-Za-z_]\w*)(:?[-?+]|\})/y;

interface Read {
  readonly found: readonly Piece[];
  readonly end: number;
}

/** Up to the closing character; undefined when a substitution is not closed. */
function pieces(text: string, from: number, close: string, depth: number): Read | undefined {
  const found: Piece[] = [];
  let at = from;
  while (at < text.length && text[at] !== close) {
    const read = text[at] === '$' ? substitution(text, at + 1, depth) : plainText(text, at, close);
    if (!read) return undefined;
    add(found, read.piece);
    at = read.end;
  }
  return close !== '' && at >= text.length ? undefined : { found, end: at };
}

/** Up to the next dollar sign or the closing character. */
function plainText(text: string, at: number, close: string): { piece: string; end: number } {
  let end = at + 1;
  while (end < text.length && text[end] !== '$' && text[end] !== close) end += 1;
  return { piece: text.slice(at, end), end };
}

function add(found: Piece[], piece: Piece): void {
  const last = found.at(-1);
  if (typeof piece === 'string' && typeof last === 'string') found[found.length - 1] = last + piece;
  else if (piece !== '') found.push(piece);
}

function substitution(text: string, at: number, depth: number): { piece: Piece; end: number } | undefined {
  if (text[at] === '$') return { piece: '$', end: at + 1 };
  const name = match(plain, text, at)?.[0];
  if (name !== undefined) return { piece: { name, operator: '', operand: [] }, end: at + name.length };
  const head = match(braced, text, at);
  if (!head) return { piece: '$', end: at };
  const [whole, named = '', operator = '}'] = head;
  const inner = at + whole.length;
  if (operator === '}') return { piece: { name: named, operator: '', operand: [] }, end: inner };
  const read = depth < maxDepth ? pieces(text, inner, '}', depth + 1) : undefined;
  if (!read) return undefined;
  // The shape admits no other operators.
  const piece = { name: named, operator: operator as Substitution['operator'], operand: read.found };
  return { piece, end: read.end + 1 };
}

function match(shape: RegExp, text: string, at: number): RegExpExecArray | null {
  shape.lastIndex = at;
  return shape.exec(text);
}
