import type { FileVerdict, ProofRule } from '../../../src/core/proof/proof.js';

/**
 * A small file that is not fit, and the same made fit. Each case has a schema of its own, which is first in the search
 * path: a line `SET search_path` stands before the file, so that its own text begins at line 2.
 */
export interface Case {
  /** The schema: what the file does. */
  readonly name: string;
  /** An earlier file; `{s}` is the schema. */
  readonly before?: string;
  /** Null where there is only the fit one. */
  readonly unfit: Unfit | null;
  /** Null where nothing fit can be written. */
  readonly fit: string | null;
  /** What the fit file is warned of, as what it locks others need. */
  readonly warned?: readonly ProofRule[];
  /** Header and whole text, without the line `SET`. */
  readonly isBare?: boolean;
}

export interface Unfit {
  readonly sql: string;
  /** Default: fails the second time. */
  readonly verdict?: FileVerdict;
  /** `2:1`; the place of the finding. */
  readonly at: string;
  /** Contained in the message. */
  readonly says?: string;
  readonly fix: string | null;
}
