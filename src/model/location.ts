/** Where something was written: a half-open span of UTF-16 code units in a source's text. */
export interface Location {
  /** A path below the root (`nginx/site.conf`), or an address (`aws:123456789012/global/iam/-/ListUsers`). */
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** The place of a thing that has no text of its own: a whole file, a folder, an account. */
export function wholeOf(source: string): Location {
  return { source, start: 0, end: 0 };
}
