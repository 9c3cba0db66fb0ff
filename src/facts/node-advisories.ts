import { compare, major, minVersion, satisfies, valid } from 'semver';

/** A known flaw of Node.js itself. */
export interface NodeFlaw {
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** The lowest release of the same major version without it; null when there is none. */
  readonly fixed: string | null;
}

/**
 * Flaws of one full Node.js version, from what `reference.get('advisories/nodejs')` gives: a function from `node` to
 * its rows, or `{ "node": [{ "ids": ["CVE-…"], "vulnerable": "20.x", "patched": "^20.9.0", "severity": "high" }] }`.
 * A version has a flaw that `vulnerable` admits and `patched` does not; flaws on Windows alone are left out.
 * Undefined without data, or when the version is not a full one.
 */
export function nodeFlaws(version: string, content: unknown): readonly NodeFlaw[] | undefined {
  const rows = rowsIn(content);
  if (!rows || valid(version) === null) return undefined;
  const found = new Map<string, NodeFlaw>();
  for (const { ids, vulnerable, patched, severity, environments = [] } of rows) {
    const [id] = ids;
    if (id === undefined || (environments.length > 0 && environments.every((one) => one === 'win32')))
      continue;
    if (!satisfies(version, vulnerable) || satisfies(version, patched ?? '<0.0.0')) continue;
    found.set(id, {
      id,
      severity: isSeverity(severity) ? severity : 'medium',
      fixed: fixFor(version, patched),
    });
  }
  return [...found.values()];
}

interface Row {
  readonly ids: readonly string[];
  readonly vulnerable: string;
  readonly patched?: string;
  readonly severity?: string;
  readonly environments?: readonly string[];
}

/** The table is our own build's. */
function rowsIn(content: unknown): readonly Row[] | undefined {
  if (typeof content === 'function') return listOf(content('node'));
  return typeof content === 'object' && content !== null && 'node' in content
    ? listOf(content.node)
    : undefined;
}

function listOf(rows: unknown): readonly Row[] {
  return Array.isArray(rows) ? rows : [];
}

function isSeverity(word: string | undefined): word is NodeFlaw['severity'] {
  return word !== undefined && ['critical', 'high', 'medium', 'low'].includes(word);
}

function fixFor(version: string, patched = ''): string | null {
  const fixes = patched
    .split('||')
    .flatMap((part) => minVersion(part.trim() || '<0.0.0')?.version ?? [])
    .filter((fix) => major(fix) === major(version) && compare(fix, version) > 0);
  return fixes.sort(compare)[0] ?? null;
}
