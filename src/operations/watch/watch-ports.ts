import type { Source, SourceWatch } from '../../core/ports.js';
import type { CatalogKeeper } from '../drift/keeper.js';
import type { DriftWatch } from './drift-watch.js';
import type { RunOptions, RunPorts } from '../run/run-ports.js';

export interface WatchPorts extends RunPorts {
  readonly source: Source;
  readonly sourceWatch: SourceWatch;
}

export interface WatchOptions extends Omit<RunOptions, 'intent' | 'guard' | 'retries' | 'keeper'> {
  /** Milliseconds to leave a database without its history alone, once nobody else is connected to it. */
  readonly restoreGraceMs: number;
  readonly allowEmpty: boolean;
  /** Null if the catalog is not kept. */
  readonly keeper?: CatalogKeeper | null | undefined;
  /** Null if drift is not looked for. */
  readonly driftWatch?: DriftWatch | null | undefined;
}
