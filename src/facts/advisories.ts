/** A known flaw of one package, as the tables of reference data hold it. */
export interface Advisory {
  /** All its ids, a CVE first where there is one. */
  readonly ids: readonly string[];
  /** Intervals, any of which may hold the version: `>=1.0.0 <1.2.3`, `<=2.1.1`, `*`. */
  readonly affected: readonly string[];
  readonly severity?: 'critical' | 'high' | 'medium' | 'low';
  /** CVSS base score. */
  readonly score?: number;
  /** CWE numbers without their prefix. */
  readonly cwe?: readonly string[];
  /** ISO date. */
  readonly published?: string;
  /** Since when it is known to be exploited. */
  readonly exploited?: string;
  /**
   * Why the record may be wrong: its end was lost in the export, it was made from a product's name in place of a
   * package's, only one small source has it, or its maintainers say that it is no flaw.
   */
  readonly doubt?: 'no-fix-recorded' | 'product-name' | 'single-source' | 'disputed';
}

export type AdvisoriesOf = (name: string) => readonly Advisory[];

/**
 * Advisories by package name, from what `reference.get('advisories/npm')` gives: a function from a name to its row,
 * or the same as a plain object (`{ "lodash": [{ "ids": ["CVE-…"], "affected": ["<4.17.21"] }] }`). Undefined
 * without data.
 */
export function advisoriesFrom(content: unknown): AdvisoriesOf | undefined {
  if (typeof content === 'function') return (name) => listOf(content(name));
  if (typeof content !== 'object' || content === null) return undefined;
  const rows = new Map<string, unknown>(Object.entries(content));
  return (name) => listOf(rows.get(name));
}

/** The tables are our own build's: a row is a list of advisories, or there is none. */
function listOf(row: unknown): readonly Advisory[] {
  return Array.isArray(row) ? row : [];
}
