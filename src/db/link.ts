import type { Work } from '../core/ports.js';
import type { TextRange } from '../core/sql-reading.js';
import type { Supervision } from './supervise.js';

/** One file in flight. */
export interface Link {
  readonly work: Work;
  readonly pieces: { readonly range: TextRange; readonly answer: Promise<unknown> }[];
  /** Known when the server has come to this file. */
  transactionId: string | null;
  supervision: Supervision | null;
  durationMs: number;
}

export function linkOf(work: Work): Link {
  return {
    ...{ work, pieces: [], transactionId: null },
    ...{ supervision: null, durationMs: 0 },
  };
}
