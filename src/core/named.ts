/** How messages name a database. */
export interface Named {
  /** Host, port and database name; safe to print, but not in a public HTTP body. */
  readonly target: string;
  /** What names host and port: a flag, variables or a file. */
  readonly serverOrigin?: string | undefined;
}
