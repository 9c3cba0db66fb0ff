import type { Assignment, Word, WordPart } from 'unbash';
import { type Environment, placeIn, type RawWord, type ScriptText } from './shell-script.ts';

interface Field {
  text: string;
  known: boolean;
}

const mostFields = 1000;

/** A word after expansion; an unquoted variable may make several of it (`split`), or none. */
export function fieldsOf(
  node: Word | Assignment,
  text: ScriptText,
  known: Environment,
  split = true,
): readonly RawWord[] {
  const place = { from: node.pos, to: node.end, at: placeIn(text, node.pos, node.end) };
  if (node.type === 'Assignment') return [{ text: node.text, known: !/[$`]/.test(node.text), ...place }];
  if (!/[$`]|[<>]\(/.test(node.text)) return [{ text: node.value, known: true, ...place }];
  const { parts } = node;
  // A dollar that is escaped.
  if (!parts) return [{ text: node.value, known: true, ...place }];
  const fields: Field[] = [{ text: '', known: true }];
  for (const part of parts) putPart(part, fields, known, !split);
  const kept = fields.length > 1 ? fields.filter((field) => field.text !== '') : fields;
  return kept.map((field) => ({ ...field, ...place }));
}

function putPart(part: WordPart, fields: Field[], known: Environment, quoted: boolean): void {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
    for (const child of part.parts) putPart(child, fields, known, true);
    return;
  }
  const value = textOf(part, known);
  const last = fields.at(-1);
  if (!last) return;
  if (value === undefined) {
    last.text += part.text;
    last.known = false;
  } else if (quoted || !part.type.endsWith('Expansion')) last.text += value;
  else {
    const [first = '', ...rest] = value.split(/[ \t\n]+/, mostFields);
    last.text += first;
    for (const more of rest) fields.push({ text: more, known: true });
  }
}

function textOf(part: WordPart, known: Environment): string | undefined {
  switch (part.type) {
    case 'SimpleExpansion':
      return known(part.text.slice(1));
    case 'ParameterExpansion': {
      if (part.prefix || part.index) return undefined;
      const value = known(part.parameter);
      // With a default: what is not known here may still be set from outside.
      if (part.operation?.type === 'Default' && part.operation.operator.endsWith('-'))
        return value || undefined;
      return part.operation ? undefined : value;
    }
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return part.value;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticExpansion':
      return undefined;
    default:
      return part.text;
  }
}
