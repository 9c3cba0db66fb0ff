import type { Location } from '../model/location.ts';
import type { Source, Span } from '../source.ts';

export interface Place {
  readonly file: string;
  /** One-based; columns count UTF-16 code units, the end is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Snippet {
  readonly startLine: number;
  /** Column at which the lines begin, where long lines are cut on the left too; else absent. */
  readonly startColumn?: number;
  readonly lines: readonly string[];
}

/** The only way from a source's text to anything that is printed or saved. */
export interface Excerpts {
  place(at: Location): Place;
  /** The marked lines with one line of context on both sides, at most six; secrets blanked. */
  snippet(at: Location): Snippet | undefined;
  /** Text that may quote a source: control characters replaced, secrets blanked. */
  clean(text: string): string;
  /** A source's whole text with secrets as asterisks of the same length, for the lines of a diff. */
  blanked(source: string): string | undefined;
  /** Text of an edit, which may repeat a source: secrets blanked, lines kept. */
  hidden(text: string): string;
  /** The whole text, for hashing only. */
  text(source: string): string | undefined;
}

/** Long lines are cut to this many characters, of which so many stand before the marked place. */
const widest = 240;
const before = 60;
/** Shorter secrets are common words; blanking them everywhere would make messages unreadable. */
const shortestSecret = 6;
/** So are these; they are blanked where a value stands: `:secret@`, `=secret`, `"secret"`. */
const word = /^[A-Za-z_-]{1,16}$/;

export function excerpts(
  sources: ReadonlyMap<string, Source>,
  secrets: ReadonlyMap<string, readonly Span[]>,
): Excerpts {
  const starts = new Map<string, readonly number[]>();
  const blanked = new Map<string, string>();
  const hidden = secretTexts(sources, secrets);

  return { place, snippet, clean, blanked: blankedText, hidden: withoutSecrets, text };

  function text(source: string): string | undefined {
    const found = sources.get(source);
    return found && 'text' in found ? found.text : undefined;
  }

  function lines(source: string): readonly number[] {
    let known = starts.get(source);
    if (!known) {
      known = lineStarts(text(source) ?? '');
      starts.set(source, known);
    }
    return known;
  }

  function place({ source, start, end }: Location): Place {
    const line = lineAt(lines(source), start);
    const endLine = lineAt(lines(source), end);
    return {
      file: printable(source),
      line: line + 1,
      column: start - (lines(source)[line] ?? 0) + 1,
      endLine: endLine + 1,
      endColumn: end - (lines(source)[endLine] ?? 0) + 1,
    };
  }

  function snippet(at: Location): Snippet | undefined {
    const whole = text(at.source);
    if (whole === undefined || whole === '' || at.end === 0) return undefined;
    const safe = blankedText(at.source) ?? '';
    const own = place(at);
    const first = Math.max(1, own.line - 1);
    const last = Math.min(lines(at.source).length, Math.min(own.endLine, own.line + 3) + 1);
    const cut = own.column > widest - before ? own.column - 1 - before : 0;
    const shown = Array.from({ length: last - first + 1 }, (_, index) => {
      const from = (lines(at.source)[first + index - 1] ?? 0) + cut;
      const to = lines(at.source)[first + index] ?? whole.length + 1;
      return printable(safe.slice(from, Math.max(from, Math.min(to - 1, from + widest))));
    });
    return { startLine: first, ...(cut > 0 ? { startColumn: cut + 1 } : {}), lines: shown };
  }

  function blankedText(source: string): string | undefined {
    const whole = text(source);
    if (whole === undefined) return undefined;
    const safe = blanked.get(source) ?? blank(whole, secrets.get(source) ?? []);
    blanked.set(source, safe);
    return safe;
  }

  function clean(said: string): string {
    return printable(withoutSecrets(said));
  }

  function withoutSecrets(said: string): string {
    let safe = said;
    for (const secret of hidden) {
      if (!safe.includes(secret)) continue;
      safe = word.test(secret)
        ? safe.replace(new RegExp(`(?<=[:="'])${secret}(?![A-Za-z])`, 'g'), '********')
        : safe.replaceAll(secret, '********');
    }
    return safe;
  }
}

/** A line of a diff: tabs and a carriage return at its end stay, so that it can be applied. */
export function printableLine(line: string): string {
  const [, body = '', end = ''] = /^(.*?)(\r?)$/s.exec(line) ?? [];
  return body.split('\t').map(printable).join('\t') + end;
}

function secretTexts(
  sources: ReadonlyMap<string, Source>,
  secrets: ReadonlyMap<string, readonly Span[]>,
): readonly string[] {
  const found = new Set<string>();
  for (const [uri, spans] of secrets) {
    const source = sources.get(uri);
    if (!source || !('text' in source)) continue;
    for (const { start, end } of spans)
      if (end - start >= shortestSecret) found.add(source.text.slice(start, end));
  }
  return [...found].sort((a, b) => b.length - a.length);
}

/** Secrets as asterisks of the same length, so that columns stay; line breaks inside stay too. */
function blank(text: string, spans: readonly Span[]): string {
  let safe = '';
  let done = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const from = Math.max(start, done);
    if (end <= from) continue;
    safe += text.slice(done, from) + text.slice(from, end).replace(/[^\r\n]/g, '*');
    done = end;
  }
  return safe + text.slice(done);
}

/** Control characters and bidirectional overrides as visible signs; tabs as one space, to keep columns. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (char) =>
    char === '\t' ? ' ' : char === '\r' ? '' : '\ufffd',
  );
  // Half a pair of surrogates is no text either: encoders refuse it.
  return safe.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

function lineStarts(text: string): readonly number[] {
  const found = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found.push(at + 1);
  return found;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
