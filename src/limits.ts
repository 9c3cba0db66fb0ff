/** What one run may cost. Each limit that is exceeded is a problem with a line of its own. */
export interface Limits {
  /** Bytes of one configuration file. */
  readonly configFile: number;
  /** Bytes of one lockfile or exported answer. */
  readonly lockfile: number;
  /** Milliseconds for one parse, one model or one check on one resource. */
  readonly step: number;
  /** Levels of nesting in any format. */
  readonly nesting: number;
  /** YAML nodes that aliases may expand to, per file. */
  readonly aliasNodes: number;
  /** Entries of one archive. */
  readonly archiveEntries: number;
  /** Unpacked bytes per packed byte of an archive. */
  readonly archiveRatio: number;
}

export const limits: Limits = {
  configFile: 16 * 1024 * 1024,
  lockfile: 64 * 1024 * 1024,
  step: 10_000,
  nesting: 1000,
  aliasNodes: 10_000,
  archiveEntries: 100_000,
  archiveRatio: 200,
};
