import { validRange } from 'semver';

/** What the right side of a dependency in package.json asks for. */
export type NpmSpec =
  /** A package of a registry; `name` is the real one behind an alias (`npm:name@^1`). */
  | { readonly type: 'range'; readonly name: string; readonly range: string }
  | { readonly type: 'tag'; readonly name: string; readonly tag: string }
  /** `commit` is what follows `#`, null without. */
  | { readonly type: 'git'; readonly url: string; readonly commit: string | null }
  | { readonly type: 'url'; readonly url: string }
  /** A folder or tarball of the same tree. */
  | { readonly type: 'path'; readonly path: string }
  /** Settled elsewhere: by the workspace or its catalogue. */
  | { readonly type: 'workspace' | 'catalog'; readonly rest: string }
  /** A template's gap, a protocol of another program, or nothing that npm understands. */
  | { readonly type: 'unresolved'; readonly text: string };

/** Reads a spec as npm does (https://docs.npmjs.com/cli/v11/using-npm/package-spec). */
export function npmSpec(name: string, text: string): NpmSpec {
  const spec = text.trim();
  const [, protocol = '', rest = ''] = /^([a-z][a-z+]*):(.*)$/s.exec(spec) ?? [];
  switch (protocol) {
    case 'npm':
      return aliased(rest);
    case 'workspace':
    case 'catalog':
      return { type: protocol, rest };
    case 'file':
    case 'link':
    case 'portal':
      return { type: 'path', path: rest };
    case 'http':
    case 'https':
      return isRepository(spec) ? git(spec) : { type: 'url', url: spec };
    case '':
      return plain(name, spec);
    default:
      return repositories.test(protocol) ? git(spec) : { type: 'unresolved', text: spec };
  }
}

/** Whether something is to be filled in before npm reads it: `<%= version %>`, `{{version}}`, `${VERSION}`. */
export function isTemplate(text: string): boolean {
  return /<%|\{\{|\$\{/.test(text);
}

/** The host that a URL names, in lower case without its port; undefined when it is no URL. */
export function urlHost(url: string): string | undefined {
  return /^[a-z][a-z+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]/]*\]|[^/?#:]+)/i.exec(url)?.[1]?.toLowerCase();
}

/** Where in the text the user part of a URL is that holds a password or token: `https://«user:secret»@host`. */
export function urlSecret(text: string): { readonly start: number; readonly end: number } | undefined {
  const found = /^[a-z+]*:?\/\/([^/?#@\s]+)@/i.exec(text);
  const user = found?.[1];
  if (!found || user === undefined) return undefined;
  const colon = user.indexOf(':');
  const secret = user.slice(colon + 1);
  if (secret === '' || /^\$\{[^}]*\}$/.test(secret)) return undefined;
  // `git@host` and `git+ssh://git@host` name an account, not a secret.
  if (colon === -1 && !/^(gh[a-z]_|github_pat_|glpat-|npm_)|^[A-Za-z0-9_-]{20,}$/.test(user))
    return undefined;
  const start = found[0].length - 1 - secret.length;
  return { start, end: start + secret.length };
}

/** Longer ones are not written by people, and cost time that grows with their square. */
const longestRange = 300;

/** The same as a place in a file that has the text between quotes at `start` and `end`; all of it if it is escaped there. */
export function quotedSecret(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): readonly { readonly start: number; readonly end: number }[] {
  const found = urlSecret(text);
  if (!found) return [];
  if (end - start - 2 !== text.length) return [{ start: start + 1, end: end - 1 }];
  return [{ start: start + 1 + found.start, end: start + 1 + found.end }];
}

const repositories = /^(git(\+(ssh|https?|file|rsync|ftp))?|ssh|github|gitlab|bitbucket|gist)$/;

const hosted = /^(github|gitlab|bitbucket|gist):/;

function aliased(rest: string): NpmSpec {
  const cut = rest.indexOf('@', 1);
  const name = cut === -1 ? rest : rest.slice(0, cut);
  return registry(name, cut === -1 ? '' : rest.slice(cut + 1));
}

function plain(name: string, spec: string): NpmSpec {
  if (isTemplate(spec)) return { type: 'unresolved', text: spec };
  if (/^(\.{0,2}\/|~\/)/.test(spec)) return { type: 'path', path: spec };
  if (/\.(tgz|tar\.gz|tar)$/.test(spec)) return { type: 'path', path: spec };
  if (/^[\w.-]+@[\w.-]+:/.test(spec)) return git(spec);
  if (/^[^@\s/]+\/[^\s/]+$/.test(spec)) return git(`github:${spec}`);
  return registry(name, spec);
}

function registry(name: string, text: string): NpmSpec {
  const range = text === '' ? '*' : text;
  if (isTemplate(range)) return { type: 'unresolved', text };
  const isRange = range.length <= longestRange && validRange(range, true) !== null;
  if (isRange) return { type: 'range', name, range };
  // npm takes no tag that would have to be escaped in an address.
  if (encodeURIComponent(range) !== range) return { type: 'unresolved', text };
  return { type: 'tag', name, tag: range };
}

function git(spec: string): NpmSpec {
  const hash = spec.indexOf('#');
  const url = hash === -1 ? spec : spec.slice(0, hash);
  const commit = hash === -1 ? null : spec.slice(hash + 1);
  return { type: 'git', url: hosted.test(url) ? url : url.replace(/^git\+/, ''), commit };
}

/** Addresses of repositories at the known hosts are cloned, not downloaded. */
function isRepository(url: string): boolean {
  const path = url.replace(/#.*$/s, '');
  return (
    /\.git$/.test(path) ||
    /^https?:\/\/(?:[^/@]*@)?(github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/]+\/?$/.test(path)
  );
}
