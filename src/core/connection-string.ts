/**
 * libpq's keywords (`host`, `port`, `user`, `password`, `dbname`, `sslmode` …) as a connection string sets them; several
 * hosts or ports are one value with commas. Values are decoded but not yet checked.
 */
export interface ConnectionString {
  /** What could be read; not all that was written when there are problems. */
  readonly keywords: ReadonlyMap<string, string>;
  /** True for `postgresql://user@/db`: somebody wrote a place for the host and left it empty. */
  readonly hostLeftEmpty: boolean;
  /** None repeats what was written, because whatever looks like a host may be half a password. */
  readonly problems: readonly string[];
}

/** A string of which nothing can be trusted. */
export function unreadable(...problems: readonly string[]): ConnectionString {
  return { keywords: new Map(), hostLeftEmpty: false, problems };
}
