/** How long to wait before silence counts as failure, in milliseconds. */
export interface Patience {
  /** For a message of our own bookkeeping. Files have no such limit: see `supervise`. */
  readonly messageMs: number;
  /** Between two checks on a running file. */
  readonly lookEveryMs: number;
  /** For the answer to such a check; without one in this time it counts against the connection. */
  readonly lookMs: number;
  /** For a commit of a backend that we lost to end by itself, before that backend is terminated. */
  readonly commitMs: number;
  /** For a file to run before it is reported: from then on at each check. */
  readonly tellAfterMs: number;
}
