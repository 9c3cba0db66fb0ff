import { defineCheck, type Graph, known, type Resource } from '../../src/check.ts';
import { shown } from '../../src/facts/nginx-graph.ts';
import { originTo, urlTo } from '../../src/facts/nginx-requests.ts';
import { parseRegex } from '../../src/facts/pcre.ts';
import { canBeginWith, canHold, mustBeginWith } from '../../src/facts/pcre-questions.ts';

export default defineCheck({
  on: 'nginx.location',
  title: 'Path traversal through an alias',
  severity: 'high',
  risk: ['injection', 'data-exposure'],
  why: 'nginx puts what follows the location behind the alias as it is. When the location lacks the final slash that the alias has, `/files../x` becomes `/srv/files/../x`, and files beside the folder can be read: configuration, source code, keys.',
  remedy: 'End both the location and the alias with a slash, or use `root`.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#alias',
    'https://owasp.org/www-community/attacks/Path_Traversal',
  ],
  compliance: { cwe: ['22'], 'owasp-2021': ['A01'] },
  equivalents: {
    gixy: ['alias_traversal'],
    semgrep: ['alias-path-traversal'],
    'nginx-lint': ['alias_location_slash_mismatch'],
  },
  applies: ({ alias, at }, graph) => shown(alias, null, graph, at) !== null,

  *run(location, graph) {
    const { path, modifier, pathAt } = location;
    const alias = known(location.alias);
    if (!alias) return;
    const reach = modifier.startsWith('~')
      ? throughGroup(path, modifier, alias.text)
      : throughPrefix(location, alias.text);
    if (!reach || known(location.internal)) return;
    const isRegex = modifier.startsWith('~');
    const words = isRegex ? `a path that "${path}" matches` : `${path}${tail(reach, '')}`;
    yield {
      message:
        reach.to === 'above'
          ? `${words} reaches the directory above ${alias.text}`
          : `${words} reaches what lies beside ${alias.text} under a longer name`,
      at: alias.at,
      severity: reach.to === 'above' ? 'high' : 'medium',
      witness: `curl -g --path-as-is '${requestFor(reach, location, alias.text, graph)}'`,
      edits: isRegex || reach.to !== 'above' ? [] : [{ at: pathAt, text: `${path}/`, safety: 'unsafe' }],
    };
  },

  bad: [
    { 'site.conf': 'server { listen 80; location /files { «alias /srv/files/;» } }' },
    { 'nginx.conf': 'http { server { location ^~ /img { «alias /srv/img/;» } } }' },
    // Siblings whose names begin alike.
    { 'nginx.conf': 'http { server { location /img { «alias /srv/img;» } } }' },
    { 'nginx.conf': 'http { server { location / { location /img { «alias /srv/img/;» } } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(.*)$ { «alias /srv/files/$1;» } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/f(?<rest>[^?]+) { «alias /srv/files/$rest;» } } }' },
    // The group goes on with the folder's name.
    { 'nginx.conf': 'http { server { location ~ ^/files(.*)$ { «alias /srv/files$1;» } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/site/(.*) { «alias /srv/site$1;» } } }' },
    // The alias is in a file that the location includes.
    {
      'nginx.conf': 'events {} http { server { location /files { include a.conf; } } }',
      'a.conf': '«alias /srv/files/;»',
    },
  ],
  good: [
    { 'nginx.conf': 'http { server { location /files/ { alias /srv/files/; } } }' },
    { 'nginx.conf': 'http { server { location /files/ { alias /srv/files; } } }' },
    { 'nginx.conf': 'http { server { location = /logo { alias /srv/img/; } } }' },
    // One file, not a folder.
    { 'nginx.conf': 'http { server { location /favicon.ico { alias /srv/img/favicon.ico; } } }' },
    { 'nginx.conf': 'http { server { location /files { internal; alias /srv/files/; } } }' },
    // The slash before the group, or in it, leaves no room for dots.
    { 'nginx.conf': 'http { server { location ~ ^/files/(.*)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(/.*)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/u([a-z]+)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(/.*)$ { alias /srv/files$1; } } }' },
  ],
});

interface Reach {
  readonly to: 'above' | 'beside';
  /** The group that lets it through, of a location with an expression. */
  readonly group?: number;
}

/** What the request goes on with; the folder above is left again by the name of the alias, which is known to exist. */
function tail({ to }: Reach, folder: string): string {
  return to === 'above' ? `../${folder}` : '-other/';
}

function requestFor(reach: Reach, location: Resource<'nginx.location'>, alias: string, graph: Graph): string {
  const { path, modifier } = location;
  const [, folder = ''] = /([^/$]+\/)(?:\$.*)?$/.exec(alias) ?? [];
  const text = tail(reach, folder);
  if (reach.group === undefined) return `${originTo(location, graph)}${path}${text}`;
  const from = { by: 'group', pattern: path, folds: modifier === '~*', group: reach.group } as const;
  return urlTo(location, graph, { text, from });
}

/** What a prefix without a final slash lets through: the folder above, or siblings with longer names. */
function throughPrefix({ modifier, path }: Resource<'nginx.location'>, alias: string): Reach | null {
  if (modifier === '=' || modifier === '@' || path.endsWith('/')) return null;
  if (alias.endsWith('/')) return { to: 'above' };
  return /\.\w{1,10}$/.test(alias) ? null : { to: 'beside' };
}

/**
 * A group behind a slash of the alias can begin with dots where the request has no slash before it; one that goes on
 * with the alias's last name reaches siblings.
 */
function throughGroup(pattern: string, modifier: string, alias: string): Reach | null {
  const regex = parseRegex(pattern, modifier === '~*');
  if (!regex) return null;
  let worst: Reach | null = null;
  for (const found of alias.matchAll(/([^}$\w]|\w)\$\{?(\w+)\}?/g)) {
    const [, before = '', name = ''] = found;
    const index = /^\d+$/.test(name)
      ? Number(name) - 1
      : regex.groups.findIndex((group) => group.name === name);
    const group = regex.groups[index];
    // Without a slash of its own it names one file at most.
    if (!group || canHold(group.item, 47) !== true) continue;
    const dots = canBeginWith(group.item, 46) && charBeforeGroup(pattern, index) !== '/';
    if (before === '/' && dots) return { to: 'above', group: index + 1 };
    if (before !== '/' && !mustBeginWith(group.item, 47)) worst = { to: 'beside', group: index + 1 };
  }
  return worst;
}

/** The character of the pattern in front of the opening parenthesis of a group. */
function charBeforeGroup(pattern: string, index: number): string {
  let seen = -1;
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (
      pattern[at] === '(' &&
      (pattern[at + 1] !== '?' || /^\?(P?<[A-Za-z]|')/.test(pattern.slice(at + 1)))
    ) {
      seen += 1;
      if (seen === index) return pattern[at - 1] ?? '';
    }
  }
  return '';
}
