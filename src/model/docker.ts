import type { ShellCommand } from './command.ts';
import type { Scope } from './common.ts';
import type { Location } from './location.ts';
import type { Value } from './value.ts';

/**
 * Whether a stage ends up in an image: `final` by default, `alternative` when nothing uses it and only `--target`
 * can ask for it, `build` when other stages take from it.
 */
export type StageUse = 'final' | 'alternative' | 'build';

export interface DockerKinds {
  'docker.file': {
    /** The folder that the build sees, below the root. */
    readonly context: Value<string>;
    /** The ignore file that rules over it, null when there is none. */
    readonly ignoreFile: Value<string | null>;
    /** How many files of the listing lie in the context. */
    readonly contextFiles: number;
    /** Instructions that bring the whole context into a stage that ships. */
    readonly wholeCopies: readonly Location[];
  };
  'docker.stage': {
    /** In lower case; null for a stage without a name. */
    readonly stage: string | null;
    readonly use: StageUse;
    readonly scope: Scope;
    /** Containers start from it: it is the last, or nothing is built on it, and it has something to start. */
    readonly target: boolean;
    /** What its FROM names. */
    readonly base: StageBase;
    /** Whether it or a parent has a USER. */
    readonly setsUser: boolean;
    /** Who the process runs as, after parents and the base image. */
    readonly user: Value<StageUser>;
    /** What gives up root when the container starts (`gosu`), null when nothing does. */
    readonly drops: Value<string | null>;
    readonly exposes: boolean;
    /** A user that the base image has for leaving root. */
    readonly offers: string | null;
    /** What the image runs, as far as its base and commands tell: `python`, `node`. */
    readonly languages: readonly string[];
    /** Where a USER would be written: before the command, else at the end. */
    readonly userPlace: Location;
    /** Whether that is before the command. */
    readonly atCommand: boolean;
  };
  /** One name that ENV, ARG or LABEL sets. */
  'docker.variable': InStage & {
    readonly keyword: 'ENV' | 'ARG' | 'LABEL';
    readonly name: string;
    /** Null: declared without a value. */
    readonly value: Value<string | null>;
    /** The text is in the file, not in a variable that may be set from outside. */
    readonly literal: boolean;
    /** The build arguments that the value is made of. */
    readonly from: readonly string[];
    /** For an ARG: where this stage, or one that inherits it, puts it to use. */
    readonly usedAt: readonly Location[];
    /** For an ARG before the first stage. */
    readonly global: boolean;
  };
  /** COPY and ADD. */
  'docker.copy': InStage & {
    readonly keyword: 'COPY' | 'ADD';
    readonly sources: readonly CopySource[];
    readonly destination: Value<string>;
    /** Another stage or image that it takes from. */
    readonly from: string | null;
    readonly chmod: Value<string> | null;
    readonly checksum: Value<string> | null;
    /** Sources whose names say that they hold secrets, one entry for each. */
    readonly namedSecrets: Value<readonly SecretFile[]>;
    /** Such files that come in with a folder or pattern, from what the listing has and the ignore file lets by. */
    readonly spreadSecrets: Value<readonly SecretFile[]>;
  };
  /** RUN in a shell that is understood, or in exec form. */
  'docker.run': InStage & {
    readonly commands: readonly ShellCommand[];
    /** User at this point. */
    readonly user: Value<StageUser>;
  };
}

interface InStage {
  /** Resource id of the stage; null for what stands before the first. */
  readonly stage: string | null;
  readonly use: StageUse;
  readonly scope: Scope;
  /** Put off by ONBUILD until an image is built on this one. */
  readonly onbuild: boolean;
}

export interface StageBase {
  /** `stage`: an earlier stage of the file. */
  readonly type: 'image' | 'stage' | 'scratch';
  /** With variables replaced by their defaults. */
  readonly reference: Value<string>;
  /** What fixes the version; told even where the registry is a variable. */
  readonly pin: Value<'digest' | 'tag' | 'latest' | 'none'>;
  /** The reference as written. */
  readonly at: Location;
}

export interface StageUser {
  readonly name: string;
  readonly root: boolean;
  /** `base`: no USER here; the image it is built on has it so. */
  readonly setBy: 'instruction' | 'base';
}

export interface CopySource {
  readonly text: Value<string>;
  /** An example of it, where a variable in it is not known but leaves the last name some shape; else null. */
  readonly likely: string | null;
  /** What ADD fetches from elsewhere. */
  readonly remote: 'url' | 'git' | null;
  /** The whole context, a folder of it or a pattern. */
  readonly spread: boolean;
  readonly at: Location;
}

export interface SecretFile {
  /** Path below the root, or the source as written when the listing does not have it. */
  readonly path: string;
  /** `SSH private key`, `environment file`. */
  readonly kind: string;
  /** Whether the listing has it; else only the name tells. */
  readonly listed: boolean;
  readonly at: Location;
}
