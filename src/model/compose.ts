import type { Scope, Variable } from './common.ts';
import type { Location } from './location.ts';
import type { Many, Value } from './value.ts';

/** Kinds of the compose family. */
export interface ComposeKinds {
  /** One service with every file of its project merged. */
  'compose.service': {
    readonly service: string;
    readonly scope: Scope;
    /** It starts only when one of these is asked for; empty: always. */
    readonly profiles: readonly string[];
    /** Whether the project builds its image. */
    readonly built: boolean;
    /** What it runs, or the name that its build gets. */
    readonly image: Value<string | null>;
    readonly privileged: Value<boolean>;
    /** `host`, `none`, `service:vpn`; null for the project's networks. */
    readonly networkMode: Value<string | null>;
    readonly mounts: Many<Mount>;
    readonly ports: Many<PublishedPort>;
    /** As written; null when nothing limits it. */
    readonly memoryLimit: Value<string | null>;
    readonly cpuLimit: Value<string | null>;
    readonly pidsLimit: Value<string | null>;
    readonly buildArguments: Readonly<Record<string, Variable>>;
    /** Names in its Dockerfile that mean something else than an image or stage: `additional_contexts`. */
    readonly buildContexts: readonly string[];
    readonly labels: Readonly<Record<string, Variable>>;
    /** The command of the health check, as one text. */
    readonly healthcheck: Value<string | null>;
  };
  'compose.network': {
    readonly driver: Value<string>;
    /** Cut off from the world outside. */
    readonly internal: Value<boolean>;
    /** Made elsewhere. */
    readonly external: Value<boolean>;
  };
}

export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** For a bind, also through a volume that is one: the path on the host as written. */
  readonly hostPath: Value<string | null>;
  /** Path in the container. */
  readonly target: Value<string>;
  readonly readOnly: Value<boolean>;
  readonly at: Location;
}

/** A container's port on the host. */
export interface PublishedPort {
  /** `''` for every address of the host. */
  readonly address: Value<string>;
  /** Null: the engine picks one. */
  readonly published: Value<number | null>;
  readonly container: Value<number>;
  readonly protocol: 'tcp' | 'udp';
  readonly at: Location;
}
