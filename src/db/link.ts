import type { Work } from '../core/ports.js';
import type { TextRange } from '../core/sql-reading.js';
import type { Supervision } from './supervise.js';

/** One file in flight. */
export interface Link {
  readonly work: Work;
  readonly pieces: { readonly range: TextRange; readonly answer: Promise<unknown> }[];
  /** Known when the server has come to this file. */
  transactionId: string | null;
  /** The server has done all that it can fail by, but for the COMMIT. */
  isRecorded: boolean;
  supervision: Supervision | null;
  durationMs: number;
}

export function linkOf(work: Work): Link {
  return {
    ...{ work, pieces: [], transactionId: null, isRecorded: false },
    ...{ supervision: null, durationMs: 0 },
  };
}
