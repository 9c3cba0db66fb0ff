import type { LoaderEntry } from '../../source.ts';

const named =
  /(^|\/)(nginx([-_.][^/]*)?\.conf|[^/]+\.nginx(\.conf)?|openresty\.conf|nginx\/([^/]+\/)*[^/]+\.(conf|vhost)|nginx\/([^/]+\/)*(sites-[^/]+|snippets)\/[^/.]+)(\.(template|tmpl|tpl|j2|erb))?$/;
const possible =
  /(\.(conf|vhost)(\.(template|tmpl|tpl|j2|erb))?|(^|\/)sites-(available|enabled)\/[^/]+|(^|\/)nginx([-_][^/.]+)?(\.(txt|dump|out))?|[-_]nginx|(^|\/)templates\/[^/]+\.template)$/;
/** Other programs' files that like to lie beside nginx's. */
const foreign =
  /(^|\/)(apache2?|httpd|fail2ban|supervisor[^/]*|php[^/]*|logrotate[^/]*|filebeat|fluent[^/]*|rsyslog[^/]*|modsec[^/]*)(\/|\.|$)/i;

const block =
  /^[ \t]*(?:(?:server|http|events|stream|types)[ \t]*\{|upstream[ \t]+[\w.-]+[ \t]*\{|location[ \t]+[^\n{;]+\{|map[ \t]+\S+[ \t]+\$\w+[ \t]*\{)/m;
const statement =
  /^[ \t]*(?:server_name|listen|proxy_pass|proxy_set_header|proxy_http_version|fastcgi_pass|fastcgi_param|uwsgi_pass|ssl_certificate|ssl_certificate_key|ssl_protocols|ssl_ciphers|add_header|try_files|auth_basic|resolver|worker_processes|client_max_body_size|(?:allow|deny)[ \t]+(?:all|[\d.:a-f/]+))[ \t]+(?!=)[^\n]*;[ \t\r]*(?:#.*)?$|^[ \t]*(?:allow|deny)[ \t]+(?:all|[\d.:/a-f]+);/m;

export const nginx: LoaderEntry = {
  name: 'nginx',
  after: ['docker', 'compose'],
  claims({ uri }) {
    if (foreign.test(uri.replace(/^.*\/nginx\//, ''))) return false;
    if (named.test(uri)) return 'name';
    return possible.test(uri) ? 'look' : false;
  },
  recognises: (head) =>
    block.test(head) || statement.test(head) || /^# configuration file \/.*:\r?$/m.test(head),
  load: async () => (await import('./nginx.ts')).nginx,
};
