import type { Pattern, Regex } from './pcre.ts';
import { fits, isFoundIn } from './pcre-questions.ts';

/** Text that a group, by its number, shall hold. */
interface Wish {
  readonly group: number;
  readonly text: string;
}

/** A path that the pattern matches, with the wished text in its group; undefined when none was found. */
export function samplePath(regex: Regex, wish?: Wish): string | undefined {
  const text = textFor(regex.pattern, wish);
  if (text === undefined) return undefined;
  const path = text.startsWith('/') ? text : `/${text}`;
  return isFoundIn(regex, path) ? path : undefined;
}

/** Text for a group that begins as wished; undefined when the group admits none that was thought of. */
export function beginning(item: Pattern, start: string): string | undefined {
  const rest = textFor(item) ?? '';
  return [start, `${start}a`, `${start}${rest}`, `${start}a/`].find((text) => fits(item, text));
}

function textFor(item: Pattern, wish?: Wish): string | undefined {
  switch (item.type) {
    case 'chars':
      return charFor(item.test);
    case 'assert':
    case 'ahead':
      return '';
    case 'opaque':
      return undefined;
    case 'group':
      return item.index === wish?.group ? wished(item.item, wish.text) : textFor(item.item, wish);
    case 'repeat':
      return repeatedText(item, wish);
    case 'choice':
      return choiceText(item.items, wish);
    case 'sequence':
      return joined(item.items.map((one) => textFor(one, wish)));
  }
}

/** The alternative that has the wished group, else the first that can be written. */
function choiceText(items: readonly Pattern[], wish?: Wish): string | undefined {
  const chosen = wish && items.find((one) => contains(one, wish.group));
  const texts = (chosen ? [chosen] : items).map((one) => textFor(one, wish));
  // A slash too many in front of what is wished for may change what it means.
  const plain = wish && texts.find((text) => text !== undefined && !text.includes('/'));
  return plain ?? texts.find((text) => text !== undefined);
}

function repeatedText(
  { item, min }: { readonly item: Pattern; readonly min: number },
  wish?: Wish,
): string | undefined {
  const count = Math.max(min, wish && contains(item, wish.group) ? 1 : 0);
  if (count > 64) return undefined;
  return joined(Array.from({ length: count }, () => textFor(item, wish)));
}

/** The wished text, with as little as the group needs around it. */
function wished(item: Pattern, text: string): string | undefined {
  const base = textFor(item) ?? '';
  const least = item.type === 'sequence' ? (item.items.map((one) => textFor(one) ?? '')[0] ?? '') : '';
  return [text, `${least}${text}`, `${base}${text}`, `${text}${base}`].find((one) => fits(item, one));
}

function contains(pattern: Pattern, group: number): boolean {
  switch (pattern.type) {
    case 'group':
      return pattern.index === group || contains(pattern.item, group);
    case 'repeat':
      return contains(pattern.item, group);
    case 'choice':
    case 'sequence':
      return pattern.items.some((one) => contains(one, group));
    default:
      return false;
  }
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** A small letter where one will do, else a digit or any printable sign. */
function charFor(test: (code: number) => boolean): string | undefined {
  const codes = [97, 120, 49, 47, ...range(97, 122), ...range(33, 126)];
  const code = codes.find((one) => test(one));
  return code === undefined ? undefined : String.fromCharCode(code);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
