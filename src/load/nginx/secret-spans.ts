import { credentialsInUrl, isPlaceholder, secretName, tokensIn } from '../../facts/secrets.ts';
import type { NginxDirective, NginxDocument, NginxWord } from '../../lang/nginx.ts';
import type { Span } from '../../source.ts';

/** Everything in a configuration that is, or may be, a password, key or token. */
export function secretSpans(text: string, { directives }: NginxDocument): readonly Span[] {
  const found: Span[] = tokensIn(text).map(({ start, end }) => ({ start, end }));
  const work: { readonly directive: NginxDirective; readonly named: boolean }[] = directives.map(
    (directive) => ({ directive, named: false }),
  );
  for (let next = work.pop(); next; next = work.pop()) {
    const { directive, named } = next;
    found.push(...inUrls(directive), ...values(directive, named).flatMap(told));
    const inside = fillsSecret(directive);
    for (const child of directive.body ?? []) work.push({ directive: child, named: inside });
  }
  return found;
}

/** `proxy_set_header Authorization "Bearer …"`; `named`: an entry of a table that fills a secret in. */
function values(directive: NginxDirective, named: boolean): readonly NginxWord[] {
  const { name, args } = directive;
  if (named) return [directive.word, ...args];
  if (name === 'if' || name === 'return') return compared(args);
  const [key, ...rest] = args;
  if (key && isSecretHeader(key.text)) return rest;
  return secretName(name) !== false && /password|secret|token/.test(name) && !/_file$/.test(name) ? args : [];
}

/** `if ($http_x_api_key != "…")`: the words behind a variable that is named like a secret. */
function compared(args: readonly NginxWord[]): readonly NginxWord[] {
  const at = args.findIndex(({ text }) => isSecretHeader(text.replace(/^\(/, '')));
  return at === -1 ? [] : args.slice(at + 1);
}

/** `map $http_authorization $allowed { "Bearer …" 1; }`: its keys; `map $host $api_key { … }`: its values. */
function fillsSecret({ name, args }: NginxDirective): boolean {
  return (name === 'map' || name === 'geo') && args.some(({ text }) => isSecretHeader(text));
}

/** Names of headers, of variables and of the variables that hold headers, cookies and arguments. */
function isSecretHeader(written: string): boolean {
  const name = written.replace(/^\$\{?|\}$/g, '').replace(/^(http|sent_http|cookie|arg|upstream_http)_/, '');
  if (/^(proxy[-_])?authorization$/i.test(name)) return true;
  return name !== '' && secretName(name) === 'sure';
}

/** The word without its quotes, the sign of a comparison, the scheme of an authorization, and a bracket. */
function told({ text, start, end, quoted }: NginxWord): readonly Span[] {
  const bare = text.replace(/\)$/, '');
  if (/^[!=~*]+$/.test(bare) || isVariable(bare) || isPlaceholder(bare)) return [];
  const scheme = /^["'~^]*(?:Basic|Bearer|Token|Digest|ApiKey)\s+/i.exec(bare)?.[0].length ?? 0;
  const inner = quoted ? 1 : 0;
  const from = Math.min(start + inner + scheme, end);
  return [{ start: from, end: Math.max(from, end - inner) }];
}

function isVariable(text: string): boolean {
  return /^(?:(?:Basic|Bearer|Token)\s+)?\$\{?\w+\}?$/i.test(text);
}

function inUrls({ args }: NginxDirective): readonly Span[] {
  return args.flatMap((word) => {
    const inside = credentialsInUrl(word.text);
    if (!inside || isVariable(inside.password)) return [];
    // With escapes in the word its offsets are not those of the text; then all of it is a secret.
    const shift = word.quoted ? 1 : 0;
    const plain = word.end - word.start === word.text.length + 2 * shift;
    return plain
      ? [{ start: word.start + shift + inside.start, end: word.start + shift + inside.end }]
      : [{ start: word.start, end: word.end }];
  });
}
