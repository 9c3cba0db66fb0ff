import { type Instruction, scanDockerfile } from '../../lang/dockerfile.ts';
import { type IgnorePattern, parseDockerignore } from '../../lang/dockerignore.ts';
import { commandsOf } from '../../lang/shell.ts';
import type { Diagnostic } from '../../model/common.ts';
import { isText, type Parsed, type Source, type Span } from '../../source.ts';
import { checkBound } from './bounds.ts';
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
      return { tree: { type: 'ignore', patterns: parseDockerignore(text) }, comments: lineComments(text, 0) };
    case 'key':
      return parseKey(source.uri, text);
    case 'script':
      return { tree: { type: 'script', drops: dropsIn(source.uri, text) } };
    default:
      return parseDockerfile(source.uri, text);
  }
}

function parseDockerfile(uri: string, text: string): Parsed<Tree> | null {
  const scanned = scanDockerfile(text);
  if (!scanned.instructions.some(({ keyword }) => keyword === 'FROM')) return null;
  checkBound('instructions', scanned.instructions.length);
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
  const template = /\{[{%]|<%|%%\w+%%|@@\w+@@/.test(text);
  const comments = [...scanned.comments, ...scanned.instructions.flatMap((one) => scriptComments(one, text))];
  return { tree: { type: 'dockerfile', file }, comments, secrets, template, diagnostics };
}

/** A here-document that RUN takes is a script, and has a script's comments. */
function scriptComments({ keyword, heredocs }: Instruction, text: string): readonly Span[] {
  if (keyword !== 'RUN') return [];
  return heredocs.flatMap(({ body, end }) => {
    const start = body.offsets[0] ?? end;
    return lineComments(text.slice(start, end), start);
  });
}

/** Comments on lines of their own. */
function lineComments(text: string, from: number): readonly Span[] {
  return [...text.matchAll(/^[ \t]*#[^\r\n]*/gm)].map(({ index, 0: found }) => ({
    start: from + index + found.length - found.trimStart().length,
    end: from + index + found.length,
  }));
}

/** Certificates and plain settings are no secret; a private key is, and what logs in somewhere. */
function parseKey(uri: string, text: string): Parsed<Tree> {
  const secrets = /rc(\.yml)?$/.test(uri) ? loginsIn(text) : keysIn(text);
  const unread = !/rc(\.yml)?$/.test(uri) && !text.includes('-----BEGIN');
  return { tree: { type: 'key', secret: secrets.length > 0 || unread }, secrets };
}

function keysIn(text: string): readonly Span[] {
  return [...text.matchAll(/-----BEGIN [A-Z ]{0,30}PRIVATE KEY/g)].map(({ index }) => {
    const end = text.indexOf('-----END', index);
    return { start: index, end: end === -1 ? text.length : end };
  });
}

/** `_authToken=…` of npm, `npmAuthToken: …` of Yarn, `password = …` of pip's upload; not what a variable fills in. */
function loginsIn(text: string): readonly Span[] {
  const login =
    /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|password)["']?[ \t]*[=:][ \t]*(["']?)([^\s"'$][^\s"']*)/gi;
  return [...text.matchAll(login)].map(({ 0: whole, 2: value = '', index }) => {
    const start = index + whole.length - value.length;
    return { start, end: start + value.length };
  });
}

function dropsIn(uri: string, text: string): string | null {
  if (!text.startsWith('#!') && !/\.(sh|bash)$/.test(uri)) return null;
  const script = { text: text.slice(0, longestScript), starts: [0], offsets: [0] };
  return dropperIn(commandsOf(uri, script));
}
