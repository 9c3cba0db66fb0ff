import type { Location } from './location.ts';

/** One simple command of a script, as the shell would start it. */
export interface ShellCommand {
  readonly at: Location;
  /** Base name, without what only wraps it (`sudo`, `env`, …); `''` when a variable decides it. */
  readonly name: string;
  readonly args: readonly ShellWord[];
  /** Variables set for this command alone. */
  readonly env: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  /** Names of the commands that wrap it, from the outside in. */
  readonly wrappers: readonly string[];
  /** Its place in a pipeline. */
  readonly pipe: { readonly id: number; readonly index: number } | null;
  /** Index of the command whose word or redirection this one's output becomes: `sh -c "$(this)"`, `bash <(this)`. */
  readonly feeds: number | null;
}

/** A word after quotes and known variables are resolved. */
export interface ShellWord {
  readonly at: Location;
  readonly text: string;
  /** False when a variable or substitution in it could not be resolved; it stands in `text` as written. */
  readonly known: boolean;
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord;
}

export interface ShellRedirect {
  readonly operator: string;
  readonly target: ShellWord | null;
}
