/** How long silence is taken for work, in milliseconds. */
export interface Patience {
  /** For a message of our own bookkeeping. Files have no such bound: see `supervise`. */
  readonly messageMs: number;
  /** Between two looks at a file that runs. */
  readonly lookEveryMs: number;
  /** Between two tellings of what a file that runs is doing. */
  readonly tellEveryMs: number;
}

export const usualPatience: Patience = {
  messageMs: 30_000,
  lookEveryMs: 10_000,
  tellEveryMs: 30_000,
};
