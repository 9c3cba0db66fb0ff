import { folderOf, type Listing } from '../../source.ts';

/** The files that a pattern names, sorted bytewise as glob(3) does; `*` spares `/` and a leading dot. */
export function globFiles(pattern: string, listing: Listing): readonly string[] {
  const folder = folderOf(pattern);
  const inOneFolder = !isGlob(folder);
  const entries = inOneFolder ? listing.children(folder) : listing.entries;
  return entries
    .map(({ uri }) => uri)
    .filter((uri) => (inOneFolder ? matches(lastOf(pattern), lastOf(uri)) : matchesPath(pattern, uri)))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

export function matchesPath(pattern: string, path: string): boolean {
  const left = pattern.split('/');
  const right = path.split('/');
  return left.length === right.length && left.every((part, index) => matches(part, right[index] ?? ''));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** One path segment against one name, in quadratic time at worst. */
function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const parts = pattern.match(/\[[^\]]+\]|[\s\S]/g) ?? [];
  let at = 0;
  let part = 0;
  let star = -1;
  let mark = 0;
  while (at < name.length) {
    if (parts[part] === '*') {
      star = part;
      mark = at;
      part += 1;
    } else if (part < parts.length && fits(parts[part] ?? '', name[at] ?? '')) {
      part += 1;
      at += 1;
    } else if (star !== -1) {
      part = star + 1;
      mark += 1;
      at = mark;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

function fits(part: string, char: string): boolean {
  if (part === '?') return true;
  if (!part.startsWith('[') || part.length === 1) return part === char;
  const negated = /^\[[!^]/.test(part);
  const members = part.slice(negated ? 2 : 1, -1);
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const ranged = members[at + 1] === '-' && at + 2 < members.length;
    const to = ranged ? (members[at + 2] ?? '') : from;
    if (from <= char && char <= to) return !negated;
    if (ranged) at += 2;
  }
  return negated;
}
