import type { NginxDirective, NginxDocument } from '../../lang/nginx.ts';
import { isGlob, matchesPath } from './glob.ts';

/** What `nginx -T` writes: every file of a configuration behind a line with its path, the main file first. */
const header = /^# configuration file (\/.*):\r?$/;

export function isDump(text: string): boolean {
  return /^# configuration file \/.*:\r?$/m.test(text);
}

/** Blanks what nginx says about the test itself, which often stands in front of the first file. */
export function withoutNotes(text: string): string {
  return text.replace(/^nginx: .*$/gm, (line) => ' '.repeat(line.length));
}

type Files = ReadonlyMap<string, readonly NginxDirective[]>;

/** Nobody includes deeper, or more statements, than this; a hostile dump may try. */
const deepest = 32;
const mostStatements = 300_000;

/** The main file's tree with the other files in the places of their includes. */
export function assembled(document: NginxDocument, text: string): NginxDocument {
  const files = filesOf(document, text);
  const [main] = files.keys();
  if (main === undefined) return document;
  const work = { files, folder: main.slice(0, main.lastIndexOf('/')), left: mostStatements };
  return { ...document, directives: expanded(files.get(main) ?? [], [main], work) };
}

function filesOf({ directives, comments }: NginxDocument, text: string): Files {
  const files = new Map<string, NginxDirective[]>();
  const starts = comments.flatMap(({ start, end }) => {
    const path = header.exec(text.slice(start, end))?.[1];
    return path === undefined ? [] : [{ path, start }];
  });
  // Statements before the first such line: somebody's comment, not a dump.
  if ((starts[0]?.start ?? 0) > (directives[0]?.start ?? 0)) return files;
  let next = 0;
  let file: NginxDirective[] = [];
  for (const directive of directives) {
    for (let mark = starts[next]; mark && mark.start < directive.start; mark = starts[next]) {
      file = [];
      // A file that is included twice is written once.
      if (!files.has(mark.path)) files.set(mark.path, file);
      next += 1;
    }
    file.push(directive);
  }
  return files;
}

interface Work {
  readonly files: Files;
  /** Folder of the main file, from which relative paths are taken. */
  readonly folder: string;
  left: number;
}

function expanded(
  directives: readonly NginxDirective[],
  chain: readonly string[],
  work: Work,
): readonly NginxDirective[] {
  if (!directives.some(({ name, body }) => name === 'include' || body !== null)) return directives;
  return directives.flatMap((directive) => {
    const { name, args, body } = directive;
    if (body !== null) return [{ ...directive, body: expanded(body, chain, work) }];
    const [path] = args;
    return name === 'include' && path ? included(directive, path.text, chain, work) : [directive];
  });
}

/** Without a match a pattern is empty; a plain path that the dump lacks stays for others to judge. */
function included(
  directive: NginxDirective,
  text: string,
  chain: readonly string[],
  work: Work,
): readonly NginxDirective[] {
  const path = text.startsWith('/') ? text : `${work.folder}/${text}`;
  const names = isGlob(path)
    ? [...work.files.keys()].filter((name) => matchesPath(path, name)).sort()
    : [path].filter((name) => work.files.has(name));
  if (names.length === 0) return isGlob(path) ? [] : [directive];
  return names.flatMap((name) => {
    const statements = work.files.get(name) ?? [];
    work.left -= statements.length + 1;
    if (chain.includes(name) || chain.length > deepest || work.left < 0) return [directive];
    return expanded(statements, [...chain, name], work);
  });
}
