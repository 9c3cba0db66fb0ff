import type { ShellCommand, ShellWord } from '../model/command.ts';
import type { Location } from '../model/location.ts';
import { type Logical, spanIn } from './logical.ts';

/** What a variable holds; undefined when it is not set or not known. */
export type Environment = (name: string) => string | undefined;

/** A script and the file that it is in. */
export interface ScriptText {
  readonly source: string;
  readonly script: Logical;
  /** Counts the pipelines of the whole. */
  readonly pipes: { count: number };
}

/** A word with its place in the script it was read from. */
export interface RawWord extends ShellWord {
  readonly from: number;
  readonly to: number;
}

/** A command before what wraps it is taken away. */
export interface RawCommand extends Omit<ShellCommand, 'name' | 'args' | 'wrappers'> {
  readonly script: Logical;
  readonly words: readonly RawWord[];
  /** What it gets on standard input from a here-document. */
  readonly stdin: Logical | null;
}

/** Hands over a command with what is known of variables there; null when it is not wanted. */
export type Emit = (command: RawCommand, known: Environment) => Emitted | null;

interface Emitted {
  readonly index: number;
  /** Goes on with the script that the command is handed, once its own words are done. */
  enter(): void;
}

export function placeIn({ source, script }: ScriptText, from: number, to: number): Location {
  return { source, ...spanIn(script, from, to) };
}
