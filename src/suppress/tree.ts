import type { AuditRun } from '../audit.ts';
import type { Problem } from '../finding.ts';
import { type CommentedFile, ignoresIn } from './comments.ts';
import type { Ignore, Names } from './ignore.ts';
import { noticeAt } from './pass.ts';
import type { Style } from './regions.ts';

/** All that a tree itself says of findings that do not count. */
export interface TreeIgnores {
  readonly ignores: readonly Ignore[];
  /** What was meant to be one and is none. */
  readonly problems: readonly Problem[];
}

/** Reads the ignores in the comments of a run's sources. */
export function treeIgnores(run: AuditRun, names: Names): TreeIgnores {
  const ignores: Ignore[] = [];
  const problems: Problem[] = [];
  for (const file of commentedFiles(run)) {
    const own = ignoresIn(file, names);
    ignores.push(...own.ignores);
    for (const { fault, at } of own.faults)
      problems.push(noticeAt(run, at, `this ignore does not count: ${fault}`));
    for (const { checks, at } of own.ignores) {
      for (const [name, found] of checks)
        if (found.length === 0) problems.push(noticeAt(run, at, unknownName(name, names)));
    }
  }
  return { ignores, problems };
}

function unknownName(name: string, names: Names): string {
  const near = names.nearest(name);
  return `this ignore names ${name}, and there is no such check${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function commentedFiles({ comments, sources }: AuditRun): readonly CommentedFile[] {
  return [...comments].flatMap(([uri, { format, role, spans }]) => {
    const source = sources.get(uri);
    if (!source || !('text' in source)) return [];
    const sorted = [...spans].sort((a, b) => a.start - b.start);
    return [{ uri, text: source.text, comments: sorted, style: styleOf(format, role, uri) }];
  });
}

function styleOf(format: string, role: string, uri: string): Style {
  if (/(^|\/)package\.json$/.test(uri)) return 'whole';
  if (format === 'nginx') return 'braces';
  return format === 'docker' && role === '' ? 'instructions' : 'indentation';
}
