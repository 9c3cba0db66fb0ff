import type { Location } from '../model/location.ts';
import type { Span } from '../source.ts';
import { type Directive, type Malformed, readDirective } from './directive.ts';
import type { Ignore, Names } from './ignore.ts';
import { following, type Region, regionOf, type Style } from './regions.ts';

/** A file whose comments may hold ignores. */
export interface CommentedFile {
  readonly uri: string;
  readonly text: string;
  readonly comments: readonly Span[];
  readonly style: Style;
}

export interface Found {
  readonly ignores: readonly Ignore[];
  readonly faults: readonly Malformed[];
}

/** More ignores than this in one file are no exceptions any more. */
const most = 1000;

/** Comments longer than this are prose. */
const longest = 2000;

/** The ignores that the comments of a file hold, and what was meant as one and is none. */
export function ignoresIn(file: CommentedFile, names: Names): Found {
  const ignores: Ignore[] = [];
  const faults: Malformed[] = [];
  const open: Directive[] = [];
  for (const read of directivesIn(file, faults)) {
    if ('fault' in read) faults.push(read);
    else if (file.style === 'whole' && (read.form === 'start' || read.form === 'end'))
      faults.push({ fault: 'here an ignore holds for the whole file; it has no start and end', at: read.at });
    else if (read.form === 'start') open.push(read);
    else if (read.form === 'end') close(read);
    else ignores.push(ignoreOf(read, spanOf(read, file), names));
  }
  for (const { at } of open) faults.push({ fault: 'nothing ends it; add hardpan-ignore-end', at });
  return { ignores: ignores.sort((a, b) => a.at.start - b.at.start), faults };

  function close({ ids, at }: Directive): void {
    const wanted = open.findLastIndex((one) => ids.length === 0 || sameIds(one.ids, ids));
    const [start] = wanted === -1 ? [] : open.splice(wanted, 1);
    if (start) ignores.push(ignoreOf(start, { start: start.at.end, end: at.start }, names));
    else faults.push({ fault: 'it ends what was not begun with hardpan-ignore-start', at });
  }
}

function directivesIn(file: CommentedFile, faults: Malformed[]): readonly (Directive | Malformed)[] {
  const all = file.comments.flatMap((span) => directiveAt(file, span) ?? []);
  const surplus = all[most];
  if (surplus)
    faults.push({ fault: `from here on there are more than ${most} of them in one file`, at: surplus.at });
  return all.slice(0, most);
}

function directiveAt({ uri, text }: CommentedFile, span: Span): Directive | Malformed | undefined {
  if (span.end - span.start > longest) return undefined;
  const comment = text.slice(span.start, span.end);
  const at = { source: uri, start: span.start, end: span.start + comment.trimEnd().length };
  return readDirective(comment, at);
}

function sameIds(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id) => right.includes(id));
}

function spanOf({ form, at }: Directive, { text, comments, style }: CommentedFile): Region | undefined {
  if (form === 'file' || style === 'whole') return undefined;
  return form === 'next' ? following(text, at, comments, style) : regionOf(text, at, comments, style);
}

/** Without a region it holds for the whole file. */
function ignoreOf(directive: Directive, region: Region | undefined, names: Names): Ignore {
  const { ids, reason, owner, until, at } = directive;
  return {
    by: 'ignore',
    checks: new Map(ids.map((id) => [id, names.resolve(id)])),
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(until === undefined ? {} : { until }),
    at,
    wide: region === undefined,
    covers: (place, head) => isCovered(at.source, region, place, head),
  };
}

/** Whether a place in this file is in a region of it; without a region all of the file is. */
export function isCovered(
  source: string,
  region: Region | undefined,
  place: Location,
  head: Location | undefined,
): boolean {
  if (!region) return place.source === source;
  if (head?.source === source && region.head && head.end > 0 && holds(region.head, head.start)) return true;
  if (place.source !== source || place.end === 0) return false;
  if (place.start >= region.start && place.start < region.end) return true;
  const { tail } = region;
  return tail !== undefined && place.end > tail.start && place.end <= tail.end;
}

function holds({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset < end;
}
