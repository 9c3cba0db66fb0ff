import { splitVariables } from '../../facts/nginx-variables.ts';
import type { NginxPass, NginxTarget } from '../../model/nginx.ts';
import { byDefault, explicit, type Many, unresolved, type Value } from '../../model/value.ts';
import { constantText, expandText } from './assignments.ts';
import { gapsFor, isPlaceholder, setting } from './effective.ts';
import { type HostTrust, parts, settle } from './exits.ts';
import { traceText } from './trace.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';

export const passNames = [
  'proxy_pass',
  'grpc_pass',
  'fastcgi_pass',
  'uwsgi_pass',
  'scgi_pass',
  'memcached_pass',
];
const secureSchemes = new Set(['https', 'grpcs', 'suwsgi']);

/** Everything that this block, or a condition in it, hands requests to. */
export function passesOf(block: Block, trust: HostTrust): Many<NginxPass> {
  const items = parts(block).flatMap((part) =>
    passNames.flatMap((name) => named(part, name).flatMap((statement) => passOf(statement, trust) ?? [])),
  );
  // One block hands on to one place only: nginx refuses a second.
  const open = parts(block).filter((part) => !passNames.some((name) => part.byName.has(name)));
  return { items, missing: open.flatMap((part) => gapsFor(part, passNames)) };
}

export function passOf(statement: Statement, trust: HostTrust): NginxPass | undefined {
  const [word] = statement.args;
  if (!word) return undefined;
  const at = placeOf(statement);
  const opaque = word.template || isPlaceholder(word.text);
  const expanded = opaque
    ? word.text
    : (constantText(word.text, statement) ?? expandText(word.text, statement));
  const { scheme, authority } = splitTarget(expanded);
  const host = opaque ? [] : hostParts(scheme.includes('$') ? `${scheme}${authority}` : authority);
  const [only = '', more] = host;
  const isFixed = !opaque && typeof only === 'string' && more === undefined;
  const names = host.flatMap((part) => (typeof part === 'string' ? [] : [`\${${part.name}}`]));
  const last = host.at(-1);
  return {
    by: statement.name,
    target: word.text,
    at,
    tls: tlsOf(scheme, statement, opaque),
    targets: isFixed ? targetsOf(only, scheme, statement) : hidden(word.text, statement),
    hostUses: traceText(names.join(''), statement).map((use) => settle(use, trust)),
    hostPrefix: typeof only === 'string' ? only : '',
    hostSuffix: more !== undefined && typeof last === 'string' ? last : '',
    verify: verifyOf(statement),
  };
}

/** `http://host:80/path` → `http`, `host:80`; what has no scheme is an address as a whole. */
function splitTarget(text: string): { readonly scheme: string; readonly authority: string } {
  const found = /^([^:/]*):\/\/(.*)$/s.exec(text);
  const scheme = found?.[1] ?? '';
  const rest = found ? (found[2] ?? '') : text;
  if (rest.startsWith('unix:')) return { scheme, authority: 'unix:' };
  const slash = rest.indexOf('/');
  return { scheme, authority: slash === -1 ? rest : rest.slice(0, slash) };
}

/** Variables that begin with a slash of their own end the host. */
const paths = new Set(['request_uri', 'uri', 'document_uri', 'fastcgi_script_name', 'is_args']);

function hostParts(authority: string): readonly (string | { readonly name: string })[] {
  const parts = splitVariables(authority);
  const end = parts.findIndex((part) => typeof part !== 'string' && paths.has(part.name));
  return end === -1 ? parts : parts.slice(0, end);
}

function tlsOf(scheme: string, statement: Statement, opaque: boolean): Value<boolean> {
  const at = placeOf(statement);
  const hasScheme = statement.name === 'proxy_pass' || statement.name === 'grpc_pass';
  if (hasScheme && (scheme.includes('$') || (opaque && scheme === '')))
    return unresolved('the scheme is a variable', at);
  return explicit(secureSchemes.has(scheme), at);
}

function hidden(text: string, statement: Statement): Many<NginxTarget> {
  return { items: [], missing: [unresolved(`"${text}" is known only at run time`, placeOf(statement))] };
}

/** An `upstream` block of that name comes before a host of that name; it cannot be named with a port. */
function targetsOf(authority: string, scheme: string, statement: Statement): Many<NginxTarget> {
  const [word] = statement.args;
  const at = word ? placeOfWord(statement, word) : placeOf(statement);
  const { host, port } = hostAndPort(authority);
  const top = topOf(statement.parent);
  const upstream = upstreamOf(authority, top);
  if (upstream?.block) return upstreamTargets(upstream.block);
  const target = { host, port: port ?? defaultPort(scheme), at };
  const gap = gapsFor(top, ['upstream'])[0] ?? outermost(top);
  // A name without dots and port may be an upstream that nobody has seen.
  const doubtful = gap && port === null && !host.includes('.') && host !== 'unix:' && host !== 'localhost';
  return doubtful ? { items: [], missing: [gap] } : { items: [target], missing: [] };
}

function outermost(block: Block) {
  let top = block;
  while (top.parent) top = top.parent;
  return top.around?.unknown;
}

function topOf(block: Block): Block {
  let top = block;
  while (top.parent && top.name !== 'http' && top.name !== 'stream') top = top.parent;
  return top;
}

function upstreamOf(name: string, top: Block): Statement | undefined {
  let table = upstreams.get(top);
  if (!table) {
    table = new Map(named(top, 'upstream').map((one) => [one.args[0]?.text ?? '', one]));
    upstreams.set(top, table);
  }
  return table.get(name);
}

const upstreams = new WeakMap<Block, Map<string, Statement>>();

export function upstreamTargets(block: Block): Many<NginxTarget> {
  const items = named(block, 'server').flatMap((statement): NginxTarget[] => {
    const [word] = statement.args;
    if (!word || word.template || isPlaceholder(word.text)) return [];
    return [{ ...hostAndPort(word.text), at: placeOfWord(statement, word) }];
  });
  const opaque = named(block, 'server').filter(
    ({ args: [word] }) => word && (word.template || isPlaceholder(word.text)),
  );
  const missing = opaque.map((one) =>
    unresolved(`"${one.args[0]?.text}" is filled in before nginx reads it`, placeOf(one)),
  );
  return { items, missing: [...gapsFor(block, ['server']), ...missing] };
}

function hostAndPort(text: string): { readonly host: string; readonly port: number | null } {
  if (text.startsWith('unix:')) return { host: 'unix:', port: null };
  const [, host = text, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: port === undefined ? null : Number(port) };
}

function defaultPort(scheme: string): number | null {
  if (scheme === 'http' || scheme === 'grpc') return 80;
  return scheme === 'https' || scheme === 'grpcs' ? 443 : null;
}

function verifyOf(statement: Statement): Value<boolean> {
  const family = statement.name.replace(/_pass$/, '');
  const at = placeOf(statement);
  return setting(statement.parent, `${family}_ssl_verify`, ([first]) => first === 'on', byDefault(false, at));
}
