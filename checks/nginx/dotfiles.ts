import { defineCheck, type Edit, type Graph, known, type Resource } from '../../src/check.ts';
import { guardOf } from '../../src/facts/nginx-access.ts';
import { isLocalOnly, locationFor, locationsOf, originOf } from '../../src/facts/nginx-graph.ts';

/** Files that tools leave in a checkout, and what they give away. */
const samples = ['/.git/config', '/.env'] as const;

/** Names of folders that builds write, or that hold only what is meant for browsers. */
const published = /\/(public|dist|build|out|html|static|assets|www|web|htdocs|webroot|_site|pub)\/?$/i;

export default defineCheck({
  on: 'nginx.server',
  title: 'Hidden files are served',
  severity: 'medium',
  risk: 'data-exposure',
  why: 'A deployed checkout carries its history, and `.env` files carry passwords. Scanners ask every host for `/.git/config` and `/.env`, all day.',
  remedy:
    'Refuse hidden names before anything else: `location ~ /\\.(?!well-known) { deny all; }`, and let the root be the folder of published files only.',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/04-Review_Old_Backup_and_Unreferenced_Files_for_Sensitive_Information',
  ],
  compliance: { cwe: ['538', '527'], 'owasp-2021': ['A01', 'A05'], 'cis-nginx': ['2.5.3'] },
  fixes: { safe: 'refuses `/.git` and `/.env`, which nobody asks a website for in good faith' },
  applies: ({ protocol }) => protocol === 'http',

  *run(server, graph) {
    if (isLocalOnly(server) || answersAtOnce(server)) return;
    for (const path of samples) {
      const folder = folderServing(path, server, graph);
      if (!folder) continue;
      const isPublished = published.test(folder.path);
      yield {
        message: `${path} is answered from ${folder.path} like any other file`,
        at: folder.at,
        edits: refusals(server, graph),
        severity: isPublished ? 'low' : 'medium',
        confidence: isPublished ? 'low' : 'medium',
        witness: `curl -s '${originOf(server)}${path}'`,
      };
      return;
    }
  },

  bad: [
    { 'nginx.conf': 'events {} http { server { listen 80; «root /srv/app;» } }' },
    {
      'nginx.conf':
        'events {} http { server { «root /srv/app;» location / { try_files $uri $uri/ /index.php; } } }',
    },
    // A prefix that forbids expressions keeps the refusal from being looked at.
    {
      'nginx.conf':
        'events {} http { server { location ^~ / { «root /srv/app;» } location ~ /\\. { deny all; } } }',
    },
    // Only part of the names is refused.
    { 'nginx.conf': 'events {} http { server { «root /srv/app;» location ~ /\\.ht { deny all; } } }' },
    { 'nginx.conf': 'events {} http { server { «root /srv/app;» location ~ /\\.git { deny all; } } }' },
    { 'nginx.conf': 'events {} http { server { «root /srv/app/public;» } }' },
  ],
  good: [
    {
      'nginx.conf':
        'events {} http { server { root /srv/app; location ~ /\\.(?:git|env|ht) { deny all; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { root /srv/app; location ~ /\\. { return 404; } location / { try_files $uri =404; } } }',
    },
    {
      'nginx.conf':
        'events {} http { server { root /srv/app; location ~ /\\.(?!well-known).* { deny all; } } }',
    },
    // Inside a prefix `^~` does not keep off the expressions of the server.
    {
      'nginx.conf':
        'events {} http { server { location / { root /srv/app; location ^~ /. { } } location ~ /\\. { deny all; } } }',
    },
    // Everything goes to an application.
    { 'nginx.conf': 'events {} http { server { location / { proxy_pass http://127.0.0.1:3000; } } }' },
    {
      'nginx.conf':
        'events {} http { server { root /srv/app; return 301 https://a.example.com$request_uri; } }',
    },
    { 'nginx.conf': 'events {} http { server { root /srv/app; auth_basic x; auth_basic_user_file u; } }' },
    {
      'nginx.conf': 'events {} http { server { root /srv/app; location / { try_files /index.html =404; } } }',
    },
    { 'nginx.conf': 'events {} http { server { root /srv/app; if ($uri ~ "/\\.") { return 403; } } }' },
    {
      'nginx.conf': 'events {} http { server { root /srv/app; include hidden.conf; } }',
      'hidden.conf': 'location ~ /\\.(git|env) { deny all; }',
    },
  ],
  unsure: [
    { 'nginx.conf': 'events {} http { server { root /srv/app; include /srv/hidden.conf; } }' },
    // An expression that is not understood may refuse them.
    {
      'nginx.conf':
        'events {} http { server { root /srv/app; location ~ "(?<=/)\\.(git|env)" { deny all; } } }',
    },
  ],
});

interface Folder {
  readonly path: string;
  readonly at: Resource['at'];
}

/** The folder from which a path is answered as a plain file; undefined when something else answers. */
function folderServing(path: string, server: Resource<'nginx.server'>, graph: Graph): Folder | undefined {
  const location = locationFor(path, server, graph);
  if (location && !servesFiles(location)) return undefined;
  const scope = location ?? server;
  if (refusesByCondition(server, path) || (location && refusesByCondition(location, path))) return undefined;
  const alias = location && known(location.alias);
  const root = known(scope.root);
  if (!alias && (root === null || root.includes('$'))) return undefined;
  if (guardOf(scope.access) !== null) return undefined;
  return alias ? { path: alias.text, at: alias.at } : { path: root ?? '', at: scope.root.at };
}

function servesFiles(location: Resource<'nginx.location'>): boolean {
  const { passes, exits, internal, answers, status, tryFiles } = location;
  if (passes.items.length > 0 || known(internal) || known(answers) !== null || known(status) !== null)
    return false;
  if (exits.items.some(({ always, condition, flag }) => always || (condition === null && flag === 'last')))
    return false;
  const tried = known(tryFiles);
  return (
    tried === null ||
    tried.slice(0, -1).some((word) => /\$(uri|document_uri|request_uri|request_filename)/.test(word))
  );
}

function answersAtOnce({ exits }: Resource<'nginx.server'>): boolean {
  return exits.items.some(({ always }) => always);
}

/** `if ($uri ~ "/\.") { return 403; }` */
function refusesByCondition({ exits }: Pick<Resource<'nginx.server'>, 'exits'>, path: string): boolean {
  return exits.items.some(
    ({ condition, code }) =>
      code !== null &&
      code >= 400 &&
      condition !== null &&
      /\$(uri|request_uri|document_uri)\b/.test(condition) &&
      (condition.includes('\\.') || condition.includes(path.slice(1, 5))),
  );
}

/** Locations for just the two names: a broader one could take answers away from the application. */
function refusals(server: Resource<'nginx.server'>, graph: Graph): readonly Edit[] {
  const taken = locationsOf(server, graph).items.some(
    ({ path, modifier }) => !modifier.startsWith('~') && /^\/\.(git|env)/.test(path),
  );
  if (!server.inside || taken) return [];
  const text = 'location ^~ /.git { return 404; }\nlocation ^~ /.env { return 404; }';
  return [{ at: server.inside, text, safety: 'safe', layout: 'statements' }];
}
