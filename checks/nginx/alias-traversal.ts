import { defineCheck, type Edit, type Graph, known, type Resource } from '../../src/check.ts';
import { isClosed } from '../../src/facts/nginx-access.ts';
import { shown } from '../../src/facts/nginx-graph.ts';
import { encoded, originTo, urlTo } from '../../src/facts/nginx-requests.ts';
import { parseRegex, type Regex } from '../../src/facts/pcre.ts';
import { beginning, samplePath } from '../../src/facts/pcre-samples.ts';

export default defineCheck({
  on: 'nginx.location',
  title: 'Path traversal through an alias',
  severity: 'high',
  risk: ['injection', 'data-exposure'],
  why: 'nginx puts what follows the location behind the alias as it is. When the location lacks the final slash that the alias has, `/files../x` becomes `/srv/files/../x`, and files beside the folder can be read: configuration, source code, keys. When both lack it, `/files-old/x` becomes `/srv/files-old/x`: only neighbours whose names begin alike.',
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
  fixes: {
    safe: 'adds a location that refuses just the paths which lead out of the folder',
    unsafe:
      'in a file by itself, ends the location with a slash, so the path without one is no longer answered by it',
  },
  applies: ({ alias, at }, graph) => shown(alias, null, graph, at) !== null,

  *run(location, graph) {
    const { path, modifier } = location;
    const alias = known(location.alias);
    if (!alias) return;
    const reach = modifier.startsWith('~')
      ? throughGroup(path, modifier, alias.text)
      : throughPrefix(location, alias.text);
    if (!reach || known(location.internal)) return;
    const { parent, siblings } = around(location, graph);
    if (reach.to === 'above' && siblings.some((other) => catches(other, path, siblings))) return;
    const isRegex = modifier.startsWith('~');
    const words = isRegex ? `a path that "${path}" matches` : `${path}${tail(reach, '')}`;
    yield {
      message:
        reach.to === 'above'
          ? `${words} reaches the directory above ${alias.text}`
          : `${words} reaches what lies beside ${alias.text} under a longer name`,
      at: alias.at,
      severity: reach.to === 'above' && !reach.isBounded ? 'high' : 'medium',
      witness: `curl -g --path-as-is '${requestFor(reach, location, alias.text, graph)}'`,
      edits: isRegex || reach.to !== 'above' ? [] : [mending(location, parent)],
    };
  },

  bad: [
    { 'site.conf': 'server { listen 80; location /files { «alias /srv/files/;» } }' },
    { 'nginx.conf': 'http { server { location ^~ /img { «alias /srv/img/;» } } }' },
    // The refusal of another path.
    {
      'nginx.conf':
        'http { server { location ^~ /file../ { return 404; } location /files { «alias /srv/files/;» } } }',
    },
    { 'nginx/snippets/a.conf': 'location /files { «alias /srv/files/;» }' },
    // Siblings whose names begin alike.
    { 'nginx.conf': 'http { server { location /img { «alias /srv/img;» } } }' },
    { 'nginx.conf': 'http { server { location / { location /img { «alias /srv/img/;» } } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(.*)$ { «alias /srv/files/$1;» } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/f(?<rest>[^?]+) { «alias /srv/files/$rest;» } } }' },
    // The group goes on with the folder's name.
    { 'nginx.conf': 'http { server { location ~ ^/files(.*)$ { «alias /srv/files$1;» } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/site/(.*) { «alias /srv/site$1;» } } }' },
    // Dots from one group, the slash from the alias.
    { 'nginx.conf': 'http { server { location ~ ^/u-([^/]+)/(.*)$ { «alias /srv/users/$1/$2;» } } }' },
    // The slash may be there or not.
    { 'nginx.conf': 'http { server { location ~ ^/files/?(.*)$ { «alias /srv/files/$1;» } } }' },
    // Only folders of this name can be reached.
    { 'nginx.conf': 'http { server { location ~ ^/~(.+?)(/.*)?$ { «alias /home/$1/public_html$2;» } } }' },
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
    // What leads out is refused.
    {
      'nginx.conf':
        'http { server { location ^~ /files../ { return 404; } location /files { alias /srv/files/; } } }',
    },
    {
      'nginx.conf':
        'http { server { location / { location ^~ /i.. { deny all; } location /i { alias /srv/i/; } } } }',
    },
    // One file, not a folder.
    { 'nginx.conf': 'http { server { location /favicon.ico { alias /srv/img/favicon.ico; } } }' },
    { 'nginx.conf': 'http { server { location /files { internal; alias /srv/files/; } } }' },
    // The slash before the group, or in it, leaves no room for dots.
    { 'nginx.conf': 'http { server { location ~ ^/files/(.*)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(/.*)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(?:/)(.*)$ { alias /srv/files/$1; } } }' },
    // One character makes no two dots.
    { 'nginx.conf': 'http { server { location ~ ^/f(.)les(.*)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/u([a-z]+)$ { alias /srv/files/$1; } } }' },
    { 'nginx.conf': 'http { server { location ~ ^/files(/.*)$ { alias /srv/files$1; } } }' },
  ],
});

type Place = Resource<'nginx.location'>;

/** The block around a location, and what else stands there. */
function around(
  location: Place,
  graph: Graph,
): { readonly parent: boolean; readonly siblings: readonly Place[] } {
  const [parent] = [
    ...graph.in(location, 'contains', 'nginx.location').items,
    ...graph.in(location, 'contains', 'nginx.server').items,
  ];
  if (!parent) return { parent: false, siblings: [] };
  return { parent: true, siblings: graph.out(parent, 'contains', 'nginx.location').items };
}

/** `location ^~ /files../ { return 404; }` beside `location /files` takes what would lead above the folder. */
function catches(
  { path, modifier, exits, access }: Place,
  prefix: string,
  siblings: readonly Place[],
): boolean {
  // An expression comes before a plain prefix.
  if (modifier === '' && siblings.some((other) => other.modifier.startsWith('~'))) return false;
  if (!/^(\^~)?$/.test(modifier) || (path !== `${prefix}..` && path !== `${prefix}../`)) return false;
  const refuses = exits.items.some(({ always, code }) => always && code !== null && code >= 400);
  return refuses || isClosed(access.rules.items);
}

function mending({ path, pathAt, at }: Place, parent: boolean): Edit {
  if (!parent || !/^[\w./-]+$/.test(path)) return { at: pathAt, text: `${path}/`, safety: 'unsafe' };
  const text = `location ^~ ${path}../ { return 404; }`;
  return { at: { ...at, end: at.start }, text, safety: 'safe', layout: 'statements' };
}

interface Reach {
  readonly to: 'above' | 'beside';
  /** The group that lets it through, of a location with an expression, and a path that does so. */
  readonly group?: number;
  readonly path?: string;
  readonly isBounded?: boolean;
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
  const url = urlTo(location, graph, { text, from });
  return url.includes(text) && !url.includes('/../')
    ? url
    : `${originTo(location, graph)}${encoded(reach.path ?? '')}`;
}

/** What a prefix without a final slash lets through: the folder above, or siblings with longer names. */
function throughPrefix({ modifier, path }: Resource<'nginx.location'>, alias: string): Reach | null {
  if (modifier === '=' || modifier === '@' || path.endsWith('/')) return null;
  if (alias.endsWith('/')) return { to: 'above' };
  return /\.\w{1,10}$/.test(alias) ? null : { to: 'beside' };
}

/** What the groups of an expression let through into the alias; the worst of it. */
function throughGroup(pattern: string, modifier: string, alias: string): Reach | null {
  const regex = parseRegex(pattern, modifier === '~*');
  if (!regex) return null;
  const reaches = variablesOf(alias).flatMap((variable) => reachOf(variable, regex) ?? []);
  return reaches.find(({ to }) => to === 'above') ?? reaches[0] ?? null;
}

interface Variable {
  readonly name: string;
  /** What stands in front of it and behind it in the alias. */
  readonly before: string;
  readonly after: string;
}

function variablesOf(alias: string): readonly Variable[] {
  return [...alias.matchAll(/\$\{?(\w+)\}?/g)].map((found) => ({
    name: found[1] ?? '',
    before: alias.slice(0, found.index),
    after: alias.slice(found.index + found[0].length),
  }));
}

/**
 * A group behind a slash of the alias can begin with dots where the request has no slash before it; one that goes on
 * with the alias's last name reaches siblings.
 */
function reachOf({ name, before, after }: Variable, regex: Regex): Reach | null {
  const index = /^\d+$/.test(name)
    ? Number(name) - 1
    : regex.groups.findIndex((group) => group.name === name);
  const item = regex.groups[index]?.item;
  if (!item) return null;
  const isBehindSlash = before.endsWith('/');
  const starts = isBehindSlash ? ['../', ...(after.startsWith('/') ? ['..'] : [])] : ['-other/', '-o/'];
  for (const start of starts) {
    const text = beginning(item, start);
    const path = text === undefined ? undefined : samplePath(regex, { group: index + 1, text });
    // Dots behind a slash are gone before nginx searches a location.
    if (path !== undefined && !/\/\.\.(\/|$)/.test(path))
      return {
        to: isBehindSlash ? 'above' : 'beside',
        group: index + 1,
        path,
        // What is reached must go on with this name.
        isBounded: /[^/]/.test(after.replace(/\$\{?\w+\}?/g, '')),
      };
  }
  return null;
}
