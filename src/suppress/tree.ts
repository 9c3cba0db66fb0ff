import type { AuditRun } from '../audit.ts';
import type { Problem } from '../finding.ts';
import { type CommentedFile, ignoresIn } from './comments.ts';
import { foreignIgnores } from './foreign-comments.ts';
import { type IgnoreFile, ignoresOfFile } from './foreign-files.ts';
import type { Ignore, Names } from './ignore.ts';
import { noticeAt } from './pass.ts';
import type { Style } from './regions.ts';

/** All that a tree itself says of findings that do not count. */
export interface TreeIgnores {
  readonly ignores: readonly Ignore[];
  /** What was meant to be one and is none. */
  readonly problems: readonly Problem[];
}

/** Reads the ignores in the comments of a run's sources, and in ignore files of other tools. */
export async function treeIgnores(run: AuditRun, names: Names): Promise<TreeIgnores> {
  const parts = [
    ...commentedFiles(run).map((file) => ofComments(run, file, names)),
    await ofFiles(run, names),
  ];
  return {
    ignores: parts.flatMap(({ ignores }) => ignores),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function ofComments(run: AuditRun, file: CommentedFile, names: Names): TreeIgnores {
  const { ignores, faults } = ignoresIn(file, names);
  const unknown = ignores.flatMap(({ checks, at }) =>
    [...checks]
      .filter(([, found]) => found.length === 0)
      .map(([name]) => noticeAt(run, at, unknownName(name, names))),
  );
  const malformed = faults.map(({ fault, at }) => noticeAt(run, at, `this ignore does not count: ${fault}`));
  return { ignores: [...ignores, ...foreignIgnores(file, names)], problems: [...malformed, ...unknown] };
}

async function ofFiles(run: AuditRun, names: Names): Promise<TreeIgnores> {
  const ignores: Ignore[] = [];
  const problems: Problem[] = [];
  const files = ignoreFiles(run);
  const hasToml = files.some(({ uri }) => uri.endsWith('.toml'));
  const readToml = hasToml ? (await import('smol-toml')).parse : () => ({});
  for (const file of files) {
    try {
      ignores.push(...ignoresOfFile(file, names, readToml));
    } catch (cause) {
      const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
      const at = { source: file.uri, start: 0, end: 0 };
      problems.push(noticeAt(run, at, `what it ignores does not count: it cannot be read: ${why}`));
    }
  }
  return { ignores, problems };
}

function ignoreFiles({ ignoreFiles: uris, sources }: AuditRun): readonly IgnoreFile[] {
  return uris.flatMap((uri) => {
    const source = sources.get(uri);
    return source && 'text' in source ? [{ uri, text: source.text }] : [];
  });
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
