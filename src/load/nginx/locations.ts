import type { NginxText } from '../../model/nginx.ts';
import { dnsSymbol } from '../../model/symbol.ts';
import { explicit } from '../../model/value.ts';
import { isInternal } from './access.ts';
import { opaqueWord } from './effective.ts';
import type { HostTrust } from './exits.ts';
import { add, addGaps, contain, type Made, type Setup, unique } from './made.ts';
import { passesOf } from './passes.ts';
import { scopeOf } from './scope.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';

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
  const isNamed = matcher.modifier === '@';
  add(made, {
    kind: 'nginx.location',
    id,
    name: label,
    at,
    ...matcher,
    internal: isNamed ? explicit(true, at) : isInternal(block, at),
    passes: passesOf(block, trust),
    alias: wordOf(block, ['alias']),
    status: first(block, statusNames),
    answers: first(block, answerNames),
    tryFiles: tryFilesOf(block),
    ...scopeOf(block, label, at, trust),
  });
  if (parent !== null) contain(made, parent, id, at);
  for (const pass of passesOf(block, trust)) addEndpoints(made, id, pass);
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

function first(block: Block, names: readonly string[]): NginxText | null {
  for (const name of names) {
    const statement = named(block, name)[0];
    if (statement && statement.args[0]?.text !== 'off') return { text: name, at: placeOf(statement) };
  }
  return null;
}

function wordOf(block: Block, names: readonly string[]): NginxText | null {
  for (const name of names) {
    const statement = named(block, name)[0];
    const word = statement?.args[0];
    if (statement && word && !opaqueWord(statement)) return { text: word.text, at: placeOf(statement) };
  }
  return null;
}

function tryFilesOf(block: Block) {
  const statement = named(block, 'try_files')[0];
  if (!statement) return null;
  return { name: statement.name, args: statement.args.map(({ text }) => text), at: placeOf(statement) };
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

export function addEndpoints(
  made: Made,
  from: string,
  { targets, at, target }: ReturnType<typeof passesOf>[number],
): void {
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
      made.edges.push({ from: id, relation: 'resolves_to', to: { symbol: dnsSymbol(host) }, at: place });
    }
    made.edges.push({ from, relation: 'proxies_to', to: { id }, at });
  }
  for (const unknown of targets.missing) made.edges.push({ from, relation: 'proxies_to', to: unknown, at });
}
