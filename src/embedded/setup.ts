import type { EmbeddedEvent, EmbeddedOptions } from '../core/embedded.js';
import type { Distribution } from './binaries.js';

/** What every step of one start needs. */
export interface Setup {
  readonly options: EmbeddedOptions;
  readonly distribution: Distribution;
  /** Where throw-away directories may lie, in order of preference. */
  readonly temporaries: readonly string[];
  readonly passwdFile: string;
  readonly emit: (event: EmbeddedEvent) => void;
  /** When the start was asked for, as `performance.now()`. */
  readonly since: number;
}
