import type { Location } from '../../model/location.ts';
import type { NginxAccess, NginxHeader, NginxReplacement, NginxRule } from '../../model/nginx.ts';
import { byDefault, type Known, type Many, mapValue, type Value } from '../../model/value.ts';
import { gapsFor, listed, nearest, ownSetting, setting, statementsOf } from './effective.ts';
import { type Block, named, placeOf, placeOfWord, type Statement } from './tree.ts';

const ruleNames = ['allow', 'deny'];

/** Modules that may refuse a request, each switched by its own directive. */
const otherGuards = [
  'auth_jwt',
  'auth_pam',
  'auth_ldap',
  'auth_digest',
  'auth_gss',
  'auth_oidc',
  'access_by_lua_block',
  'access_by_lua_file',
  'access_by_lua',
  'rewrite_by_lua_block',
  'rewrite_by_lua_file',
  'js_access',
];

/** Who may enter, after inheritance. */
export function accessOf(block: Block, at: Location): NginxAccess {
  const none = byDefault(null, at);
  const off = ([first = '']: readonly string[]): string | null => (first === 'off' ? null : first);
  return {
    rules: listed(block, ruleNames, ruleOf),
    satisfy: setting<'all' | 'any'>(
      block,
      'satisfy',
      ([how]) => (how === 'any' ? 'any' : 'all'),
      byDefault('all', at),
    ),
    basic: setting<string | null>(block, 'auth_basic', off, none),
    request: setting<string | null>(block, 'auth_request', off, none),
    other: otherGuard(block, none, at),
  };
}

export function ownRules(block: Block): Many<NginxRule> {
  const items = statementsOf(block, ruleNames).flatMap((statement) => ruleOf(statement) ?? []);
  return { items, missing: gapsFor(block, ruleNames) };
}

function ruleOf(statement: Statement): NginxRule | null {
  const [source] = statement.args;
  return source ? { allows: statement.name === 'allow', source: source.text, at: placeOf(statement) } : null;
}

function otherGuard(block: Block, none: Value<string | null>, at: Location): Value<string | null> {
  const certificate = setting(block, 'ssl_verify_client', ([how]) => how === 'on', byDefault(false, at));
  if (certificate.state === 'unknown') return certificate;
  if (certificate.value) return mapValue(certificate, () => 'ssl_verify_client');
  for (const name of otherGuards) {
    const found = setting<string | null>(block, name, ([first]) => (first === 'off' ? null : name), none);
    if (found.state === 'unknown' || found.value !== null) return found;
  }
  return none;
}

/** Headers that answers from this block carry. */
export function headersOf(block: Block): Many<NginxHeader> {
  const merged = mode(block) === 'merge';
  const added = merged ? mergedHeaders(block) : listed(block, ['add_header'], headerOf);
  const dropped = mode(block) === 'off' && named(block, 'add_header').length === 0;
  const { items, missing } = dropped ? { items: [], missing: [] } : added;
  return { items: [...items, ...moreHeaders(block)], missing };
}

/** Since nginx 1.29.3: `on` replaces as ever, `merge` adds to what stands above, `off` inherits nothing. */
function mode(block: Block): string {
  const found = setting(block, 'add_header_inherit', ([how = 'on']) => how, {
    state: 'default',
    value: 'on',
    at: { source: '', start: 0, end: 0 },
  } satisfies Known<string>);
  return found.state === 'unknown' ? 'on' : found.value;
}

function mergedHeaders(block: Block): Many<NginxHeader> {
  const own = named(block, 'add_header').flatMap((statement) => headerOf(statement) ?? []);
  const above = block.parent && block.name !== 'http' ? headersOf(block.parent) : { items: [], missing: [] };
  return { items: [...above.items, ...own], missing: [...above.missing, ...gapsFor(block, ['add_header'])] };
}

function headerOf(statement: Statement): NginxHeader | null {
  const [name, value, flag] = statement.args;
  if (!name) return null;
  return {
    name: name.text,
    value: value?.text ?? '',
    always: flag?.text === 'always',
    by: statement.name,
    at: placeOf(statement),
  };
}

/** Headers of third-party modules, which add to those from above instead of replacing them. */
function moreHeaders(block: Block): readonly NginxHeader[] {
  const found: NginxHeader[] = [];
  for (let level: Block | null = block; level; level = level.parent) {
    for (const statement of named(level, 'more_set_headers')) {
      for (const word of statement.args) {
        const [, name, value = ''] = /^([\w-]+)\s*:\s*(.*)$/s.exec(word.text) ?? [];
        const at = placeOfWord(statement, word);
        if (name) found.push({ name, value, always: true, by: statement.name, at });
      }
    }
  }
  const suite = nearest(block, ['security_headers']);
  if (suite && 'statements' in suite && suite.statements[0]?.args[0]?.text === 'on') {
    const at = placeOf(suite.statements[0]);
    for (const [name, value] of suiteHeaders)
      found.push({ name, value, always: true, by: 'security_headers', at });
  }
  return found;
}

const suiteHeaders = [
  ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains; preload'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'SAMEORIGIN'],
] as const;

/** Blocks whose own headers take the place of those from above: this one, and the `if` blocks in it. */
export function replacementsOf(block: Block, name: string): Many<NginxReplacement> {
  const inner = ['if', 'limit_except'].flatMap((kind) =>
    named(block, kind).flatMap((one) => one.block ?? []),
  );
  return {
    items: [...replacement(block, name), ...inner.flatMap((one) => replacement(one, one.name))],
    missing: [block, ...inner].flatMap((one) => gapsFor(one, ['add_header'])),
  };
}

function replacement(block: Block, name: string): readonly NginxReplacement[] {
  const statements = named(block, 'add_header');
  const [first] = statements;
  if (!first || !block.parent || block.name === 'http' || mode(block) === 'merge') return [];
  const own = statements.flatMap((statement) => headerOf(statement) ?? []);
  const above = listed(block.parent, ['add_header'], headerOf);
  const gaps = gapsFor(block, ['add_header']);
  // Headers of an unread include may stand beside these.
  return [
    { block: name, own, above: { ...above, missing: [...above.missing, ...gaps] }, at: placeOf(first) },
  ];
}

/** Whether the block answers nobody but nginx itself. */
export function isInternal(block: Block, at: Location): Value<boolean> {
  return ownSetting(block, 'internal', () => true, inheritedInternal(block, at));
}

function inheritedInternal(block: Block, at: Location): Value<boolean> {
  return block.parent?.name === 'location' ? isInternal(block.parent, at) : byDefault(false, at);
}
