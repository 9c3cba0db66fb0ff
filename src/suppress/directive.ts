import type { Location } from '../model/location.ts';

/** `line` covers by where its comment stands, `next` what follows, `file` all, `start` and `end` what is between. */
type Form = 'line' | 'next' | 'file' | 'start' | 'end';

export interface Directive {
  readonly form: Form;
  /** As written: ids of checks, former ids, `family/*`. */
  readonly ids: readonly string[];
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it counts, as 2026-12-31. */
  readonly until?: string;
  readonly at: Location;
}

/** A comment that was meant as a directive and cannot be one. */
export interface Malformed {
  readonly fault: string;
  readonly at: Location;
}

const grammar = 'hardpan-ignore <check> -- <reason> [@owner] [until 2026-12-31]';
const word = 'hardpan-ignore';
const forms: ReadonlyMap<string, Form> = new Map([
  ['', 'line'],
  ['-next', 'next'],
  ['-file', 'file'],
  ['-start', 'start'],
  ['-end', 'end'],
]);

/** Reads the text of one comment, its signs included; undefined when it is no directive. */
export function readDirective(comment: string, at: Location): Directive | Malformed | undefined {
  const text = withoutSigns(comment);
  if (!text.startsWith(word)) return misplaced(text, at);
  const rest = text.slice(word.length);
  const suffix = /^[-\w]*/.exec(rest)?.[0] ?? '';
  const form = forms.get(suffix);
  if (!form) return { fault: `there is no ${word}${suffix}; there are ${formNames()}`, at };
  const [names, said] = halves(rest.slice(suffix.length));
  const ids = names.split(/[,\s]+/).filter(Boolean);
  const fault = idsFault(ids, form);
  if (fault !== undefined) return { fault, at };
  return withEnd(said, { form, ids, at });
}

/** The signs that begin and end comments in all languages. */
function withoutSigns(comment: string): string {
  return comment
    .replace(/^(?:#+|;+|!|\/\/+|\/\*+|<!--)/, '')
    .replace(/(?:\*\/|-->)\s*$/, '')
    .trim();
}

function formNames(): string {
  return [...forms.keys()].map((suffix) => word + suffix).join(', ');
}

/** Words in front of a directive hide it; a mere mention of the name is none. */
function misplaced(text: string, at: Location): Malformed | undefined {
  const found = text.indexOf(word);
  if (found === -1 || !/^(?:-\w+)?\s+[\w-]+\/[\w*-]+/.test(text.slice(found + word.length))) return undefined;
  return { fault: `${word} has to be the first word of its comment; this one is not read`, at };
}

function halves(text: string): readonly [string, string] {
  const dashes = /(?:^|\s)--(?=\s|$)/.exec(text);
  if (!dashes) return [text, ''];
  return [text.slice(0, dashes.index), text.slice(dashes.index + dashes[0].length).trim()];
}

function idsFault(ids: readonly string[], form: Form): string | undefined {
  if (ids.length === 0) return form === 'end' ? undefined : `it names no check; write ${grammar}`;
  if (ids.includes('*')) return '* alone would hide whatever comes; name the checks';
  const wrong = ids.find((id) => !/^[\w-]+\/(?:[\w.-]+|\*)$/.test(id));
  if (wrong === undefined) return undefined;
  return /^(?:-|–|—)/.test(wrong) || ids.indexOf(wrong) > 0
    ? `"${wrong}" is no check; a reason stands behind --: ${grammar}`
    : `"${wrong}" is no check; write ${grammar}`;
}

/** `reason @owner until 2026-12-31`: what stands at the end in either order is no part of the reason. */
function withEnd(
  said: string,
  { form, ids, at }: Pick<Directive, 'form' | 'ids' | 'at'>,
): Directive | Malformed {
  let reason = said;
  let owner: string | undefined;
  let until: string | undefined;
  for (;;) {
    const [, before = '', name, day] =
      /^(.*?)(?:^|\s)(?:@([\w./@+-]+)|until\s+(\S+))$/s.exec(reason.trimEnd()) ?? [];
    if (name !== undefined && owner === undefined) owner = name;
    else if (day !== undefined && until === undefined && isDayLike(day)) until = day;
    else break;
    reason = before;
  }
  if (until !== undefined && !isDay(until))
    return { fault: `there is no day ${until}; give one as 2026-12-31`, at };
  return {
    form,
    ids,
    reason: reason.trim(),
    ...(owner === undefined ? {} : { owner }),
    ...(until === undefined ? {} : { until }),
    at,
  };
}

/** Words that may have been meant as a date: "until 31.12." is a mistake, "until we migrate" is prose. */
function isDayLike(text: string): boolean {
  return /^\d/.test(text);
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}
