import type { Emit } from '../../core/events.js';
import type { Clock, Database, Session, Source, SqlReader, Stop } from '../../core/ports.js';
import type { Gate } from '../../core/run/lint-hold.js';
import type { RunReport } from '../../core/run/report.js';
import type { AssessOptions, RunnerIntent } from './assess.js';
import type { RestoreGuard } from './restore-guard.js';
import type { Retries } from './retries.js';
import type { RunKeeper } from './with-run-lock.js';

export interface RunPorts {
  readonly database: Database;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

/** For use cases that apply no file. */
export interface SourcePorts extends Omit<RunPorts, 'sqlReader'> {
  readonly source: Source;
}

export interface RunOptions extends AssessOptions {
  /** What the runner wants; its revision is that of the snapshot. */
  readonly intent: RunnerIntent;
  /** Milliseconds a statement may wait for a lock; 0 waits forever. */
  readonly lockTimeoutMs: number;
  /** Milliseconds to wait for another runner; null waits forever. */
  readonly lockWaitMs: number | null;
  readonly onPooler: 'warn' | 'refuse';
  /** Asked before the database or its history is created; null: restores are not waited for. */
  readonly guard: RestoreGuard | null;
  /** Which failed files are left alone for now; null: everything is tried. */
  readonly retries: Retries | null;
  /** Asked before anything is sent; without one, everything may be sent. */
  readonly gate?: Gate | null | undefined;
  /** Called once a session is greeted, before anything else; throws the error that ends the run. */
  readonly admit?: ((session: Session) => Promise<void>) | undefined;
  /** Decide and report, write nothing. */
  readonly dryRun: boolean;
  /** Called under the run lock before the first file; does not throw. */
  readonly keeper?: RunKeeper | null | undefined;
  /** Called when the run is over and its lock released, while its session is still open. */
  readonly afterwards?: ((report: RunReport, session: Session) => Promise<void>) | undefined;
}
