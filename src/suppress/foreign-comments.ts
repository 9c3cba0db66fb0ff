import type { Location } from '../model/location.ts';
import type { Span } from '../source.ts';
import { type CommentedFile, isCovered } from './comments.ts';
import { dayBefore } from './days.ts';
import type { Ignore, Names } from './ignore.ts';
import { following, type Region, regionOf } from './regions.ts';

/** What a comment of another tool says: of which of its rules, for what of the file, and why. */
interface Said {
  readonly tool: string;
  /** `*` stands for all rules of the tool. */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly reach: 'file' | 'statement' | 'next';
  readonly until?: string;
}

/** Comments of other tools that name a rule which a check of ours knows; all others are nobody's business here. */
export function foreignIgnores(file: CommentedFile, names: Names): readonly Ignore[] {
  const found: Ignore[] = [];
  for (const span of file.comments) {
    if (found.length === most) break;
    const ignore = ignoreAt(file, span, names);
    if (ignore) found.push(ignore);
  }
  return found;
}

function ignoreAt(file: CommentedFile, span: Span, names: Names): Ignore | undefined {
  const comment = file.text.slice(span.start, Math.min(span.end, span.start + longest)).trimEnd();
  const said = readers.map((read) => read(comment, file)).find((one) => one !== undefined);
  if (!said) return undefined;
  const checks = new Map(
    said.rules
      .map((rule) => [rule, names.equivalents(said.tool, rule)] as const)
      .filter(([, equal]) => equal.length > 0),
  );
  const at = { source: file.uri, start: span.start, end: span.start + comment.length };
  return checks.size === 0 ? undefined : ignoreOf(said, checks, at, spanOf(said, span, file));
}

/** Nobody writes more, or longer, comments for other tools. */
const most = 1000;
const longest = 2000;

type Read = (comment: string, file: CommentedFile) => Said | undefined;

const hadolint: Read = (comment) => {
  const [, global, list = '', reason = ''] =
    /^#\s*hadolint\s+(global\s+)?ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*(?:#\s*(.*))?$/i.exec(comment) ??
    [];
  if (list === '') return undefined;
  return { tool: 'hadolint', rules: listed(list), reason, reach: global ? 'file' : 'next' };
};

/** `trivy:ignore:ID`, several a comment, each with `:exp:2026-12-31` where it ends. */
const trivy: Read = (comment) => {
  const found = [...comment.matchAll(/(?:^|[\s#])trivy:ignore:([\w-]+)((?::\w+:[\w.-]+)*)/g)];
  const [first] = found;
  if (!first) return undefined;
  const end = found.map(([, , more = '']) => /:exp:(\d{4}-\d\d-\d\d)/.exec(more)?.[1]).find(Boolean);
  return {
    tool: 'trivy',
    rules: found.map(([, rule = '']) => rule),
    reason: '',
    reach: 'statement',
    ...untilBefore(end),
  };
};

/** In a Dockerfile such a comment holds for the file, wherever it stands. */
const checkov: Read = (comment, { style }) => {
  const [, list = '', reason = ''] = /(?:^|[\s#])checkov:skip=([\w,]+)(?::\s*(.*))?$/.exec(comment) ?? [];
  if (list === '') return undefined;
  const reach = style === 'instructions' ? 'file' : 'statement';
  return { tool: 'checkov', rules: listed(list), reason, reach };
};

const kics: Read = (comment) => {
  const [, word = '', list = ''] =
    /^#\s*kics-scan\s+(ignore-line|ignore-block|ignore|disable)(?:=([\w,\s-]+))?\s*$/i.exec(comment) ?? [];
  if (word === '') return undefined;
  if (word === 'disable') return { tool: 'kics', rules: listed(list), reason: '', reach: 'file' };
  return { tool: 'kics', rules: ['*'], reason: '', reach: word === 'ignore' ? 'file' : 'next' };
};

const semgrep: Read = (comment) => {
  const [whole, list = ''] =
    /(?:^|[\s#])nosem(?:grep)?(?::\s*([\w.-]+(?:\s*,\s*[\w.-]+)*))?(?:\s|$)/i.exec(comment) ?? [];
  if (whole === undefined) return undefined;
  // A rule's path ends with its name.
  const rules = listed(list).map((rule) => rule.slice(rule.lastIndexOf('.') + 1));
  return { tool: 'semgrep', rules: rules.length > 0 ? rules : ['*'], reason: '', reach: 'statement' };
};

const readers: readonly Read[] = [hadolint, trivy, checkov, kics, semgrep];

function listed(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function untilBefore(end: string | undefined): { until?: string } {
  const until = dayBefore(end);
  return until === undefined ? {} : { until };
}

function spanOf(
  { reach, tool }: Said,
  span: Span,
  { text, comments, style }: CommentedFile,
): Region | undefined {
  if (reach === 'file' || style === 'whole') return undefined;
  const region =
    reach === 'next' ? following(text, span, comments, style) : regionOf(text, span, comments, style);
  // To hadolint only the instruction itself counts, not the stage that a FROM begins.
  return tool === 'hadolint' ? { start: region.start, end: region.end } : region;
}

function ignoreOf(
  { tool, reason, until }: Said,
  checks: Ignore['checks'],
  at: Location,
  region: Region | undefined,
): Ignore {
  return {
    by: tool,
    checks,
    reason,
    ...(until === undefined ? {} : { until }),
    at,
    wide: region === undefined,
    covers: (place, head) => isCovered(at.source, region, place, head),
  };
}
