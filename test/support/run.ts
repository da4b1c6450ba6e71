import type { ConnectionSettings } from '../../src/core/connection/connection.js';
import type { PgmEvent } from '../../src/core/events.js';
import type { Policy } from '../../src/core/run/plan.js';
import type { Clock, Database } from '../../src/core/ports.js';
import type { RunReport } from '../../src/core/run/report.js';
import { openDatabase, usualPatience } from '../../src/db/database.js';
import type { Patience } from '../../src/db/wire/patience.js';
import type { CatalogKeeper } from '../../src/operations/drift/keeper.js';
import { migrate, type MigrateOptions } from '../../src/operations/migrate.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { systemClock } from '../../src/library/open/compose.js';
import { snapshotOf } from './memory/snapshot.js';
import { testServer, type TestServer } from './server.js';

/**
 * For tests in which a connection falls silent: noticed soon, so that it does not cost half a minute. A busy server may be
 * taken for a silent one as well, so such a test may not count how often something was tried.
 */
export const shortPatience: Patience = {
  messageMs: 1_000,
  lookEveryMs: 300,
  lookMs: 2_000,
  commitMs: 2_000,
  tellAfterMs: 300,
};

/** Looks often at a running file, and waits for answers and commits for as long as a busy server may take. */
export const watchfulPatience: Patience = {
  messageMs: 30_000,
  lookEveryMs: 300,
  lookMs: 20_000,
  commitMs: 60_000,
  tellAfterMs: 300,
};

/** Waits a twentieth of what it is told to: the back-off is not what is tested. */
const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};

export interface Target {
  readonly database: string;
  /** Default: the server's own; a proxy's here. */
  readonly port?: number;
  readonly server?: TestServer;
  /** Default `pgm`. */
  readonly historySchema?: string;
  /** How the runner calls its machine, and so shows itself in `pg_stat_activity`. */
  readonly host?: string;
  /** Default: that of production, which a busy server does not try. */
  readonly patience?: Patience;
}

/** How the tests' server, or a proxy before it, is reached. */
export function settingsFor(target: Target): ConnectionSettings {
  const { database, port, server = testServer(), patience = usualPatience } = target;
  return {
    hosts: [{ host: server.host, port: port ?? server.port }],
    user: server.user,
    database,
    maintenanceDatabases: ['postgres'],
    connectTimeoutSeconds: patience.messageMs / 1_000,
    tls: {
      mode: 'disable',
      readMaterial: () => Promise.resolve({ ca: null, cert: null, key: null, keyPassphrase: null }),
    },
    origins: { user: 'DATABASE_URL', password: 'DATABASE_URL', server: 'DATABASE_URL' },
    readPassword: () => Promise.resolve(server.password),
  };
}

/** The real database port. */
export function databasePort(target: Target): Database {
  const { historySchema = 'pgm', host = 'test', patience = usualPatience } = target;
  const runner = { version: '0.0.0', host };
  const settings = settingsFor(target);
  return openDatabase({ settings, historySchema, runner, patience });
}

export interface Ran {
  readonly report: RunReport;
  readonly events: readonly PgmEvent[];
}

/** A `migrate` that goes on. */
export interface Running {
  /** Grows as it goes on. */
  readonly events: readonly PgmEvent[];
  readonly finished: Promise<RunReport>;
}

export interface RunningOptions {
  readonly signal?: AbortSignal;
  /** Default: one whose waits are short. */
  readonly clock?: Clock;
  /** Default: the real one of the target. */
  readonly database?: Database;
  /** Default `continue`. */
  readonly onFailure?: Policy['onFailure'];
  /** Default false. */
  readonly detailed?: boolean;
  /** Keeps the catalog after each run. Default: nobody does. */
  readonly keeper?: CatalogKeeper;
  readonly afterwards?: MigrateOptions['afterwards'];
}

/** Longer than a test may take: none of them is about giving up. */
const tenMinutes = 600_000;

/** Begins one `migrate` in this process over files that are given as texts by path. */
export function startFiles(
  files: Readonly<Record<string, string>>,
  target: Target,
  options: RunningOptions = {},
): Running {
  const { signal = new AbortController().signal, database = databasePort(target) } = options;
  const events: PgmEvent[] = [];
  const snapshot = snapshotOf(files);
  const finished = migrate(
    {
      source: { directory: '/test', origin: 'test', read: () => Promise.resolve(snapshot) },
      database,
      sqlReader: createSqlReader(),
      clock: options.clock ?? hastyClock,
      emit: (event) => events.push(event),
      stop: { soon: signal, now: signal },
    },
    {
      policy: { onFailure: options.onFailure ?? 'continue', onChange: 'rerun', to: null },
      schemas: null,
      lockTimeoutMs: 2_000,
      lockWaitMs: tenMinutes,
      onPooler: 'warn',
      gate: null,
      waitTimeoutMs: tenMinutes,
      dryRun: false,
      detailed: options.detailed ?? false,
      keeper: options.keeper,
      afterwards: options.afterwards,
    },
  );
  return { events, finished };
}

/** One `migrate` in this process, to its end. */
export async function migrateFiles(
  files: Readonly<Record<string, string>>,
  target: Target,
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const { events, finished } = startFiles(files, target, { signal });
  return { report: await finished, events };
}
