import { defaultProtocols, versionRange } from '../../facts/nginx-version.ts';
import type { Location } from '../../model/location.ts';
import type { NginxScope, NginxTls } from '../../model/nginx.ts';
import { byDefault, type Value } from '../../model/value.ts';
import { accessOf, headersOf, ownRules, replacementsOf } from './access.ts';
import { setting } from './effective.ts';
import { exitsOf, type HostTrust, sinksOf } from './exits.ts';
import type { Block } from './tree.ts';

/** What `http`, `server`, `location` and loose snippets have in common. */
export function scopeOf(block: Block, name: string, at: Location, trust: HostTrust): NginxScope {
  return {
    access: inherit(block, at, accessPart),
    headers: inherit(block, at, headerPart),
    ...inherit(block, at, settingPart),
    ownRules: ownRules(block),
    replacements: replacementsOf(block, name),
    exits: exitsOf(block),
    sinks: sinksOf(block, trust),
  };
}

/** A part of a scope that passes down unchanged into blocks without any directive of it. */
interface Part<T> {
  readonly directives: RegExp;
  make(block: Block, at: Location): T;
  /** What the blocks in a block have from it, made once for all of them. */
  readonly below: WeakMap<Block, T>;
}

const accessPart: Part<NginxScope['access']> = {
  directives: /^(allow|deny|satisfy|auth_.*|.*_by_lua.*|js_access|ssl_verify_client)$/,
  make: accessOf,
  below: new WeakMap(),
};

const headerPart: Part<NginxScope['headers']> = {
  directives: /^(add_header.*|more_set_headers|security_headers)$/,
  make: headersOf,
  below: new WeakMap(),
};

type Settings = Pick<NginxScope, 'root' | 'autoindex' | 'bodySize' | 'rateLimited'>;

const settingPart: Part<Settings> = {
  directives: /^(root|autoindex|fancyindex|client_max_body_size|limit_req|limit_conn)$/,
  make: settingsOf,
  below: new WeakMap(),
};

function inherit<T>(block: Block, at: Location, { directives, make, below }: Part<T>): T {
  const { parent } = block;
  if (parent === null || block.gaps.length > 0 || holds(block, directives)) return make(block, at);
  let known = below.get(parent);
  if (known === undefined) {
    known = make(emptyIn(parent), at);
    below.set(parent, known);
  }
  return known;
}

function holds({ byName }: Block, directives: RegExp): boolean {
  for (const name of byName.keys()) if (directives.test(name)) return true;
  return false;
}

function emptyIn(parent: Block): Block {
  return { name: '', statement: null, parent, statements: [], byName: new Map(), gaps: [], around: null };
}

function settingsOf(block: Block, at: Location): Settings {
  const listing = setting(block, 'autoindex', isOn, byDefault(false, at));
  const fancy = setting(block, 'fancyindex', isOn, byDefault(false, at));
  return {
    root: setting<string | null>(block, 'root', ([path]) => path ?? null, byDefault(null, at)),
    autoindex: fancy.state !== 'unknown' && fancy.value ? fancy : listing,
    bodySize: setting(
      block,
      'client_max_body_size',
      ([size = '']) => bytes(size),
      byDefault(1024 * 1024, at),
    ),
    rateLimited: limited(block, at),
  };
}

/** Either kind of limit; both pass down into blocks that set none of the same kind. */
function limited(block: Block, at: Location): Value<boolean> {
  const [requests, connections] = ['limit_req', 'limit_conn'].map((name) =>
    setting(block, name, () => true, byDefault(false, at)),
  );
  if (!requests || !connections) return byDefault(false, at);
  if (requests.state !== 'unknown' && requests.value) return requests;
  return connections.state !== 'unknown' && connections.value ? connections : requests;
}

export function tlsOf(block: Block, at: Location, version: Value<string>): NginxTls {
  return {
    protocols: setting<readonly string[] | null>(
      block,
      'ssl_protocols',
      (words) => words,
      protocolsOf(version, at),
    ),
    ciphers: setting(block, 'ssl_ciphers', ([list = '']) => list, byDefault('HIGH:!aNULL:!MD5', at)),
  };
}

function protocolsOf(version: Value<string>, at: Location): Value<readonly string[] | null> {
  if (version.state === 'unknown') return byDefault(null, at);
  const range = versionRange(version.value);
  const protocols = range && defaultProtocols(range);
  return byDefault(protocols ?? null, at, `nginx ${version.value}`);
}

export function isOn([first]: readonly string[]): boolean {
  return first === 'on';
}

/** `10m`, `1g`, `0`. */
function bytes(size: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([kmg]?)$/i.exec(size) ?? [];
  const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return digits === '' ? Number.NaN : Number(digits) * factor;
}
