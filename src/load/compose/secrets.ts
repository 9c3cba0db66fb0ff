import { credentialsInUrl, secretName, tokensIn } from '../../facts/secrets.ts';
import type { DotenvFile } from '../../lang/dotenv.ts';
import type { YamlFile } from '../../lang/yaml.ts';
import type { YamlContent, YamlMap, YamlNode, YamlScalar, YamlSequence } from '../../lang/yaml-node.ts';
import { content } from '../../lang/yaml-read.ts';
import type { Span } from '../../source.ts';

/** Spans in a compose file that are or may be a secret: by the key, by the flag before, by the value's own looks. */
export function secretsInYaml({ documents, lost }: YamlFile, text: string): readonly Span[] {
  const found: Span[] = [];
  const seen = new Set<YamlContent>();
  const stack: Named[] = documents.flatMap((node) => (node ? [{ node, name: '' }] : []));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const node = content(next.node);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'scalar') found.push(...inScalar(node, next.name, text));
    else for (const child of childrenOf(node, next.name)) stack.push(child);
  }
  return [...found, ...lost.filter(({ start, end }) => mayHide(text.slice(start, end)))];
}

interface Named {
  readonly node: YamlNode;
  /** What says what it is: its key, or the flag before it in a command. */
  readonly name: string;
}

function childrenOf(node: YamlMap | YamlSequence, name: string): readonly Named[] {
  if (node.kind === 'map') return node.pairs.map(({ key, value }) => ({ node: value, name: nameOf(key) }));
  return node.items.map((item, index) => ({ node: item, name: flagBefore(node.items[index - 1]) ?? name }));
}

/** Spans of values in an environment file that are or may be a secret. */
export function secretsInEnvironment({ entries, faults }: DotenvFile): readonly Span[] {
  const values = entries.flatMap(({ name, value, valueStart, valueEnd }) => {
    if (value === null || valueEnd === valueStart) return [];
    if (secretName(name) !== false || hasToken(value)) return [{ start: valueStart, end: valueEnd }];
    const inUrl = credentialsInUrl(value);
    return inUrl ? [{ start: valueStart, end: valueEnd }] : [];
  });
  return [...values, ...faults.map(({ start, end }) => ({ start, end }))];
}

/** Flags whose next word, or rest of the word, is a password. */
const secretFlag =
  /^--?(?:[\w-]*(?:password|passwd|requirepass|masterauth|secret|token|api-?key)|pass|pwd)$/i;

function nameOf(key: YamlNode): string {
  const name = content(key);
  return name?.kind === 'scalar' ? name.value : '';
}

function flagBefore(node: YamlNode | undefined): string | undefined {
  const before = content(node);
  return before?.kind === 'scalar' && secretFlag.test(before.value) ? 'password' : undefined;
}

function inScalar(node: YamlScalar, key: string, text: string): readonly Span[] {
  const { value, start, end } = node;
  if (value === '') return [];
  if (key !== 'secrets' && secretName(key) !== false) return [inner(node)];
  const [, name = ''] = /^(-{0,2}[\w.-]+)=/.exec(value) ?? [];
  const told = value.slice(name === '' ? 0 : name.length + 1);
  const named = name !== '' && (secretName(name) !== false || secretFlag.test(name));
  if (!named && !hasToken(told) && !mayHide(told)) return [];
  const whole = inner(node);
  const from = name === '' ? -1 : text.indexOf('=', start);
  return [{ start: from >= start && from < end ? from + 1 : whole.start, end: whole.end }];
}

/** The text of the scalar without its quotes. */
function inner({ start, end, style }: YamlScalar): Span {
  const quoted = style === 'single' || style === 'double';
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}

/** A command or a text in which a password may stand. */
function mayHide(text: string): boolean {
  return (
    credentialsInUrl(text) !== undefined ||
    /(?:password|passwd|requirepass|masterauth|secret|token|apikey)\b\W{1,4}\w|\s-p\w|\s-a\s/i.test(text)
  );
}

/** No provider's token is shorter. */
function hasToken(text: string): boolean {
  return text.length >= 20 && tokensIn(text).length > 0;
}
