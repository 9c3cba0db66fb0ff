import { scanDockerfile } from '../../lang/dockerfile.ts';
import { type IgnorePattern, parseDockerignore } from '../../lang/dockerignore.ts';
import { commandsOf } from '../../lang/shell.ts';
import type { Diagnostic } from '../../model/common.ts';
import { isText, type Parsed, type Source, type Span } from '../../source.ts';
import { faultsOf } from './faults.ts';
import { secretSpans } from './secret-spans.ts';
import { type DockerTree, stagesOf } from './stages.ts';
import { dropperIn } from './user.ts';

/** A Dockerfile, or a file that one needs for its meaning. */
export type Tree =
  | { readonly type: 'dockerfile'; readonly file: DockerTree }
  | { readonly type: 'ignore'; readonly patterns: readonly IgnorePattern[] }
  | { readonly type: 'key'; readonly secret: boolean }
  | { readonly type: 'script'; readonly drops: string | null };

export type Role = '' | 'ignore' | 'key' | 'script';

const longestScript = 262_144;

export function parse(source: Source): Parsed<Tree> | null {
  const text = isText(source) ? source.text : '';
  switch (source.role ?? '') {
    case 'ignore':
      return { tree: { type: 'ignore', patterns: parseDockerignore(text) } };
    case 'key':
      return parseKey(text);
    case 'script':
      return { tree: { type: 'script', drops: dropsIn(source.uri, text) } };
    default:
      return parseDockerfile(source.uri, text);
  }
}

function parseDockerfile(uri: string, text: string): Parsed<Tree> | null {
  const scanned = scanDockerfile(text);
  if (!scanned.instructions.some(({ keyword }) => keyword === 'FROM')) return null;
  const file = stagesOf(uri, scanned);
  const faults = [...scanned.faults, ...file.faults, ...faultsOf(file)];
  const diagnostics = faults
    .map(
      ({ code, message, severity, start, end }): Diagnostic => ({
        code,
        message,
        severity,
        at: { source: uri, start, end },
      }),
    )
    .sort((left, right) => left.at.start - right.at.start);
  const secrets = secretSpans(text, file);
  return { tree: { type: 'dockerfile', file }, comments: scanned.comments, secrets, diagnostics };
}

/** Certificates are no secret; the private part is. A key store is taken for one, whatever is in it. */
function parseKey(text: string): Parsed<Tree> {
  const secrets: Span[] = [];
  for (const { index } of text.matchAll(/-----BEGIN [A-Z ]{0,30}PRIVATE KEY/g)) {
    const end = text.indexOf('-----END', index);
    secrets.push({ start: index, end: end === -1 ? text.length : end });
  }
  const secret = secrets.length > 0 || !text.includes('-----BEGIN');
  return { tree: { type: 'key', secret }, secrets };
}

function dropsIn(uri: string, text: string): string | null {
  if (!text.startsWith('#!') && !/\.(sh|bash)$/.test(uri)) return null;
  const script = { text: text.slice(0, longestScript), starts: [0], offsets: [0] };
  return dropperIn(commandsOf(uri, script));
}
