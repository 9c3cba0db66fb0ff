import type { Finding } from '../finding.ts';
import { type Identity, match } from './match.ts';

/** One finding that was there when the baseline was taken. */
export interface Entry extends Identity {
  readonly file: string;
  /** What it is about, for people. */
  readonly resource: string;
  /** The day on which it came into the baseline, as 2026-01-31. */
  readonly firstSeen: string;
}

const version = 1;

/**
 * Reads a baseline file.
 *
 * @param name how messages call the file
 * @throws Error with one line that says where and what to do
 */
export function readBaseline(name: string, text: string): readonly Entry[] {
  const data = parsed(name, text);
  if (typeof data !== 'object' || data === null || !('version' in data))
    throw new Error(`${name}: is not a baseline: it has no version; make one with hardpan baseline create`);
  if (data.version !== version)
    throw new Error(
      `${name}: is a baseline of version ${JSON.stringify(data.version)}; this hardpan reads version ${version}: make it again with hardpan baseline create`,
    );
  if (!('findings' in data) || !Array.isArray(data.findings))
    throw new Error(`${name}: has no list of findings`);
  const all: readonly unknown[] = data.findings;
  return all.map((one, index) => entryOf(one, `${name}: entry ${index + 1}`));
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const conflict = /^(?:<{7}|={7}|>{7})/m.exec(text);
    const said = cause instanceof Error ? cause.message : '';
    const at = conflict?.index ?? Number(/position (\d+)/.exec(said)?.[1] ?? text.length);
    const line = text.slice(0, at).split('\n').length;
    const what = conflict ? 'a merge left its marks' : 'is not JSON';
    throw new Error(`${name}:${line}: ${what}; mend it, or make it again with hardpan baseline create`);
  }
}

const texts = ['fingerprint', 'looseFingerprint', 'check', 'file', 'resource', 'firstSeen'] as const;

function entryOf(one: unknown, where: string): Entry {
  if (typeof one !== 'object' || one === null) throw new Error(`${where} is no object`);
  const row = new Map<string, unknown>(Object.entries(one));
  const found = texts.map((key) => {
    const value = row.get(key);
    if (typeof value !== 'string') throw new Error(`${where} has no ${key}`);
    return [key, value];
  });
  // Every member of an entry is one of the texts.
  return Object.fromEntries(found) as Entry;
}

/** A finding a line, in a fixed order: two branches that add findings merge. */
export function writtenBaseline(entries: readonly Entry[]): string {
  const lines = [...entries]
    .sort((a, b) => order(a.file, b.file) || order(a.check, b.check) || order(a.fingerprint, b.fingerprint))
    .map((entry) => JSON.stringify(Object.fromEntries(texts.map((key) => [key, entry[key]]))));
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
  return `{\n"version": ${version},\n"findings": ${list}\n}\n`;
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether a finding belongs in a baseline: a fault that nobody has excused in another way. */
function isRecorded({ state, suppressed }: Finding): boolean {
  return state === 'fail' && !suppressed;
}

export interface Update {
  readonly entries: readonly Entry[];
  readonly added: number;
  readonly moved: number;
  /** Entries that fit no finding any more; kept unless they are to be pruned. */
  readonly stale: number;
}

interface UpdateOptions {
  /** As 2026-01-31. */
  readonly today: string;
  readonly prune: boolean;
  /** Takes secrets out of names, which may quote the scanned text. */
  readonly clean: (text: string) => string;
}

/** The baseline with today's findings; what was there keeps the day of its first sight. */
export function updated(
  findings: readonly Finding[],
  old: readonly Entry[],
  { today, prune, clean }: UpdateOptions,
): Update {
  const recorded = findings.filter(isRecorded);
  const { known, gone } = match(recorded, old);
  const entries = recorded.map((finding) => {
    const { fingerprint, looseFingerprint, check, at, resource } = finding;
    const firstSeen = known.get(finding)?.firstSeen ?? today;
    return {
      fingerprint,
      looseFingerprint,
      check,
      file: at.source,
      resource: clean(resource.name),
      firstSeen,
    };
  });
  return {
    entries: prune ? entries : [...entries, ...gone],
    added: recorded.length - known.size,
    moved: [...known].filter(([one, from]) => one.fingerprint !== from.fingerprint).length,
    stale: gone.length,
  };
}
