import { defaultProtocols, versionRange } from '../../facts/nginx-version.ts';
import type { Location } from '../../model/location.ts';
import type { NginxScope, NginxTls } from '../../model/nginx.ts';
import { byDefault, unresolved, type Value } from '../../model/value.ts';
import { accessOf, headersOf, ownRules, replacementsOf } from './access.ts';
import { setting } from './effective.ts';
import { exitsOf, type HostTrust, sinksOf } from './exits.ts';
import type { Block } from './tree.ts';

/** What `http`, `server`, `location` and loose snippets have in common. */
export function scopeOf(block: Block, name: string, at: Location, trust: HostTrust): NginxScope {
  const listing = setting(block, 'autoindex', isOn, byDefault(false, at));
  const fancy = setting(block, 'fancyindex', isOn, byDefault(false, at));
  return {
    access: accessOf(block, at),
    ownRules: ownRules(block),
    headers: headersOf(block),
    replacements: replacementsOf(block, name),
    root: setting<string | null>(block, 'root', ([path]) => path ?? null, byDefault(null, at)),
    autoindex: fancy.state !== 'unknown' && fancy.value ? fancy : listing,
    bodySize: setting(
      block,
      'client_max_body_size',
      ([size = '']) => bytes(size),
      byDefault(1024 * 1024, at),
    ),
    exits: exitsOf(block),
    sinks: sinksOf(block, trust),
  };
}

export function tlsOf(block: Block, at: Location, version: Value<string>): NginxTls {
  return {
    protocols: setting<readonly string[]>(block, 'ssl_protocols', (words) => words, protocolsOf(version, at)),
    ciphers: setting(block, 'ssl_ciphers', ([list = '']) => list, byDefault('HIGH:!aNULL:!MD5', at)),
  };
}

function protocolsOf(version: Value<string>, at: Location): Value<readonly string[]> {
  if (version.state === 'unknown') return version;
  const range = versionRange(version.value);
  const protocols = range && defaultProtocols(range);
  if (!protocols)
    return unresolved(`what ssl_protocols is by default differs within nginx ${version.value}`, at);
  return byDefault(protocols, at, `nginx ${version.value}`);
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
