import type { Graph, Location, Resource, Value } from '../../src/check.ts';
import { credentialsInUrl, isPlaceholder, isWeakPassword, secretName } from '../../src/facts/secrets.ts';
import type { Variable } from '../../src/model/common.ts';
import { mapValue, valueIfKnown } from '../../src/model/value.ts';

/** Something a service is given that may be a secret. */
export interface Credential {
  readonly name: string;
  readonly value: Value<string | null>;
  readonly origin: Variable['origin'];
  /** The value's place. */
  readonly at: Location;
  readonly where: 'environment' | 'build argument' | 'label' | 'command' | 'health check';
}

/** Flags of programs whose value is a password; a lone `-p` or `-a` only where it is known to be one. */
const flag =
  /^--?(?:[\w-]*(?:password|passwd|requirepass|masterauth|api-?key)|[\w-]*[-_]?(?:secret|token))$/i;

/** Variables, build arguments, labels and flags of a service, whatever their names. */
export function credentialsOf(service: Resource<'compose.service'>, graph: Graph): readonly Credential[] {
  const environments = graph.out(service, 'runs', 'process.environment').items;
  return [
    ...environments.flatMap(({ variables }) => tabled(variables, 'environment')),
    ...tabled(service.buildArguments, 'build argument'),
    ...tabled(service.labels, 'label'),
    ...environments.flatMap(({ command }) => inWords(command, 'command')),
    ...inWords(
      mapValue(service.healthcheck, (text) => text?.split(' ') ?? null),
      'health check',
    ),
  ];
}

/** Keys with which a server signs what it later believes: sessions, tokens, cookies. */
const signing =
  /^app_key$|(^|_)(secret_key(_base)?|jwt_(secret|key|signing_key)|app_secret|session_(secret|key)|cookie_(secret|key)|signing_key|auth_secret|nextauth_secret|encryption_key|secret_token)$/i;
/** Of the same name, but handed out by another service. */
const issued =
  /(^|_)(aws|s3|minio|stripe|(re|h)?captcha|turnstile|storage|b2|r2|spaces|oss|cos|paypal|razorpay|plaid|facebook|github|google|twitter|slack|pusher)_/i;

export function isSigningKey(name: string): boolean {
  return signing.test(name) && !issued.test(name);
}

/** Whether anybody would try the password early: known ones, and words such as `secret-key`; quotes do not count. */
export function isGuessable(password: string): boolean {
  const bare = password.replace(/^["']|["']$/g, '');
  return (
    isWeakPassword(bare) ||
    /^(my|super|root|admin|access|api|private|secret|db|user)?[-_]?(secret|access|api|private)?[-_]?(key|password|pass|secret|token)$/i.test(
      bare,
    )
  );
}

/** A key that does not hold out against guessing. */
export function isGuessableKey(name: string, value: string): boolean {
  return isSigningKey(name) && weaknessOfKey(value) !== undefined;
}

/** What is weak about a key; undefined when it is none, or strong enough as far as its text tells. */
export function weaknessOfKey(text: string): string | undefined {
  if (text === '' || /^[./~]|\$\{|\{\{|^(true|false|none|null)$/i.test(text)) return undefined;
  if (isWeakPassword(text)) return 'is a well-known word';
  if (text.length >= 16 && spread(text) < 2.5) return 'repeats few characters';
  if (isPlaceholder(text)) return 'is a stand-in from an example';
  return text.length < 16 ? `has only ${text.length} characters` : undefined;
}

/** Entropy in bits per character. */
function spread(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** What makes a password weak; undefined for what is none, or not weak as far as its text tells. */
export function weaknessOf({ name, value, where }: Credential, names: readonly string[]): string | undefined {
  const text = valueIfKnown(value);
  // MinIO and signing keys have checks of their own.
  if (!text || where === 'label' || isSigningKey(name) || /^MINIO_/.test(name)) return undefined;
  const inUrl = credentialsInUrl(text)?.password;
  const password = inUrl ?? (name.startsWith('-') || secretName(name) === 'sure' ? text : undefined);
  if (password === undefined) return undefined;
  if (isGuessable(password)) return `a well-known password${inUrl === undefined ? '' : ' in an address'}`;
  if (inUrl !== undefined && text.includes(`://${inUrl}:${inUrl}@`))
    return 'the name of the user as password';
  return names.includes(password.toLowerCase())
    ? 'the name of the service, its user or its database'
    : undefined;
}

/** Names of a service that make bad passwords: its own, those of its user and its database; in lower case. */
export function namesIn(service: Resource<'compose.service'>, graph: Graph): readonly string[] {
  const variables = graph
    .out(service, 'runs', 'process.environment')
    .items.flatMap((one) => Object.entries(one.variables));
  const told = variables
    .filter(([name]) => /(^|_)(USER|USERNAME|DB|DATABASE|DBNAME)$/i.test(name))
    .map(([, { value }]) => valueIfKnown(value) ?? '');
  return [service.service, ...told].filter((name) => name !== '').map((name) => name.toLowerCase());
}

function tabled(
  variables: Readonly<Record<string, Variable>>,
  where: Credential['where'],
): readonly Credential[] {
  return Object.entries(variables).map(([name, { value, origin, at }]) => ({
    name,
    value,
    origin,
    at: value.state === 'unknown' ? at : value.at,
    where,
  }));
}

/** `--requirepass x`, `--password=x`, `PGPASSWORD=x`, and `-px` of the MySQL programs. */
function inWords(
  command: Value<readonly string[] | null>,
  where: Credential['where'],
): readonly Credential[] {
  if (command.state === 'unknown') return [];
  const { value: words, at } = command;
  if (words === null) return [];
  return words.flatMap((word, index): readonly Credential[] => {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const given = (text: string | undefined, by = name): readonly Credential[] =>
      text === undefined || /\s/.test(by)
        ? []
        : [{ name: by, value: { ...command, value: text }, origin: 'literal', at, where }];
    if (equals > 0 && (flag.test(name) || secretName(name) === 'sure')) return given(word.slice(equals + 1));
    if (equals === -1 && flag.test(word) && !words[index + 1]?.startsWith('-'))
      return given(words[index + 1]);
    const short = /^-p(.+)$/.exec(word)?.[1];
    return short !== undefined &&
      words.some((one) => /(^|\/)(mysql|mysqladmin|mariadb|mariadb-admin|mysqldump)$/.test(one))
      ? given(short, '-p')
      : [];
  });
}
