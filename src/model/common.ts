import type { Location } from './location.ts';
import type { Unknown, Value } from './value.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Kinds that several families make or ask for. */
export interface CommonKinds {
  /** A file that a loader read, with what is wrong in its grammar; judged by `<family>/syntax`. */
  'source.file': {
    /** The loader that read it: `nginx`, `docker`, … */
    readonly family: string;
    /** What another file wanted it as; `''` when it was claimed for itself. */
    readonly role: string;
    readonly mode: number | null;
    /** Whether git has it; null outside a repository. */
    readonly tracked: boolean | null;
    readonly diagnostics: readonly Diagnostic[];
  };
  /** One compose project, nginx main file, workspace root, account: the subject of "nothing in here does X". */
  project: {
    readonly family: string;
    /** The folder below the root that it spans. */
    readonly folder: string;
  };
  /** The subject of run-wide checks; there is one. */
  run: { readonly sources: number };
  /** Environment and arguments of whatever starts a process: a stage, a service, a unit. */
  'process.environment': {
    readonly variables: Readonly<Record<string, Variable>>;
    /** Why more variables may be set than are listed: an `env_file` that is not in the tree. Absent: none. */
    readonly missing?: readonly Unknown[];
    /**
     * Effective entrypoint and command, split into words; null when the image decides. What hangs on a variable that
     * the tree does not set stays as `${NAME}`.
     */
    readonly command: Value<readonly string[] | null>;
    /** The image it runs, after variables are resolved; null when it is built here from nothing known. */
    readonly image: Value<string | null>;
    /** The product behind it as `facts/images` names it (`postgresql`, `redis`), where that can be told. */
    readonly product: Value<string | null>;
    /** Stages that do not ship and files named dev, test or ci are not judged as production. */
    readonly scope: Scope;
  };
  /** The far end of a connection, as written: `http://api:3000`. */
  'network.endpoint': {
    readonly scheme: Value<string>;
    readonly host: Value<string>;
    readonly port: Value<number | null>;
  };
  /** A socket that something listens on, or a port that is published on a host. */
  'network.listener': {
    /** Address as written, `''` or `*` for every address. */
    readonly address: Value<string>;
    readonly port: Value<number | null>;
    readonly protocol: 'tcp' | 'udp';
    readonly tls: Value<boolean>;
  };
}

/** A recoverable fault of a file. */
export interface Diagnostic {
  /** Stable word for the fault: `unexpected-brace`, `duplicate-key`. */
  readonly code: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly at: Location;
}

export type Scope = 'production' | 'development' | 'build' | 'example';

export interface Variable {
  readonly value: Value<string | null>;
  /** How the value came to be: written out, a `${X:-default}`, an env file, passed through from outside. */
  readonly origin: 'literal' | 'default' | 'env-file' | 'argument' | 'outside';
  /** Span of the name or of the whole assignment. */
  readonly at: Location;
}
