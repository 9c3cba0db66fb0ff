import type { ShellCommand } from '../model/command.ts';
import { joiner, type Logical, type Word } from './logical.ts';
import type { Environment } from './shell-script.ts';
import { walkScript } from './shell-walk.ts';
import { unwrapped } from './shell-wrap.ts';

/** How many scripts may lie in one another: `sh -c "sh -c '…'"`. */
const deepest = 8;

/** No script of people has so many; who gets more has not seen them all. */
const most = 10_001;

/**
 * The commands of a script in the order of its text, with those in substitutions, functions and `sh -c` strings.
 * `source` is the file that the script is in; `environment` what variables hold before it starts.
 */
export function commandsOf(
  source: string,
  script: Logical,
  environment: Environment = () => undefined,
): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const seen = new Set<string>();
  const pipes = { count: 0 };
  read(script, environment, 0);
  return commands;

  function read(text: Logical, known: Environment, depth: number): void {
    walkScript({ source, script: text, pipes }, known, (raw, lookup) => {
      const { command, inner } = unwrapped(raw);
      // A substitution in a string for another shell is met twice.
      const key = `${command.at.start} ${command.name}`;
      if (commands.length >= most || seen.has(key)) return null;
      seen.add(key);
      const index = commands.push(command) - 1;
      const enter = (): void => {
        if (inner && depth < deepest) read(inner, lookup, depth + 1);
      };
      return { index, enter };
    });
  }
}

/** The same for a command that is already in words, which no shell will touch again: the exec form. */
export function commandsOfWords(source: string, words: readonly Word[]): readonly ShellCommand[] {
  const parts = joiner();
  for (const { text, start, end } of words) {
    parts.add("'", start, 0);
    const plain = text.length === end - start && !text.includes("'");
    if (plain) parts.add(text, start);
    else for (const char of text) parts.add(char === "'" ? `'\\''` : char, start, 0);
    parts.add("' ", end, 0);
  }
  return commandsOf(source, parts.done(words[0]?.start ?? 0));
}
