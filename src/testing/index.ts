/**
 * `postgres-manager/testing`: a real database for a test, with everything applied.
 */
export {
  ConfigurationError,
  EmbeddedUnavailable,
  FilesFailed,
  PgmError,
  Refused,
  SourceMissing,
  Transient,
} from '../core/errors.js';
export { migratedDatabase, withMigratedDatabase } from './migrated-database.js';
export type { EmbeddedServerOptions, Keep, TestDatabaseOptions } from './options.js';
export type { MigratedDatabase } from './own-database.js';
export type { TestContext } from './test-context.js';
