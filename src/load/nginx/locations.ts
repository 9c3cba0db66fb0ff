import { distanceOf } from '../../facts/nginx-hosts.ts';
import type { Location } from '../../model/location.ts';
import type { NginxPass, NginxText } from '../../model/nginx.ts';
import { dnsSymbol, socketSymbol } from '../../model/symbol.ts';
import { byDefault, explicit, type Value } from '../../model/value.ts';
import { isInternal } from './access.ts';
import { gapsFor, opaqueWord, ownSetting } from './effective.ts';
import type { HostTrust } from './exits.ts';
import { add, addGaps, contain, type Setup, unique } from './made.ts';
import { passesOf, passNames } from './passes.ts';
import { scopeOf } from './scope.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';
import type { World } from './world.ts';

export function addLocations(
  setup: Setup,
  parent: string,
  path: string,
  block: Block,
  trust: HostTrust,
): void {
  for (const statement of named(block, 'location')) addLocation(setup, parent, path, statement, trust);
}

export function addLocation(
  setup: Setup,
  parent: string | null,
  path: string,
  statement: Statement,
  trust: HostTrust,
): void {
  const { block } = statement;
  if (!block) return;
  const { made } = setup;
  const at = placeOf(statement);
  const matcher = matcherOf(statement);
  const label = `location ${matcher.modifier === '@' ? '' : matcher.modifier} ${matcher.path}`.replace(
    / +/g,
    ' ',
  );
  const id = unique(made, `nginx.location:${path}/${label}`);
  const passes = passesOf(block, trust);
  const isNamed = matcher.modifier === '@';
  add(made, {
    kind: 'nginx.location',
    id,
    name: label,
    at,
    ...matcher,
    internal: isNamed ? explicit(true, at) : isInternal(block, at),
    passes,
    alias: aliasOf(block, at),
    status: first(block, statusNames, at),
    answers: first(block, answerNames, at),
    tryFiles: ownSetting<readonly string[] | null>(block, 'try_files', (words) => words, byDefault(null, at)),
    ...scopeOf(block, label, at, trust),
  });
  if (parent !== null) contain(made, parent, id, at);
  for (const pass of passes.items) addEndpoints(setup, id, pass);
  for (const unknown of passes.missing)
    made.edges.push({ from: id, relation: 'proxies_to', to: unknown, at });
  addGaps(made, id, block, ['location'], at);
  addLocations(setup, id, `${path}/${label}`, block, trust);
}

const statusNames = [
  'stub_status',
  'status',
  'api',
  'vhost_traffic_status_display',
  'check_status',
  'upstream_show',
  'dyups_interface',
  'status_zone_display',
];
const answerNames = [
  'empty_gif',
  'content_by_lua_block',
  'content_by_lua_file',
  'content_by_lua',
  'js_content',
  'perl',
  'echo',
  'flv',
  'mp4',
  'dav_methods',
];

/** The first of these directives that stands in the block itself. */
function first(block: Block, names: readonly string[], at: Location): Value<NginxText | null> {
  for (const name of names) {
    const statement = named(block, name)[0];
    const place = statement && placeOf(statement);
    if (place && statement.args[0]?.text !== 'off') return explicit({ text: name, at: place }, place);
  }
  const excluded = passNames.some((name) => block.byName.has(name));
  return (excluded ? undefined : gapsFor(block, names)[0]) ?? byDefault(null, at);
}

function aliasOf(block: Block, at: Location): Value<NginxText | null> {
  const statement = named(block, 'alias')[0];
  const word = statement?.args[0];
  // It cannot stand beside these.
  const excluded = ['root', ...passNames].some((name) => block.byName.has(name));
  if (!statement || !word)
    return (excluded ? undefined : gapsFor(block, ['alias'])[0]) ?? byDefault(null, at);
  return opaqueWord(statement) ?? explicit({ text: word.text, at: placeOf(statement) }, placeOf(statement));
}

function matcherOf(statement: Statement) {
  const [word, second] = statement.args;
  const at = word ? placeOfWord(statement, second ?? word) : placeOf(statement);
  if (word && second) return { modifier: modifierOf(word.text), path: second.text, pathAt: at };
  // The modifier may touch the path: `location ~\.php$`.
  const [, sign = '', path = ''] = /^(=|\^~|~\*?|@)?(.*)$/s.exec(word?.text ?? '') ?? [];
  return { modifier: modifierOf(sign), path, pathAt: at };
}

function modifierOf(sign: string): '' | '=' | '^~' | '~' | '~*' | '@' {
  return sign === '=' || sign === '^~' || sign === '~' || sign === '~*' || sign === '@' ? sign : '';
}

/** Without a container around nginx, the loopback address is the host's own. */
function symbolOf(host: string, port: number | null, { placement }: World): string {
  const onHost = !placement && distanceOf(host) === 'here';
  return onHost && port !== null ? socketSymbol(port) : dnsSymbol(host);
}

export function addEndpoints({ made, world }: Setup, from: string, { targets, at, target }: NginxPass): void {
  const scheme = /^(\w+):\/\//.exec(target)?.[1] ?? '';
  for (const { host, port, at: place } of targets.items) {
    if (host === 'unix:' || host === '') continue;
    const name = `${scheme === '' ? '' : `${scheme}://`}${host}${port === null ? '' : `:${port}`}`;
    const id = `network.endpoint:${place.source}#${name}`;
    if (!made.taken.has(id)) {
      made.taken.set(id, 1);
      add(made, {
        kind: 'network.endpoint',
        id,
        name,
        at: place,
        scheme: explicit(scheme, place),
        host: explicit(host, place),
        port: explicit(port, place),
      });
      const to = { symbol: symbolOf(host, port, world) };
      made.edges.push({ from: id, relation: 'resolves_to', to, at: place });
    }
    made.edges.push({ from, relation: 'proxies_to', to: { id }, at });
  }
  for (const unknown of targets.missing) made.edges.push({ from, relation: 'proxies_to', to: unknown, at });
}
