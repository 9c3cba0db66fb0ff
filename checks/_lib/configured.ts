import { filter, type Graph, known, type Resource, Undetermined } from '../../src/check.ts';
import { unresolved } from '../../src/model/value.ts';
import { servicesOf } from './published.ts';

/** Words of the command, none when the image decides. */
export function wordsOf({ command }: Resource<'process.environment'>): readonly string[] {
  return known(command) ?? [];
}

/** Whether the process is started by a shell or a script, which may set anything. */
export function isScripted(words: readonly string[]): boolean {
  const [first = ''] = words;
  return /(^|\/)(sh|bash|ash|dash)$|\.sh$/.test(first) || words.some((word) => /\.sh$/.test(word));
}

/** A configuration file among the words: by its name, behind `-f` and `--config`, or first behind a `…-server`. */
function fileIn(words: readonly string[]): string | undefined {
  return words.find((word, index) => {
    const before = words[index - 1] ?? '';
    if (/^(-f|--config)$/.test(before)) return true;
    return /\.(conf|cnf|ya?ml)$/.test(word) || (/-server$/.test(before) && /^[./]/.test(word));
  });
}

/** Ends the check as unknown when a file that is put into the container may say what the environment does not. */
export function unlessConfigured(
  environment: Resource<'process.environment'>,
  graph: Graph,
  file: RegExp,
): void {
  for (const service of servicesOf(environment, graph)) {
    const [mount] = filter(
      service.mounts,
      ({ target, type }) => type !== 'tmpfs' && file.test(known(target)),
    );
    if (mount)
      throw new Undetermined([
        unresolved(`${service.name} is configured by a file that is not read yet`, mount.at),
      ]);
  }
  const words = wordsOf(environment);
  const named = fileIn(words);
  if (named !== undefined)
    throw new Undetermined([unresolved(`${named} is not read yet`, environment.command.at)]);
  if (isScripted(words))
    throw new Undetermined([unresolved('a script starts the program', environment.command.at)]);
  for (const { into, to, at } of graph.placements)
    if (file.test(to) && servicesOf(environment, graph).some(({ id }) => id === into))
      throw new Undetermined([unresolved(`${to} is not read yet`, at)]);
}
