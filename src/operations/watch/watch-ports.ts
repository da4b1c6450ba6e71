import type { Source, SourceWatch } from '../../core/ports.js';
import type { RunOptions, RunPorts } from '../run/run-ports.js';

export interface WatchPorts extends RunPorts {
  readonly source: Source;
  readonly sourceWatch: SourceWatch;
}

export interface WatchOptions extends Omit<RunOptions, 'intent' | 'guard' | 'retries'> {
  /** Milliseconds to leave a database alone whose history is gone, once nobody else is connected to it. */
  readonly restoreGraceMs: number;
  readonly allowEmpty: boolean;
}
