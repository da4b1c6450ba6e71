/**
 * The public library: what the `pgm` commands are made of, for programs that want a run without a process. The operations
 * take ports; `openDatabase`, `readSource` and `readSql` are the real ones.
 */
export {
  compare,
  countStates,
  type MigrationStanding,
  type MigrationState,
  type MigrationStatus,
} from './core/compare.js';
export type { ConnectionSettings } from './core/connection.js';
export * from './core/errors.js';
export type { Emit, PgmEvent } from './core/events.js';
export type { MigrationFailure } from './core/failure.js';
export type { History, HistoryRow } from './core/history.js';
export type { Migration, Snapshot } from './core/migration.js';
export { planRun, type Plan, type Policy } from './core/plan.js';
export type { Clock, Database, Session, Source, SqlReader, Stop } from './core/ports.js';
export { judge, type RunReport, type StatusReport, type Verdict } from './core/report.js';
export { buildSnapshot } from './core/snapshot.js';
export type { SqlText } from './core/sql-text.js';
export { openDatabase } from './db/database.js';
export { ensureDb } from './operations/ensure-db.js';
export { migrate } from './operations/migrate.js';
export { runOnce } from './operations/run-once.js';
export { readStatus } from './operations/status.js';
export { readSource } from './source/read-source.js';
export { watchSource } from './source/watch-source.js';
export { literalRanges } from './sql/literals.js';
export { readSql } from './sql/read-sql.js';
