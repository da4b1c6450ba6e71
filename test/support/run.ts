import type { ConnectionSettings } from '../../src/core/connection.js';
import type { PgmEvent } from '../../src/core/events.js';
import type { Policy } from '../../src/core/plan.js';
import type { Clock, Database } from '../../src/core/ports.js';
import type { RunReport } from '../../src/core/report.js';
import { buildSnapshot } from '../../src/core/snapshot.js';
import { openDatabase } from '../../src/db/database.js';
import { migrate } from '../../src/operations/migrate.js';
import { literalRanges } from '../../src/sql/literals.js';
import { readSql } from '../../src/sql/read-sql.js';
import { systemClock } from '../../src/cli/system-clock.js';
import { testServer, type TestServer } from './server.js';

/** Silence is noticed soon, so that a stall does not cost half a minute of the tests. */
export const shortPatience = { messageMs: 1_000, lookEveryMs: 300, tellEveryMs: 300 };

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
}

/** How the tests' server, or a proxy before it, is reached. */
export function settingsFor({ database, port, server = testServer() }: Target): ConnectionSettings {
  return {
    hosts: [{ host: server.host, port: port ?? server.port }],
    user: server.user,
    database,
    maintenanceDatabases: ['postgres'],
    connectTimeoutSeconds: 1,
    tls: {
      mode: 'disable',
      readMaterial: () => Promise.resolve({ ca: null, cert: null, key: null, keyPassphrase: null }),
    },
    readPassword: () => Promise.resolve(server.password),
  };
}

/** The real database port, with short patience. */
export function databasePort(target: Target, patience = shortPatience): Database {
  const { historySchema = 'pgm', host = 'test' } = target;
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
  /** Default: the real one of the target. */
  readonly database?: Database;
  /** Default `continue`. */
  readonly onFailure?: Policy['onFailure'];
  /** Default false. */
  readonly detailed?: boolean;
}

/** Begins one `migrate` in this process over files that are given as texts by path. */
export function startFiles(
  files: Readonly<Record<string, string>>,
  target: Target,
  options: RunningOptions = {},
): Running {
  const { signal = new AbortController().signal, database = databasePort(target) } = options;
  const events: PgmEvent[] = [];
  const entries = Object.entries(files).map(([path, text]) => ({
    kind: 'file' as const,
    path,
    bytes: Buffer.from(text),
  }));
  const snapshot = buildSnapshot(entries, {
    schemas: null,
    reserved: ['pgm'],
    generation: null,
    swappedAt: null,
  });
  const finished = migrate(
    {
      source: { directory: '/test', origin: 'test', read: () => Promise.resolve(snapshot) },
      database,
      sqlReader: { read: readSql, literals: literalRanges },
      clock: hastyClock,
      emit: (event) => events.push(event),
      stop: { soon: signal, now: signal },
    },
    {
      policy: { onFailure: options.onFailure ?? 'continue', onChange: 'rerun', to: null },
      schemas: null,
      lockTimeoutMs: 2_000,
      lockWaitMs: 20_000,
      onPooler: 'warn',
      waitTimeoutMs: 20_000,
      dryRun: false,
      detailed: options.detailed ?? false,
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
