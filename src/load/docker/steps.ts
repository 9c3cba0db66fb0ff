import type { Instruction } from '../../lang/dockerfile.ts';
import type { ShellCommand } from '../../model/command.ts';
import type { CopySource } from '../../model/docker.ts';
import type { Location } from '../../model/location.ts';
import type { Value } from '../../model/value.ts';
import type { Scope } from './scope.ts';

/** What an instruction does, after variables are replaced. */
export type Step = VariableStep | CopyStep | RunStep;

interface StepBase {
  readonly at: Location;
  readonly onbuild: boolean;
}

export interface VariableStep extends StepBase {
  readonly type: 'variable';
  readonly keyword: 'ENV' | 'ARG' | 'LABEL';
  readonly name: string;
  readonly value: Value<string | null>;
  readonly literal: boolean;
  readonly from: readonly string[];
}

export interface CopyStep extends StepBase {
  readonly type: 'copy';
  readonly keyword: 'COPY' | 'ADD';
  readonly sources: readonly CopySource[];
  readonly destination: Value<string>;
  readonly from: string | null;
  readonly fromAt: Location | null;
  readonly chmod: Value<string> | null;
  readonly checksum: Value<string> | null;
  readonly workdir: Value<string>;
}

export interface RunStep extends StepBase {
  readonly type: 'run';
  readonly commands: readonly ShellCommand[];
  readonly user: UserSetting | null;
  /** Names of variables in the script. */
  readonly uses: ReadonlySet<string>;
  /** Stages and images that mounts take from. */
  readonly mountsFrom: readonly { readonly name: string; readonly at: Location }[];
}

export interface UserSetting {
  readonly name: Value<string>;
  readonly at: Location;
}

/** How the container starts: words, and whether a shell stands between. */
export interface Launch {
  readonly words: Value<readonly string[]>;
  readonly commands: readonly ShellCommand[];
  readonly shell: boolean;
  readonly at: Location;
}

/** What a stage has come to at one point; a child begins with a copy of its parent's. */
export interface State {
  readonly scope: Scope;
  readonly steps: Step[];
  /** Put off by ONBUILD. */
  readonly triggers: Instruction[];
  /** Users that RUN gave the id 0. */
  readonly rootUsers: Set<string>;
  user: UserSetting | null;
  /** Whether RUN lines are for a shell that we read. */
  posix: boolean;
  entrypoint: Launch | null;
  command: Launch | null;
  /** Whether CMD was given in this stage rather than before it. */
  commandHere: boolean;
  workdir: Value<string>;
  exposes: boolean;
}
