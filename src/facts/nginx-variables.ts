/** What a variable of nginx can hold, and who decides it. */
export interface Taint {
  readonly control: 'client' | 'vhost' | 'server' | 'unknown';
  /** `line`: a line feed can be in it. `return`: a bare carriage return can, a line feed cannot. */
  readonly breaks: 'line' | 'return' | 'none' | 'unknown';
  /** Whether a dot, slash or colon can be in it, so that it can name another host. */
  readonly hosts: boolean | 'unknown';
}

export const fixed: Taint = { control: 'server', breaks: 'none', hosts: false };
export const untold: Taint = { control: 'unknown', breaks: 'unknown', hosts: 'unknown' };
/** The path after decoding: `%0d%0a` in the request is a line break in it. */
export const decoded: Taint = { control: 'client', breaks: 'line', hosts: true };
const raw: Taint = { control: 'client', breaks: 'none', hosts: true };
const host: Taint = { control: 'vhost', breaks: 'none', hosts: true };

const decodedNames = new Set(
  'uri document_uri fastcgi_script_name fastcgi_path_info request_filename request_body'.split(' '),
);
const rawNames = new Set(
  (
    'request_uri args query_string request content_type remote_user request_method http_host ' +
    'proxy_add_x_forwarded_for ssl_server_name ssl_preread_server_name ssl_preread_alpn_protocols ' +
    'proxy_protocol_addr proxy_protocol_port ssl_client_s_dn ssl_client_i_dn ssl_client_cert ' +
    'ssl_client_escaped_cert ssl_client_raw_cert'
  ).split(' '),
);
const fixedNames = new Set(
  (
    'scheme server_addr server_port server_name server_protocol request_id status msec connection ' +
    'connection_requests connection_time hostname pid nginx_version is_args https ssl_protocol ssl_cipher ' +
    'ssl_curve ssl_curves ssl_ciphers ssl_client_verify ssl_client_fingerprint ssl_client_serial ssl_session_id ' +
    'ssl_session_reused ssl_early_data document_root realpath_root remote_addr remote_port binary_remote_addr ' +
    'body_bytes_sent bytes_sent content_length request_length request_time request_completion http2 http3 pipe ' +
    'proxy_host proxy_port limit_rate limit_req_status limit_conn_status uid_got uid_set upstream_addr ' +
    'upstream_cache_status upstream_status upstream_response_time upstream_connect_time upstream_header_time ' +
    'gzip_ratio invalid_referer modern_browser msie realip_remote_addr realip_remote_port protocol ' +
    'session_time date_gmt date_local tcpinfo_rtt time_iso8601 time_local secure_link'
  ).split(' '),
);

/** A built-in variable by its name without `$`; undefined when nginx has none of that name. */
export function builtin(name: string): Taint | undefined {
  if (decodedNames.has(name)) return decoded;
  if (name === 'host') return host;
  if (rawNames.has(name) || /^(arg|http|cookie)_./.test(name)) return raw;
  // What the backend answers is the backend's word, not the client's.
  if (/^(upstream_(http|cookie|trailer)|sent_(http|trailer))_./.test(name)) return fixed;
  if (fixedNames.has(name) || /^(geoip2?|proxy_protocol_tlv)_./.test(name)) return fixed;
  return undefined;
}

/** The worse of two in every respect. */
export function join(left: Taint, right: Taint): Taint {
  return {
    control: worst(['client', 'vhost', 'unknown', 'server'], left.control, right.control),
    breaks: worst(['line', 'unknown', 'return', 'none'], left.breaks, right.breaks),
    hosts: worst([true, 'unknown', false], left.hosts, right.hosts),
  };
}

function worst<T>(order: readonly T[], left: T, right: T): T {
  return order.indexOf(left) < order.indexOf(right) ? left : right;
}

/** Text with variables, split: `http://$host/x` → `http://`, `{ name: 'host' }`, `/x`. */
export function splitVariables(text: string): readonly (string | { readonly name: string })[] {
  const parts: (string | { name: string })[] = [];
  let from = 0;
  for (const found of text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    if (found.index > from) parts.push(text.slice(from, found.index));
    parts.push({ name: found[1] ?? found[2] ?? '' });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
