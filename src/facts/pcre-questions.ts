import type { Pattern, Regex } from './pcre.ts';

/** Whether text that the pattern matched can hold the character; look-ahead takes nothing and is left out of it. */
export function canHold(pattern: Pattern, code: number): boolean | 'unknown' {
  let doubt = false;
  const work: Pattern[] = [pattern];
  for (let item = work.pop(); item; item = work.pop()) {
    if (item.type === 'chars' && item.test(code)) return true;
    if (item.type === 'opaque') doubt = true;
    if (item.type === 'sequence' || item.type === 'choice') work.push(...item.items);
    if (item.type === 'group' || (item.type === 'repeat' && item.max > 0)) work.push(item.item);
  }
  return doubt ? 'unknown' : false;
}

/** Whether what the pattern matches can begin with the character; true when it cannot tell. */
export function canBeginWith(pattern: Pattern, code: number): boolean {
  return begins(pattern, code).begins;
}

/** Whether what the pattern matches begins with the character in every case. */
export function mustBeginWith(pattern: Pattern, code: number): boolean {
  if (begins(pattern, code).passes) return false;
  for (let other = 32; other < 127; other += 1) {
    if (other !== code && begins(pattern, other).begins) return false;
  }
  return true;
}

/** `passes`: it can match nothing, so that what follows it may be first. */
function begins(item: Pattern, code: number): { readonly begins: boolean; readonly passes: boolean } {
  switch (item.type) {
    case 'chars':
      return { begins: item.test(code), passes: false };
    case 'assert':
    case 'ahead':
      return { begins: false, passes: true };
    case 'opaque':
      return { begins: true, passes: true };
    case 'group':
      return begins(item.item, code);
    case 'repeat': {
      const inner = begins(item.item, code);
      return { begins: inner.begins && item.max > 0, passes: inner.passes || item.min === 0 };
    }
    case 'choice': {
      const all = item.items.map((one) => begins(one, code));
      return { begins: all.some((one) => one.begins), passes: all.some((one) => one.passes) };
    }
    case 'sequence':
      for (const one of item.items) {
        const found = begins(one, code);
        if (found.begins || !found.passes) return { begins: found.begins, passes: false };
      }
      return { begins: false, passes: true };
  }
}

/** Steps that one match may take; texts are short, so only hostile patterns need more. */
const mostSteps = 20_000;

/**
 * Whether the pattern is found anywhere in a short text; undefined when it cannot tell. Sets of positions are followed
 * instead of single tries, so that no pattern can make it slow.
 */
export function isFoundIn({ pattern }: Regex, text: string): boolean | undefined {
  const everywhere = new Set(Array.from({ length: text.length + 1 }, (_, index) => index));
  const ends = endsIn(text, pattern, everywhere);
  return ends && ends.size > 0;
}

/** Whether the pattern fits the text as a whole; undefined when it cannot tell. */
export function fits(pattern: Pattern, text: string): boolean | undefined {
  return endsIn(text, pattern, new Set([0]))?.has(text.length);
}

/**
 * Whether a match is the whole text, so that nothing but what the pattern holds can be in it. A line feed at the very
 * end, which `$` lets pass, is left out of this.
 */
export function spansAll({ pattern }: Regex): boolean {
  const spans = (one: Pattern): boolean => {
    if (one.type === 'choice') return one.items.every(spans);
    if (one.type !== 'sequence') return false;
    const [first] = one.items;
    const last = one.items.at(-1);
    return first?.type === 'assert' && first.what === '^' && last?.type === 'assert' && last.what === '$';
  };
  return spans(pattern);
}

/** Where matches that begin at one of the offsets can end; undefined when that cannot be told. */
function endsIn(
  text: string,
  pattern: Pattern,
  starts: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  let steps = 0;
  let doubt = false;
  const found = ends(pattern, starts);
  return doubt ? undefined : found;

  function ends(item: Pattern, starts: ReadonlySet<number>): ReadonlySet<number> {
    steps += 1;
    if (steps > mostSteps) doubt = true;
    if (starts.size === 0 || doubt) return new Set();
    switch (item.type) {
      case 'chars':
        return collect(starts, (at) =>
          at < text.length && item.test(text.charCodeAt(at)) ? at + 1 : undefined,
        );
      case 'assert':
        return collect(starts, (at) => (holds(item.what, text, at) ? at : undefined));
      case 'ahead':
        return collect(starts, (at) =>
          ends(item.item, new Set([at])).size > 0 !== item.negated ? at : undefined,
        );
      case 'sequence':
        return item.items.reduce((from, next) => ends(next, from), starts);
      case 'choice':
        return new Set(item.items.flatMap((one) => [...ends(one, starts)]));
      case 'group':
        return ends(item.item, starts);
      case 'repeat':
        return repeated(item.item, item.min, item.max, starts);
      case 'opaque':
        doubt = true;
        return new Set();
    }
  }

  function repeated(
    item: Pattern,
    min: number,
    max: number,
    starts: ReadonlySet<number>,
  ): ReadonlySet<number> {
    // More rounds than there are characters change nothing: what still matches then matches nothing at all.
    const least = Math.min(min, text.length + 1);
    const most = Math.min(max, text.length + 1);
    let from = starts;
    for (let round = 0; round < least; round += 1) from = ends(item, from);
    const found = new Set(from);
    for (let round = least; round < most && from.size > 0; round += 1) {
      from = ends(item, from);
      const before = found.size;
      for (const at of from) found.add(at);
      if (found.size === before) break;
    }
    return found;
  }
}

function collect(starts: ReadonlySet<number>, step: (at: number) => number | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  for (const at of starts) {
    const end = step(at);
    if (end !== undefined) found.add(end);
  }
  return found;
}

function holds(what: '^' | '$' | 'b' | 'B', text: string, at: number): boolean {
  if (what === '^') return at === 0;
  if (what === '$') return at === text.length || (at === text.length - 1 && text[at] === '\n');
  const edge = isWord(text[at - 1]) !== isWord(text[at]);
  return what === 'b' ? edge : !edge;
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /\w/.test(char);
}
