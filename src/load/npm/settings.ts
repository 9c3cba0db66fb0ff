import { urlSecret } from '../../facts/npm-spec.ts';
import { isPlaceholder } from '../../facts/secrets.ts';
import type { Parsed, Span, TextSource } from '../../source.ts';

/** What an .npmrc sets. */
export interface SettingsTree {
  readonly type: 'settings';
  readonly registries: readonly (Span & { readonly url: string })[];
  readonly credentials: readonly (Span & { readonly key: string; readonly literal: boolean })[];
  /** What `strict-ssl` is set to, where it is. */
  readonly strictSsl: (Span & { readonly value: string }) | undefined;
}

const secretKey = /(^|:)(_authToken|_auth|_password|key)$/;

/** Reads `key = value` lines; what the file itself holds of a secret is reported by its span. */
export function parseSettings(source: TextSource): Parsed<SettingsTree> {
  const lines = linesOf(source.text);
  const registries = lines
    .filter(({ key }) => /^(@[^:]+:)?registry$/.test(key))
    .map(({ value, start, end }) => ({ url: value, start, end }));
  const credentials = lines.flatMap(({ key, value, start, end }) => {
    const given = secretKey.test(key) ? value : registrySecret(key, value);
    return given === undefined || given === ''
      ? []
      : [{ key, literal: isLiteral(given) && !isPlaceholder(given), start, end }];
  });
  return {
    // Of several lines with one name the last counts.
    tree: {
      type: 'settings',
      registries,
      credentials,
      strictSsl: lines.findLast(({ key }) => key === 'strict-ssl'),
    },
    comments: commentsOf(source.text),
    secrets: credentials.filter(({ literal }) => literal).map(({ start, end }) => ({ start, end })),
  };
}

interface Setting extends Span {
  readonly key: string;
  readonly value: string;
}

/** The span is the value's, without quotes. */
function linesOf(text: string): readonly Setting[] {
  let start = 0;
  return text.split('\n').flatMap((line) => {
    const from = start;
    start += line.length + 1;
    const equals = line.indexOf('=');
    if (equals === -1 || /^\s*[;#]/.test(line)) return [];
    const raw = line.slice(equals + 1);
    const lead = raw.length - raw.trimStart().length;
    const quoted = /^(["'])(.*)\1$/.exec(raw.trim())?.[2];
    const value = quoted ?? bare(raw);
    const at = from + equals + 1 + lead + (quoted === undefined ? 0 : 1);
    return [{ key: line.slice(0, equals).trim(), value, start: at, end: at + value.length }];
  });
}

/** Without quotes a value ends before a comment. */
function bare(raw: string): string {
  return raw.replace(/(?<!\\)[;#].*$/s, '').trim();
}

/** A password in a registry's address. */
function registrySecret(key: string, value: string): string | undefined {
  if (!key.endsWith('registry') && !/proxy$/.test(key)) return undefined;
  const span = urlSecret(value);
  return span && value.slice(span.start, span.end);
}

/** `${NPM_TOKEN}` and `${NPM_TOKEN-}` are filled in from the environment. */
function isLiteral(value: string): boolean {
  return value.replace(/\$\{[^}]*\}/g, '').replace(/[\s:]/g, '') !== '';
}

function commentsOf(text: string): readonly Span[] {
  return [...text.matchAll(/^[ \t]*[;#][^\n]*/gm)].map(({ index, 0: found }) => ({
    start: index + found.length - found.trimStart().length,
    end: index + found.length,
  }));
}
