import type { NginxListen } from '../../model/nginx.ts';
import { explicit, type Many, type Unknown, unresolved, type Value } from '../../model/value.ts';
import { gapsFor, isPlaceholder, setting } from './effective.ts';
import type { HostTrust } from './exits.ts';
import { type Block, named, placeOf, type Statement } from './tree.ts';

/** The sockets of a server; without any `listen` it is port 80 of every address. */
export function listensOf(
  block: Block,
  protocol: 'http' | 'stream' | 'mail',
  sockets: Sockets = noSockets,
): Many<NginxListen> {
  const { items, missing } = writtenListens(block, protocol);
  return { items: items.map((listen) => withSocket(listen, sockets)), missing };
}

/** What other servers say about the sockets: `ssl` in one `listen` holds for every server on that socket. */
export interface Sockets {
  readonly secure: ReadonlySet<string>;
  /** Servers that could not be read, and may say so too. */
  readonly doubt: Unknown | null;
}

const noSockets: Sockets = { secure: new Set(), doubt: null };

export function secureSockets(servers: readonly Block[]): ReadonlySet<string> {
  const secure = new Set<string>();
  for (const server of servers) {
    for (const listen of writtenListens(server, 'http').items) {
      if (listen.tls.state !== 'unknown' && listen.tls.value) secure.add(socketKey(listen));
    }
  }
  return secure;
}

function withSocket(listen: NginxListen, { secure, doubt }: Sockets): NginxListen {
  if (listen.tls.state === 'unknown' || listen.tls.value) return listen;
  if (secure.has(socketKey(listen))) return { ...listen, tls: explicit(true, listen.at) };
  // Nobody turns TLS on for port 80 elsewhere.
  const usual = listen.port.state !== 'unknown' && listen.port.value === 80;
  return doubt && !usual ? { ...listen, tls: doubt } : listen;
}

function writtenListens(block: Block, protocol: 'http' | 'stream' | 'mail'): Many<NginxListen> {
  const legacy = protocol === 'stream' ? false : isLegacyTls(block);
  const items = named(block, 'listen').flatMap((statement) => listenOf(statement, legacy) ?? []);
  const missing = gapsFor(block, ['listen']);
  if (items.length > 0 || missing.length > 0 || protocol !== 'http' || !block.statement)
    return { items, missing };
  const at = placeOf(block.statement);
  const tls = explicit(legacy, at);
  return { items: [{ text: '', address: '*', port: explicit(80, at), flags: [], tls, at }], missing };
}

/** `ssl on`, which nginx knew before 1.25.1: every socket speaks TLS. */
function isLegacyTls(block: Block): boolean {
  const found = setting(
    block,
    'ssl',
    ([first]) => first === 'on',
    explicit(false, { source: '', start: 0, end: 0 }),
  );
  return found.state !== 'unknown' && found.value;
}

function listenOf(statement: Statement, legacy: boolean): NginxListen | undefined {
  const [first, ...rest] = statement.args;
  if (!first) return undefined;
  const at = placeOf(statement);
  const flags = rest.map(({ text }) => text);
  const hidden = rest.find(({ text, template }) => template || isPlaceholder(text));
  const tls: Value<boolean> =
    legacy || flags.some((flag) => flag === 'ssl' || flag === 'quic')
      ? explicit(true, at)
      : hidden
        ? unresolved(`"${hidden.text}" is filled in before nginx reads it`, at)
        : explicit(false, at);
  const opaque = first.template || isPlaceholder(first.text);
  const { address, port } = opaque ? { address: first.text, port: null } : socketOf(first.text);
  return {
    text: first.text,
    address,
    port: opaque ? unresolved(`"${first.text}" is filled in before nginx reads it`, at) : explicit(port, at),
    flags,
    tls,
    at,
  };
}

/** `80`, `*:80`, `[::]:443`, `127.0.0.1`, `unix:/run/x.sock`. */
function socketOf(text: string): { readonly address: string; readonly port: number | null } {
  if (text.startsWith('unix:')) return { address: text, port: null };
  if (/^\d+$/.test(text)) return { address: '*', port: Number(text) };
  const [, host = text, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  return {
    address: host === '0.0.0.0' || host === '' ? '*' : host,
    port: port === undefined ? 80 : Number(port),
  };
}

/** Which server answers on each socket for names that no server has. */
export function defaultServers(servers: readonly Block[]): ReadonlyMap<string, Block> {
  const found = new Map<string, Block>();
  const marked = new Set<string>();
  for (const server of servers) {
    for (const listen of listensOf(server, 'http').items) {
      const key = socketKey(listen);
      const isMarked = isDefault(listen);
      if (!found.has(key) || (isMarked && !marked.has(key))) found.set(key, server);
      if (isMarked) marked.add(key);
    }
  }
  return found;
}

function isDefault({ flags }: NginxListen): boolean {
  return flags.includes('default_server') || flags.includes('default');
}

function socketKey({ address, port }: NginxListen): string {
  return `${address} ${port.state === 'unknown' ? '?' : port.value}`;
}

/** A server that is no socket's default is reached by its own names alone. */
export function hostTrust(server: Block, defaults: ReadonlyMap<string, Block>, whole: boolean): HostTrust {
  const { items, missing } = listensOf(server, 'http');
  if (items.some(isDefault)) return 'open';
  const names = named(server, 'server_name').flatMap(({ args }) => args);
  if (missing.length > 0 || !whole || names.some((word) => word.template || isPlaceholder(word.text)))
    return 'unknown';
  if (items.some((listen) => defaults.get(socketKey(listen)) === server)) return 'open';
  return names.some(({ text }) => text.startsWith('~')) ? 'unknown' : 'closed';
}
