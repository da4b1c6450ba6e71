import type { Source, SourceWatch } from '../../core/ports.js';
import type { CatalogKeeper } from '../drift/keeper.js';
import type { DriftWatch } from './drift-watch.js';
import type { RunOptions, RunPorts } from '../run/run-ports.js';

export interface WatchPorts extends RunPorts {
  readonly source: Source;
  readonly sourceWatch: SourceWatch;
}

export interface WatchOptions extends Omit<RunOptions, 'intent' | 'guard' | 'retries' | 'keeper'> {
  /** Milliseconds to leave a database alone whose history is gone, once nobody else is connected to it. */
  readonly restoreGraceMs: number;
  readonly allowEmpty: boolean;
  /** Null where nothing of the catalog is kept. */
  readonly keeper?: CatalogKeeper | null | undefined;
  /** Null where nobody looks for drift. */
  readonly driftWatch?: DriftWatch | null | undefined;
}
