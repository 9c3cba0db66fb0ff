/** A variable's value; undefined when it is not set, null when it cannot be known. */
export type Lookup = (name: string) => string | null | undefined;

export interface Expanded {
  /** Quotes and escapes gone; what is not known stands as `hole`. */
  readonly text: string;
  /** Names of the variables that are not known. */
  readonly unknown: readonly string[];
}

/** Stands in a text for what a variable would have put there. */
export const hole = '\u0000';

const longest = 65_536;
const deepest = 40;

interface Reader {
  readonly word: string;
  readonly lookup: Lookup;
  readonly escapeWith: string;
  readonly unknown: string[];
  place: number;
}

/** Replaces variables and takes quotes away, as BuildKit's word expansion does. */
export function expandWord(word: string, lookup: Lookup, escapeWith: string): Expanded {
  if (!/["'$`\\]/.test(word)) return { text: word, unknown: [] };
  const reader: Reader = { word, lookup, escapeWith, unknown: [], place: 0 };
  const text = readUntil(reader, '', 0);
  if (text.length > longest) return { text: hole, unknown: ['a value of absurd length'] };
  return { text, unknown: reader.unknown };
}

function readUntil(reader: Reader, stop: string, depth: number): string {
  let made = '';
  while (reader.place < reader.word.length && made.length <= longest) {
    const char = reader.word[reader.place] ?? '';
    if (char === stop) return made;
    if (char === "'") made += readSingle(reader);
    else if (char === '"') made += readDouble(reader, depth);
    else if (char === '$') made += readVariable(reader, depth);
    else made += readPlain(reader, char);
  }
  return made;
}

function readPlain(reader: Reader, char: string): string {
  if (char === reader.escapeWith) reader.place += 1;
  const made = reader.word[reader.place] ?? '';
  reader.place += 1;
  return made;
}

function readSingle(reader: Reader): string {
  const close = reader.word.indexOf("'", reader.place + 1);
  const end = close === -1 ? reader.word.length : close;
  const text = reader.word.slice(reader.place + 1, end);
  reader.place = end + 1;
  return text;
}

function readDouble(reader: Reader, depth: number): string {
  const { word, escapeWith } = reader;
  let made = '';
  reader.place += 1;
  while (reader.place < word.length && word[reader.place] !== '"' && made.length <= longest) {
    const char = word[reader.place] ?? '';
    if (char === '$') {
      made += readVariable(reader, depth);
      continue;
    }
    const next = word[reader.place + 1] ?? '';
    if (char === escapeWith && (next === '"' || next === '$' || next === escapeWith)) reader.place += 1;
    made += word[reader.place] ?? '';
    reader.place += 1;
  }
  reader.place += 1;
  return made;
}

function readVariable(reader: Reader, depth: number): string {
  const { word } = reader;
  reader.place += 1;
  const braces = word[reader.place] === '{';
  if (braces) reader.place += 1;
  const name = readName(reader);
  if (!braces) return name === '' ? '$' : valueOrLost(reader, name);
  let operator = word[reader.place] ?? '';
  reader.place += 1;
  if (operator === '}' || operator === '') return valueOrLost(reader, name);
  if (operator === ':') {
    operator += word[reader.place] ?? '';
    reader.place += 1;
  }
  if (depth >= deepest) {
    reader.place = word.length;
    return lost(reader, name);
  }
  const before = reader.unknown.length;
  const operand = readUntil(reader, '}', depth + 1);
  const doubts = reader.unknown.splice(before);
  reader.place += 1;
  const made = modified(reader.lookup(name), operator, operand);
  if (made === undefined) return lost(reader, name);
  // Doubts about a default count only where the default is used.
  if (made.includes(hole)) reader.unknown.push(...doubts);
  return made;
}

/** What `${NAME<operator><operand>}` becomes; undefined when that cannot be known. */
function modified(value: string | null | undefined, operator: string, operand: string): string | undefined {
  if (value === null) return undefined;
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  switch (operator.replace(':', '')) {
    case '-':
      return missing ? operand : value;
    case '+':
      return missing ? '' : operand;
    case '?':
      return missing ? undefined : value;
    case '#':
      return trimmedStart(value ?? '', operand);
    case '%':
      return trimmedEnd(value ?? '', operand);
    default:
      return value === '' ? '' : undefined;
  }
}

/** `${X#*-}`: patterns with at most one star, at the near end. */
function trimmedStart(value: string, operand: string): string | undefined {
  const greedy = operand.startsWith('#');
  const pattern = greedy ? operand.slice(1) : operand;
  const plain = pattern.replace(/^\*/, '');
  if (/[*?\\]/.test(plain) || value.includes(hole)) return undefined;
  if (plain === pattern) return value.startsWith(plain) ? value.slice(plain.length) : value;
  const found = greedy ? value.lastIndexOf(plain) : value.indexOf(plain);
  return found === -1 ? value : value.slice(found + plain.length);
}

/** `${X%-*}`. */
function trimmedEnd(value: string, operand: string): string | undefined {
  const greedy = operand.startsWith('%');
  const pattern = greedy ? operand.slice(1) : operand;
  const plain = pattern.replace(/\*$/, '');
  if (/[*?\\]/.test(plain) || value.includes(hole)) return undefined;
  if (plain === pattern) return value.endsWith(plain) ? value.slice(0, value.length - plain.length) : value;
  const found = greedy ? value.indexOf(plain) : value.lastIndexOf(plain);
  return found === -1 ? value : value.slice(0, found);
}

function valueOrLost(reader: Reader, name: string): string {
  const value = reader.lookup(name);
  return value === null ? lost(reader, name) : (value ?? '');
}

function lost(reader: Reader, name: string): string {
  reader.unknown.push(name);
  return hole;
}

function readName(reader: Reader): string {
  const start = reader.place;
  const digits = isDigit(reader.word.charCodeAt(start));
  while (isNamePart(reader.word.charCodeAt(reader.place), digits)) reader.place += 1;
  return reader.word.slice(start, reader.place);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNamePart(code: number, digitsOnly: boolean): boolean {
  if (isDigit(code)) return true;
  return !digitsOnly && (code === 95 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122));
}
