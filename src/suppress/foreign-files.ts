import { parseYaml } from '../lang/yaml.ts';
import type { YamlNode } from '../lang/yaml-node.ts';
import { content, entries, get } from '../lang/yaml-read.ts';
import type { Location } from '../model/location.ts';
import { dayBefore } from './days.ts';
import type { Ignore, Names } from './ignore.ts';

/** An ignore file of another tool. */
export interface IgnoreFile {
  readonly uri: string;
  readonly text: string;
}

/** Reads TOML; given by the caller, who loads it only where there is some. */
export type ReadToml = (text: string) => unknown;

/** One line or entry of such a file. */
interface Row {
  readonly rule: string;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
  /** Globs, from the file's folder; for all below it when there are none. */
  readonly paths?: readonly string[];
  readonly start: number;
  readonly end: number;
}

/**
 * What an ignore file says of rules that checks of ours know, and of advisories.
 *
 * @throws Error when the file is not of its format
 */
export function ignoresOfFile(file: IgnoreFile, names: Names, readToml: ReadToml): readonly Ignore[] {
  const name = file.uri.slice(file.uri.lastIndexOf('/') + 1);
  const format = formats.find(({ fits }) => fits.test(name));
  if (!format) return [];
  return format.rows(file.text, readToml).flatMap((row) => ignoreOf(row, format, file, names));
}

interface Format {
  readonly fits: RegExp;
  readonly tool: string;
  /** Whether it holds for files of its own folder alone. */
  readonly flat?: boolean;
  rows(text: string, readToml: ReadToml): readonly Row[];
}

const formats: readonly Format[] = [
  { fits: /^\.trivyignore$/, tool: 'trivy', rows: trivyLines },
  { fits: /^\.trivyignore\.ya?ml$/, tool: 'trivy', rows: trivyEntries },
  { fits: /^\.hadolint\.ya?ml$/, tool: 'hadolint', rows: (text) => namesUnder(text, 'ignored') },
  { fits: /^\.checkov\.ya?ml$/, tool: 'checkov', rows: (text) => namesUnder(text, 'skip-check') },
  { fits: /^\.snyk$/, tool: 'snyk', rows: snykEntries },
  { fits: /^osv-scanner\.toml$/, tool: 'osv-scanner', flat: true, rows: osvEntries },
];

/** An id a line, with `exp:2026-12-31` where it ends; the comment above says why. */
function trivyLines(text: string): readonly Row[] {
  const rows: Row[] = [];
  let start = 0;
  let reason = '';
  for (const line of text.split('\n')) {
    const [rule = '', ...more] = line.split('#')[0]?.trim().split(/\s+/) ?? [];
    if (rule === '') reason = line.includes('#') ? line.slice(line.indexOf('#') + 1).trim() : '';
    else {
      const end = more.map((word) => /^exp:(.+)$/.exec(word)?.[1]).find(Boolean);
      rows.push({ rule, reason, until: dayBefore(end), start, end: start + line.trimEnd().length });
    }
    start += line.length + 1;
  }
  return rows;
}

function trivyEntries(text: string): readonly Row[] {
  const root = rootOf(text);
  return ['vulnerabilities', 'misconfigurations', 'secrets'].flatMap((list) =>
    itemsOf(get(root, list)).flatMap((item) => {
      const rule = textOf(get(item, 'id'));
      if (rule === undefined) return [];
      return [
        {
          rule,
          reason: textOf(get(item, 'statement')),
          until: dayBefore(textOf(get(item, 'expired_at'))),
          paths: itemsOf(get(item, 'paths')).flatMap((path) => textOf(path) ?? []),
          start: item.start,
          end: item.end,
        },
      ];
    }),
  );
}

/** A list of names, or one text with commas between them. */
function namesUnder(text: string, key: string): readonly Row[] {
  const node = content(get(rootOf(text), key));
  const items = node?.kind === 'scalar' ? [node] : itemsOf(node);
  return items.flatMap((item) =>
    (textOf(item) ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((rule) => ({ rule, start: item.start, end: item.end })),
  );
}

/** `ignore: { id: [ { path: { reason, expires } } ] }` */
function snykEntries(text: string): readonly Row[] {
  return entries(get(rootOf(text), 'ignore')).flatMap(({ name, key, value }) =>
    itemsOf(value).flatMap((item) =>
      entries(item).flatMap(({ name: path, value: about }) => {
        // A path of packages says which way in is meant, which is not what a finding is about.
        if (path !== '*') return [];
        const reason = textOf(get(about, 'reason'));
        return [
          {
            rule: name,
            reason,
            until: dayBefore(textOf(get(about, 'expires'))),
            start: key.start,
            end: key.end,
          },
        ];
      }),
    ),
  );
}

function osvEntries(text: string, readToml: ReadToml): readonly Row[] {
  const list = memberOf(readToml(text), 'IgnoredVulns');
  const all: readonly unknown[] = Array.isArray(list) ? list : [];
  return all.flatMap((one) => {
    const rule = memberOf(one, 'id');
    const reason = memberOf(one, 'reason');
    if (typeof rule !== 'string') return [];
    const start = Math.max(0, text.indexOf(rule));
    const until = dayBefore(memberOf(one, 'ignoreUntil'));
    return [
      { rule, reason: typeof reason === 'string' ? reason : '', until, start, end: start + rule.length },
    ];
  });
}

function ignoreOf(row: Row, { tool, flat }: Format, { uri }: IgnoreFile, names: Names): readonly Ignore[] {
  const isAdvisory = /^(?:CVE|GHSA|SNYK|OSV|MAL)-/i.test(row.rule);
  const checks = names.equivalents(tool, row.rule);
  if (!isAdvisory && checks.length === 0) return [];
  const { reason = '', until, paths = [] } = row;
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  const globs = paths.map(globOf);
  const isWithin = (source: string): boolean => {
    if (!source.startsWith(folder)) return false;
    const inside = source.slice(folder.length);
    if (flat && inside.includes('/')) return false;
    return globs.length === 0 || globs.some((glob) => glob(inside));
  };
  return [
    {
      by: tool,
      checks: new Map([[row.rule, checks]]),
      ...(isAdvisory ? { advisory: row.rule.toUpperCase() } : {}),
      reason,
      ...(until === undefined ? {} : { until }),
      at: { source: uri, start: row.start, end: row.end },
      wide: true,
      everywhere: true,
      covers: ({ source }: Location) => isWithin(source),
    },
  ];
}

/** `**`, `*` and `?`; a plain path is that file, or all below that folder. Takes linear time for each star. */
function globOf(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^\.?\//, '').replace(/\/$/, '');
  if (!/[*?]/.test(plain)) return (path) => path === plain || path.startsWith(`${plain}/`);
  const words = plain.split('/');
  return (path) => fits(path.split('/'), words);
}

/** Folder by folder; of several `**` only the last needs to be tried again. */
function fits(parts: readonly string[], words: readonly string[]): boolean {
  let part = 0;
  let word = 0;
  let retry: { part: number; word: number } | undefined;
  while (part < parts.length) {
    if (words[word] === '**') {
      retry = { part, word };
      word += 1;
    } else if (word < words.length && nameFits(parts[part] ?? '', words[word] ?? '')) {
      part += 1;
      word += 1;
    } else if (retry) {
      retry.part += 1;
      part = retry.part;
      word = retry.word + 1;
    } else return false;
  }
  return words.slice(word).every((one) => one === '**');
}

function nameFits(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const same = (at: number, piece: string): boolean =>
    at + piece.length <= name.length &&
    [...piece].every((char, index) => char === '?' || name[at + index] === char);
  if (!same(0, first)) return false;
  let at = first.length;
  const last = others.pop();
  if (last === undefined) return at === name.length;
  for (const piece of others) {
    while (at <= name.length && !same(at, piece)) at += 1;
    if (at > name.length) return false;
    at += piece.length;
  }
  return name.length - last.length >= at && same(name.length - last.length, last);
}

function rootOf(text: string): YamlNode | null {
  return parseYaml(text).documents[0] ?? null;
}

function itemsOf(node: YamlNode | null | undefined): readonly YamlNode[] {
  const found = content(node);
  return found?.kind === 'sequence' ? found.items : [];
}

function textOf(node: YamlNode | null | undefined): string | undefined {
  const found = content(node);
  return found?.kind === 'scalar' ? found.value : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
