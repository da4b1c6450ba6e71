/**
 * The public library: what the `pgm` commands are made of, for programs that want a run without a process. The operations
 * take ports; `openDatabase`, `readSource` and `createSqlReader` make the real ones.
 */
export {
  compare,
  countStates,
  type MigrationStanding,
  type MigrationState,
  type MigrationStatus,
} from './core/run/compare.js';
export type { ConnectionSettings } from './core/connection/connection.js';
export {
  ConfigurationError,
  DatabaseMissing,
  EmbeddedUnavailable,
  HistoryTooNew,
  Interrupted,
  LockUnavailable,
  PgmError,
  PostgresUnreachable,
  Refused,
  SourceMissing,
  Transient,
} from './core/errors.js';
export type { Emit, PgmEvent } from './core/events.js';
export type { MigrationFailure } from './core/failure/failure.js';
export type { History, HistoryRow } from './core/run/history.js';
export type { Migration, Snapshot } from './core/files/migration.js';
export { planRun, type Plan, type Policy } from './core/run/plan.js';
export type { Clock, Database, Session, Source, SqlReader, Stop } from './core/ports.js';
export { judge, type RunReport, type StatusReport, type Verdict } from './core/run/report.js';
export { buildSnapshot } from './core/files/snapshot.js';
export { openDatabase } from './db/database.js';
export { ensureDb } from './operations/ensure-db.js';
export { migrate } from './operations/migrate.js';
export { runOnce } from './operations/run/run-once.js';
export { readStatus } from './operations/status.js';
export { readSource } from './source/read-source.js';
export { watchSource } from './source/watch-source.js';
export { createSqlReader } from './sql/read-sql.js';
