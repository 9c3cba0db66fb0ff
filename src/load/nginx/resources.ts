import { type Location, wholeOf } from '../../model/location.ts';
import type { NginxText } from '../../model/nginx.ts';
import type { Fragment } from '../../model/resource.ts';
import { couldAnswer, projectFolder } from '../../model/scope.ts';
import { pathSymbol } from '../../model/symbol.ts';
import {
  byDefault,
  explicit,
  type Many,
  type Unknown,
  unresolved,
  unseen,
  type Value,
} from '../../model/value.ts';
import type { Failure, Listing, ModelInput } from '../../source.ts';
import { gapsFor, isPlaceholder, listed, nearest, setting } from './effective.ts';
import type { HostTrust } from './exits.ts';
import { isGlob } from './glob.ts';
import { defaultServers, hostTrust, listensOf, type Sockets, secureSockets } from './listen.ts';
import { addEndpoints, addLocation, addLocations } from './locations.ts';
import { add, addGaps, contain, type Made, type Setup, unique } from './made.ts';
import { passOf, upstreamTargets } from './passes.ts';
import { fileOf } from './paths.ts';
import { isOn, scopeOf, tlsOf } from './scope.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';
import type { World } from './world.ts';

export function fragmentOf(
  worlds: readonly World[],
  { listing, failures }: Pick<ModelInput<unknown>, 'listing' | 'failures'>,
  versionOf: (world: World) => Value<string>,
): Fragment {
  const made: Made = { resources: [], edges: [], taken: new Map() };
  for (const world of worlds) {
    const setup: Setup = {
      made,
      world,
      listing,
      version: versionOf(world),
      doubt: doubtOf(world, failures, listing),
    };
    addIncludes(setup);
    if (world.level === 'main') addMain(setup);
    else if (world.level === 'http') addHttp(setup, world.block, wholeOf(world.key.replace(/\/$/, '')));
    else if (world.level === 'stream') addStream(setup, world.block, 'stream');
    else if (world.level === 'upstream') continue;
    else addSnippet(setup);
  }
  return { resources: made.resources, edges: made.edges };
}

/** A file that could not be read, and could have belonged to this nginx. */
function doubtOf({ key, block }: World, failures: readonly Failure[], { isAside }: Listing): Unknown | null {
  const lost = failures.find(({ uri }) => couldAnswer(projectFolder(uri), key, isAside));
  return lost ? unseen(`${lost.uri}: ${lost.error}`, wholeOf(key)) : (block.gaps[0]?.unknown ?? null);
}

function addMain(setup: Setup): void {
  const { made, world } = setup;
  const at = wholeOf(world.key);
  const { block } = world;
  add(made, {
    kind: 'nginx.main',
    id: `nginx.main:${world.key}`,
    name: world.key,
    at,
    user: setting<string | null>(block, 'user', (words) => words.join(' '), byDefault(null, at)),
  });
  for (const name of ['http', 'stream', 'mail'] as const) {
    for (const one of named(block, name)) {
      if (!one.block) continue;
      if (name === 'http') addHttp(setup, one.block, placeOf(one));
      else addStream(setup, one.block, name);
    }
  }
}

function addHttp(setup: Setup, block: Block, at: Location): void {
  const { made, world, version } = setup;
  const id = unique(made, `nginx.http:${world.key}`);
  add(made, {
    kind: 'nginx.http',
    id,
    name: `http of ${world.key}`,
    at,
    version,
    ...scopeOf(block, 'http', at, 'unknown'),
  });
  addGaps(made, id, block, ['server'], at);
  for (const upstream of named(block, 'upstream')) addUpstream(made, upstream);
  const servers = named(block, 'server').flatMap((one) => one.block ?? []);
  const defaults = defaultServers(servers);
  const whole = block.gaps.length === 0 && block.around === null;
  const sockets = { secure: secureSockets(servers), doubt: setup.doubt };
  for (const server of servers) {
    addServer(setup, id, server, 'http', hostTrust(server, defaults, whole), sockets);
  }
}

function addStream(setup: Setup, block: Block, protocol: 'stream' | 'mail'): void {
  for (const upstream of named(block, 'upstream')) addUpstream(setup.made, upstream);
  for (const one of named(block, 'server')) {
    if (one.block) addServer(setup, null, one.block, protocol, 'unknown');
  }
}

function addUpstream(made: Made, statement: Statement): void {
  const name = statement.args[0]?.text ?? '';
  if (!statement.block) return;
  const id = unique(made, `nginx.upstream:${statement.uri}#${name}`);
  const servers = upstreamTargets(statement.block);
  add(made, { kind: 'nginx.upstream', id, name: `upstream ${name}`, at: placeOf(statement), servers });
}

function addServer(
  setup: Setup,
  http: string | null,
  block: Block,
  protocol: 'http' | 'stream' | 'mail',
  trust: HostTrust,
  sockets?: Sockets,
): void {
  const { statement } = block;
  if (!statement) return;
  const { made, version } = setup;
  const at = placeOf(statement);
  const names = namesOf(block);
  const listens = listensOf(block, protocol, sockets);
  const [first] = names.items;
  const label = `${first?.text ?? '_'}${portLabel(listens)}`;
  const id = unique(made, `nginx.server:${statement.uri}#${label}`);
  const off = byDefault(false, at);
  add(made, {
    kind: 'nginx.server',
    id,
    name: `server ${label}`,
    at,
    protocol,
    names,
    listens,
    tls: tlsOfListens(listens, at),
    ...tlsOf(block, at, version),
    rejectsHandshake: setting(block, 'ssl_reject_handshake', isOn, off),
    serverTokens: tokensOf(block, at),
    behindProxy: setting(block, 'real_ip_header', () => true, off),
    ...scopeOf(block, 'server', at, trust),
  });
  if (http !== null) contain(made, http, id, at);
  addListeners(made, id, listens);
  addFiles(setup, id, block);
  if (protocol !== 'http') addStreamPass(setup, id, block, trust);
  addGaps(made, id, block, ['location'], at);
  addLocations(setup, id, `${statement.uri}#${label}`, block, trust);
}

/** What the `Server` header gives away; headers-more can take the header away altogether. */
function tokensOf(block: Block, at: Location): Value<string> {
  const cleared = nearest(block, ['more_clear_headers', 'more_set_headers']);
  const words = cleared && 'statements' in cleared ? cleared.statements.flatMap(({ args }) => args) : [];
  const word = words.find(({ text }) => /^server\b/i.test(text));
  if (word && cleared && 'statements' in cleared && cleared.statements[0]) {
    return explicit('off', placeOf(cleared.statements[0]));
  }
  return setting(block, 'server_tokens', ([how = 'on']) => how, byDefault('on', at));
}

function namesOf(block: Block): Many<NginxText> {
  const items: NginxText[] = [];
  const missing: Unknown[] = [...gapsFor(block, ['server_name'])];
  for (const statement of named(block, 'server_name')) {
    for (const word of statement.args) {
      const at = placeOfWord(statement, word);
      if (word.template || isPlaceholder(word.text)) {
        missing.push(unresolved(`"${word.text}" is filled in before nginx reads it`, at));
      } else items.push({ text: word.text.toLowerCase(), at });
    }
  }
  return { items, missing };
}

function portLabel({ items }: ReturnType<typeof listensOf>): string {
  const [first] = items;
  if (!first) return '';
  return first.port.state === 'unknown' || first.port.value === null
    ? ` ${first.text}`
    : `:${first.port.value}`;
}

function tlsOfListens({ items, missing }: ReturnType<typeof listensOf>, at: Location): Value<boolean> {
  const secure = items.find(({ tls }) => tls.state !== 'unknown' && tls.value);
  if (secure) return secure.tls;
  const doubt = items.find(({ tls }) => tls.state === 'unknown')?.tls ?? missing[0];
  return doubt ?? explicit(false, at);
}

function addListeners(made: Made, server: string, { items }: ReturnType<typeof listensOf>): void {
  for (const { text, address, port, tls, flags, at } of items) {
    const id = unique(made, `network.listener:${server.slice('nginx.server:'.length)} ${text}`);
    const protocol = flags.includes('quic') || flags.includes('udp') ? ('udp' as const) : ('tcp' as const);
    add(made, {
      kind: 'network.listener',
      id,
      name: text || '80',
      at,
      address: explicit(address, at),
      port,
      protocol,
      tls,
    });
    made.edges.push({ from: server, relation: 'publishes', to: { id }, at });
  }
}

/** The certificate and key files that the server uses, where they are in the tree. */
function addFiles({ made, world, listing }: Setup, server: string, block: Block): void {
  const used = listed(block, ['ssl_certificate', 'ssl_certificate_key'], (statement) => {
    const [word] = statement.args;
    return word && !word.text.includes('$') ? { path: word.text, at: placeOfWord(statement, word) } : null;
  });
  for (const { path, at } of used.items) {
    const uri = fileOf(path, world.home, listing);
    if (uri !== undefined)
      made.edges.push({ from: server, relation: 'serves', to: { symbol: pathSymbol(uri) }, at });
  }
}

function addStreamPass(setup: Setup, server: string, block: Block, trust: HostTrust): void {
  for (const statement of named(block, 'proxy_pass')) {
    const pass = passOf(statement, trust);
    if (pass) addEndpoints(setup, server, pass);
  }
}

/** Loose directives, and locations without the server around them. */
function addSnippet(setup: Setup): void {
  const { made, world, version } = setup;
  const { block, key } = world;
  const at = wholeOf(key);
  if (block.statements.some(({ name }) => name !== 'location')) {
    add(made, {
      kind: 'nginx.snippet',
      id: `nginx.snippet:${key}`,
      name: key,
      at,
      ...tlsOf(block, at, version),
      ...scopeOf(block, key, at, 'unknown'),
    });
  }
  for (const statement of named(block, 'location')) addLocation(setup, null, key, statement, 'unknown');
}

function addIncludes({ made, world }: Setup): void {
  for (const { statement, resolution } of world.includes) {
    const [word] = statement.args;
    if (!word) continue;
    const id = `nginx.include:${statement.uri}#${word.text}`;
    // A file that several servers include names its own includes once.
    if (made.taken.has(id)) continue;
    made.taken.set(id, 1);
    add(made, {
      kind: 'nginx.include',
      id,
      name: `include ${word.text}`,
      at: placeOf(statement),
      path: word.text,
      isGlob: isGlob(word.text),
      state: resolution.state,
      tried: resolution.tried,
    });
  }
}
