import type { Location } from './location.ts';
import type { Many, Value } from './value.ts';

export interface NginxKinds {
  /** A main configuration file. */
  'nginx.main': {
    /** The account of the worker processes; null when the build's default stands. */
    readonly user: Value<string | null>;
  };
  /** The `http` block, or, for files without a known main file, the one that would hold them. */
  'nginx.http': NginxScope & {
    /** `1.25.3`, where the tree tells. */
    readonly version: Value<string>;
  };
  /** Directives of a loose file that some server or location may include. */
  'nginx.snippet': NginxScope & NginxTls;
  'nginx.server': NginxScope &
    NginxTls & {
      readonly protocol: 'http' | 'stream' | 'mail';
      readonly names: Many<NginxText>;
      readonly listens: Many<NginxListen>;
      /** Whether any of its sockets speaks TLS. */
      readonly tls: Value<boolean>;
      readonly rejectsHandshake: Value<boolean>;
      readonly serverTokens: Value<string>;
      /** Addresses and schemes come from a proxy in front: `real_ip_header`, `proxy_protocol`. */
      readonly behindProxy: Value<boolean>;
    };
  'nginx.location': NginxScope & {
    readonly modifier: '' | '=' | '^~' | '~' | '~*' | '@';
    readonly path: string;
    readonly pathAt: Location;
    /** Not reachable from outside: `internal`, or a named location. */
    readonly internal: Value<boolean>;
    /** What it hands requests to, here and in `if` blocks. */
    readonly passes: Many<NginxPass>;
    readonly alias: Value<NginxText | null>;
    /** Directive of a page about the server itself: `stub_status`, `api`. */
    readonly status: Value<NginxText | null>;
    /** Any other directive that answers requests: `empty_gif`, Lua content. */
    readonly answers: Value<NginxText | null>;
    readonly tryFiles: Value<readonly string[] | null>;
  };
  'nginx.upstream': { readonly servers: Many<NginxTarget> };
  'nginx.include': {
    readonly path: string;
    readonly isGlob: boolean;
    /** `shipped`: comes with nginx or its package; `outside`: names a place that the tree does not show. */
    readonly state: 'found' | 'empty' | 'shipped' | 'missing' | 'outside';
    /** Paths that were looked at. */
    readonly tried: readonly string[];
  };
}

export interface NginxTls {
  /** Null where nothing is written and the release, which decides then, is not known. */
  readonly protocols: Value<readonly string[] | null>;
  /** The cipher string, as written. */
  readonly ciphers: Value<string>;
}

/** A word with its place. */
export interface NginxText {
  readonly text: string;
  readonly at: Location;
}

/** What `http`, `server` and `location` have in common; values are effective ones unless said otherwise. */
export interface NginxScope {
  readonly access: NginxAccess;
  /** Rules written in this very block. */
  readonly ownRules: Many<NginxRule>;
  readonly headers: Many<NginxHeader>;
  /** Places where a block's own headers take the place of those from above. */
  readonly replacements: Many<NginxReplacement>;
  readonly root: Value<string | null>;
  readonly autoindex: Value<boolean>;
  /** Bytes that a request body may have; 0 is no limit. */
  readonly bodySize: Value<number>;
  /** Whether `limit_req` or `limit_conn` is in force. */
  readonly rateLimited: Value<boolean>;
  /** `return` and `rewrite` written here, also in `if` blocks. */
  readonly exits: Many<NginxExit>;
  /** Values written here that end up in a header, a redirect or a request to a backend. */
  readonly sinks: Many<NginxSink>;
}

export interface NginxAccess {
  readonly rules: Many<NginxRule>;
  readonly satisfy: Value<'all' | 'any'>;
  /** Realm of `auth_basic`; null when off. */
  readonly basic: Value<string | null>;
  /** Target of `auth_request`; null when off. */
  readonly request: Value<string | null>;
  /** Another module that decides: `auth_jwt`, `access_by_lua_block`; null when none. */
  readonly other: Value<string | null>;
}

export interface NginxRule {
  readonly allows: boolean;
  /** Address, range, `unix:` or `all`. */
  readonly source: string;
  readonly at: Location;
}

export interface NginxHeader {
  readonly name: string;
  readonly value: string;
  readonly always: boolean;
  readonly by: string;
  readonly at: Location;
}

export interface NginxReplacement {
  /** `location /`, `if` …: what loses the headers. */
  readonly block: string;
  readonly own: readonly NginxHeader[];
  /** What the block would have had without any of its own. */
  readonly above: Many<NginxHeader>;
  readonly at: Location;
}

export interface NginxListen {
  readonly text: string;
  /** Address as a key of a socket: `*`, `127.0.0.1`, `[::]`, `unix:/run/x.sock`. */
  readonly address: string;
  readonly port: Value<number | null>;
  /** `ssl`, `quic`, `default_server`, `proxy_protocol`, … */
  readonly flags: readonly string[];
  readonly tls: Value<boolean>;
  readonly at: Location;
}

export interface NginxExit {
  readonly by: 'return' | 'rewrite';
  /** Status that goes to the client; null for a rewrite that stays inside. */
  readonly code: number | null;
  /** Flag of a rewrite: `last`, `break`, …; '' when there is none. */
  readonly flag: string;
  readonly target: string;
  /** Answers every request that comes to the block. */
  readonly always: boolean;
  /** Words of the `if` around it. */
  readonly condition: string | null;
  readonly at: Location;
}

export interface NginxSink {
  readonly by: string;
  readonly into: 'redirect' | 'header' | 'request-header' | 'request-line';
  readonly uses: readonly NginxVariable[];
  /** Goes out with errors too; otherwise only with answers that find what was asked for. */
  readonly always: boolean;
  /** Words of the `if` around it. */
  readonly condition: string | null;
  readonly at: Location;
}

/** One use of a variable, traced to what it can hold. */
export interface NginxVariable {
  /** As written: `$uri`, `$1`. */
  readonly name: string;
  /** Who decides its content. */
  readonly control: 'client' | 'server' | 'unknown';
  /** `line`: a line feed can be in it. `return`: a bare carriage return can, a line feed cannot. */
  readonly breaks: 'line' | 'return' | 'none' | 'unknown';
  /** Whether a dot, slash or colon can be in it, so that it may name another host. */
  readonly hosts: boolean | 'unknown';
  /** For a value that comes through others: `$1 of ~ ^/x(.*)$`. */
  readonly because: string;
  /** Where the client would have to put something for it to get there; null when that is not simple. */
  readonly from: NginxOrigin | null;
}

export type NginxOrigin =
  | { readonly by: 'variable'; readonly name: string }
  /** A group of an expression that is matched against the path. */
  | { readonly by: 'group'; readonly pattern: string; readonly folds: boolean; readonly group: number };

export interface NginxPass {
  /** `proxy_pass`, `fastcgi_pass`, … */
  readonly by: string;
  readonly target: string;
  readonly at: Location;
  readonly tls: Value<boolean>;
  /** Where it leads, upstream blocks resolved to their servers. */
  readonly targets: Many<NginxTarget>;
  /** Variables in the scheme or host, in order; empty when these are fixed. */
  readonly hostUses: readonly NginxVariable[];
  /** Fixed text before and behind the variables of the host. */
  readonly hostPrefix: string;
  readonly hostSuffix: string;
  /** Whether the certificate of the far end is checked. */
  readonly verify: Value<boolean>;
}

export interface NginxTarget {
  readonly host: string;
  readonly port: number | null;
  readonly at: Location;
}
