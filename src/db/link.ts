import type { Work } from '../core/ports.js';
import type { TextRange } from '../core/sql-reading.js';
import type { Supervision } from './supervise.js';

/** One file in flight. */
export interface Link {
  readonly work: Work;
  /** Its place in the chain, from 0. */
  readonly nth: number;
  readonly pieces: { readonly range: TextRange; readonly answer: Promise<unknown> }[];
  /** Known when the server has come to this file. */
  transactionId: string | null;
  supervision: Supervision | null;
  durationMs: number;
}

export function linkOf(work: Work, nth: number): Link {
  return {
    ...{ work, nth, pieces: [], transactionId: null },
    ...{ supervision: null, durationMs: 0 },
  };
}
