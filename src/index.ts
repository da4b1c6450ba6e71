/**
 * The public library: what the commands of `pgm` do, as functions. Each takes plain options, returns the document that the
 * command prints with `--json`, and throws a `PgmError` if there is none. Nothing is printed, and no variable is read.
 */
export { baseline, type BaselineOptions } from './library/baseline.js';
export { drift, type DriftOptions } from './library/drift.js';
export { ensureDb, type EnsureDbOptions } from './library/ensure-db.js';
export { lint, type LintOptions } from './library/lint.js';
export { migrate, type MigrateOptions, type MigrateResult } from './library/migrate.js';
export { schema, type SchemaOptions } from './library/schema.js';
export { status, type StatusOptions } from './library/status.js';
export { verify, type VerifyOptions } from './library/verify.js';
export { watch, type WatchOptions } from './library/watch.js';
export type {
  ApplyOptions,
  CallOptions,
  CatalogOptions,
  HealthOptions,
  ServerOptions,
  ShadowOptions,
  SourceOptions,
} from './library/options.js';
export type { MigrateDocument, MigrationDocument, StatusDocument } from './core/documents.js';
export type { DriftDocument, DriftedObject } from './core/drift/drift-report.js';
export type { LintDocument, LintFinding } from './core/lint/lint-report.js';
export type { FileProofDocument, ProofDocument } from './core/proof/proof-document.js';
export type { MigrationFailure } from './core/failure/failure.js';
export type { MigrationState } from './core/run/compare.js';
export type { Verdict } from './core/run/report.js';
export type { PgmEvent } from './core/events.js';
export {
  ConfigurationError,
  DatabaseMissing,
  EmbeddedUnavailable,
  FilesFailed,
  HistoryTooNew,
  Interrupted,
  LockUnavailable,
  PgmError,
  PostgresUnreachable,
  Refused,
  SourceMissing,
  Transient,
} from './core/errors.js';
