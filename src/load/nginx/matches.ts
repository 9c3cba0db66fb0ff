import { decoded, fixed, type Taint } from '../../facts/nginx-variables.ts';
import { parseRegex, type Regex } from '../../facts/pcre.ts';
import { canHold, mustBeginWith, spansAll } from '../../facts/pcre-questions.ts';
import type { NginxOrigin } from '../../model/nginx.ts';
import { type Block, named, type Statement } from './tree.ts';

/** A regular expression in force at a statement, and what it was matched against. */
export interface Match {
  readonly regex: Regex | null;
  readonly written: string;
  readonly subject: Taint;
  /** The pattern, where its subject is the path. */
  readonly ofPath?: { readonly pattern: string; readonly folds: boolean };
}

export function ofRewrite(statement: Statement): Match | undefined {
  if (statement.name !== 'rewrite') return undefined;
  const pattern = statement.args[0]?.text ?? '';
  return {
    regex: parseRegex(pattern),
    written: `rewrite ${pattern}`,
    subject: decoded,
    ofPath: { pattern, folds: false },
  };
}

export function ofLocation({ args }: Statement): readonly Match[] | undefined {
  const [modifier = '', path = ''] = args.map(({ text }) => text);
  const joined = args.length === 1 ? modifier : `${modifier} ${path}`;
  const found = /^(~\*?) ?(.*)$/s.exec(joined);
  if (!found) return undefined;
  const [, sign = '', pattern = ''] = found;
  const folds = sign === '~*';
  return [
    {
      regex: parseRegex(pattern, folds),
      written: `location ${sign} ${pattern}`,
      subject: decoded,
      ofPath: { pattern, folds },
    },
  ];
}

/** `if ($name ~ pattern)`. */
export function ofCondition(
  statement: Statement,
  taintOf: (name: string) => Taint,
): readonly Match[] | undefined {
  const words = statement.args.map(({ text }) => text).join(' ');
  const found = /^\(\s*\$\{?(\w+)\}?\s+(~\*?)\s+(.*?)\s*\)$/s.exec(words);
  if (!found) return undefined;
  const [, name = '', sign = '', pattern = ''] = found;
  const subject = taintOf(name);
  const folds = sign === '~*';
  return [
    {
      regex: parseRegex(pattern, folds),
      written: `if ($${name} ${sign} ${pattern})`,
      subject,
      ...(isPath(name) ? { ofPath: { pattern, folds } } : {}),
    },
  ];
}

function isPath(name: string): boolean {
  return name === 'uri' || name === 'document_uri';
}

/** `~pattern` of a server name or a map entry. */
export function ofPattern(text: string, subject: Taint): Match | undefined {
  const found = /^(~\*?)(.*)$/s.exec(text);
  if (!found) return undefined;
  const [, sign = '', pattern = ''] = found;
  return { regex: parseRegex(pattern, sign === '~*'), written: `${sign}${pattern}`, subject };
}

/** What a group of the pattern can pass on of its subject. */
export function ofGroup(index: number, { regex, subject }: Match): Taint {
  if (!regex) return { ...subject, breaks: subject.breaks === 'none' ? 'none' : 'unknown', hosts: 'unknown' };
  const group = regex.groups[index];
  if (!group) return fixed;
  const holds = (code: number): boolean | 'unknown' => canHold(group.item, code);
  return {
    control: subject.control,
    breaks: breaksThrough(subject, holds(10), holds(13)),
    // Behind a host, what begins with a slash is the path.
    hosts: subject.hosts === false || mustBeginWith(group.item, 47) ? false : holds(46),
  };
}

function breaksThrough(
  { breaks }: Taint,
  line: boolean | 'unknown',
  carriage: boolean | 'unknown',
): Taint['breaks'] {
  if (breaks === 'none' || breaks === 'unknown') return breaks;
  if (line === true && breaks === 'line') return 'line';
  if (line === 'unknown' || carriage === 'unknown') return 'unknown';
  return carriage ? 'return' : 'none';
}

export function originOfGroup(group: number, match: Match): NginxOrigin | null {
  return match.ofPath ? { by: 'group', ...match.ofPath, group } : null;
}

/** Variables that are the path, or the path behind something fixed. */
const pathLike = /^(uri|document_uri|fastcgi_script_name|request_filename)$/;

export function isPathLike(name: string): boolean {
  return pathLike.test(name);
}

/**
 * What the path can still hold where the statement stands: in `location = /x` it is `/x`, and an expression that
 * spans all of it lets only pass what it matches.
 */
export function limitedPath(taint: Taint, statement: Statement): Taint {
  let known = statement.name === 'rewrite' ? within(taint, ofRewrite(statement)) : taint;
  for (let block: Block | null = statement.parent; block; block = block.parent) {
    // A rewrite that came before has made another path.
    const parts = [block, ...named(block, 'if').flatMap((one) => one.block ?? [])];
    if (parts.some((part) => named(part, 'rewrite').some((one) => one !== statement))) return known;
    const { statement: opener } = block;
    if (block.name === 'location' && opener && isExact(opener)) return fixed;
    if (block.name === 'location' && opener) known = within(known, ofLocation(opener)?.[0]);
    if (block.name === 'if' && opener) known = within(known, ofCondition(opener, () => decoded)?.[0]);
  }
  return known;
}

function within(taint: Taint, match: Match | undefined): Taint {
  if (!match?.ofPath || !match.regex || !spansAll(match.regex)) return taint;
  const { pattern } = match.regex;
  return { ...taint, breaks: breaksThrough(taint, canHold(pattern, 10), canHold(pattern, 13)) };
}

function isExact({ args }: Statement): boolean {
  return args[0]?.text.startsWith('=') === true;
}
