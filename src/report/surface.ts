import type { SurfaceEntry, SurfaceFact } from '../facts/surface/entry.ts';

const head = `# What can be reached from where, and what is behind it: one line a way in, a service, a store, a bucket, a principal.
# Written by \`hardpan surface\`, compared by \`hardpan surface --check\`. Read every change of this file in review.
`;

const order: readonly SurfaceEntry['kind'][] = ['in', 'service', 'data', 'bucket', 'principal', 'unseen'];

/** The file: sorted text, made to be read in a review, the same for the same tree. */
export function surfaceText(entries: readonly SurfaceEntry[]): string {
  const blocks = order.flatMap((kind) => {
    const lines = entries
      .filter((entry) => entry.kind === kind)
      .map(lineOf)
      .sort();
    return lines.length === 0 ? [] : [`${lines.join('\n')}\n`];
  });
  return [head, ...blocks].join('\n');
}

function lineOf({ kind, subject, facts }: SurfaceEntry): string {
  return [`${kind} ${escaped(subject)}`, ...facts.map(([name, value]) => `${name}: ${escaped(value)}`)].join(
    '; ',
  );
}

/** Nothing in a name may end its field or its line. */
function escaped(text: string): string {
  return text.replaceAll(';', ',').replaceAll('\n', ' ');
}

/** Reads a file that `surfaceText` wrote. Throws with the line's number on a line that is none of its. */
export function parseSurface(text: string): readonly SurfaceEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [first = '', ...rest] = line.split('; ');
    const space = first.indexOf(' ');
    const kind = order.find((one) => one === first.slice(0, space));
    const pairs = rest.map((part) => /^([a-z ]+): (.*)$/.exec(part));
    if (!kind || pairs.includes(null))
      throw new Error(`line ${index + 1} is not of this file's form: ${line.slice(0, 60)}`);
    const facts = pairs.map((pair): SurfaceFact => [pair?.[1] ?? '', pair?.[2] ?? '']);
    return [{ kind, subject: first.slice(space + 1), facts }];
  });
}

/** What differs, in words, a line each: `+` is new, `-` is gone, `~` has changed. */
export function surfaceChanges(
  before: readonly SurfaceEntry[],
  after: readonly SurfaceEntry[],
): readonly string[] {
  const old = byName(before);
  const now = byName(after);
  const added = [...now].filter(([name]) => !old.has(name)).map(([, entry]) => `+ ${said(entry)}`);
  const gone = [...old].filter(([name]) => !now.has(name)).map(([, entry]) => `- ${said(entry)}`);
  const changed = [...now].flatMap(([name, entry]) => {
    const was = old.get(name);
    return was ? changesOf(was, entry) : [];
  });
  return [...added.sort(), ...gone.sort(), ...changed.sort()];
}

function byName(entries: readonly SurfaceEntry[]): ReadonlyMap<string, SurfaceEntry> {
  return new Map(entries.map((entry) => [`${entry.kind} ${escaped(entry.subject)}`, entry]));
}

function factOf({ facts }: SurfaceEntry, name: string): string {
  return escaped(facts.find(([one]) => one === name)?.[1] ?? '');
}

function said(entry: SurfaceEntry): string {
  const { kind, subject } = entry;
  const fact = (name: string): string => factOf(entry, name);
  switch (kind) {
    case 'in': {
      const login = fact('login') === 'none' ? ' without a login' : '';
      const to = fact('to');
      return `${subject} is reachable from ${reachOf(fact('from'))}${login} and leads to ${to}`;
    }
    case 'service':
      return `service ${subject} runs ${fact('image')}`;
    case 'data':
      return `data store ${subject} (${fact('kind')}), backed up by ${fact('backup') === 'none' ? 'nothing' : fact('backup')}`;
    case 'bucket':
      return `bucket ${subject}, readable by ${fact('read')}, writable by ${fact('write')}`;
    case 'principal':
      return `${subject} may ${fact('may')}${fact('assumed by') === '' ? '' : ` and can be assumed by ${fact('assumed by')}`}`;
    case 'unseen':
      return `${subject} could not be seen: ${fact('why')}`;
  }
}

function reachOf(level: string): string {
  const words: Readonly<Record<string, string>> = {
    internet: 'the internet',
    lan: 'the local network',
    private: 'private addresses',
    none: 'this host alone',
  };
  return words[level] ?? level;
}

function changesOf(was: SurfaceEntry, now: SurfaceEntry): readonly string[] {
  const names = [...new Set([...was.facts, ...now.facts].map(([name]) => name))];
  return names.flatMap((name) => {
    const [before, after] = [factOf(was, name), factOf(now, name)];
    if (before === after) return [];
    if (now.kind === 'data' && name === 'backup' && after === 'none')
      return [`- the only backup of ${now.subject} (${before})`];
    const about = now.kind === 'in' ? now.subject : `${now.kind} ${now.subject}`;
    return [`~ ${about}: ${name} was ${before || 'nothing'}, is ${after || 'nothing'}`];
  });
}
