import { emptyHistory } from '../core/history.js';
import { ConfigurationError, DatabaseMissing } from '../core/errors.js';
import type { MigrationKey, Snapshot } from '../core/migration.js';
import { resolveKey } from '../core/plan.js';
import type { Source } from '../core/ports.js';
import type { RunReport } from '../core/report.js';
import { lookThrough } from './look.js';
import { openSessionAhead } from './open-session-ahead.js';
import { retryTransient } from './retry-transient.js';
import { type RunOptions, runOnce, type RunPorts, settled } from './run-once.js';

export interface MigratePorts extends RunPorts {
  readonly source: Source;
}

export interface MigrateOptions extends RunOptions {
  /** Milliseconds to wait for PostgreSQL, at the start and when it goes away in between; null is for ever. */
  readonly waitTimeoutMs: number | null;
}

/**
 * Reads the source while it connects, waits for PostgreSQL, ensures the database, runs once. A dry run creates nothing, not even the
 * database. Throws `SourceMissing`, `PostgresUnreachable`, `LockNotHad`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function migrate(ports: MigratePorts, options: MigrateOptions): Promise<RunReport> {
  const { detailed, schemas } = options;
  const database = openSessionAhead(ports.database, detailed ? undefined : { schemas });
  try {
    return await migrateOn({ ...ports, database }, options);
  } finally {
    database.drop();
  }
}

async function migrateOn(ports: MigratePorts, options: MigrateOptions): Promise<RunReport> {
  const { source, database, clock, emit, stop } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const retry = {
    clock,
    emit,
    signal: stop.soon,
    target: database.target,
    withinMs: options.waitTimeoutMs,
  };
  const policy = { ...options.policy, to: resolveTo(snapshot, options.policy.to) };
  const resolved = { ...options, policy };
  return retryTransient(() => runOrImagine(snapshot, ports, resolved), retry);
}

/** Where there is no database yet, a dry run tells what would happen to an empty one. */
async function runOrImagine(
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  try {
    return await runOnce(snapshot, ports, options);
  } catch (error) {
    if (!options.dryRun || !(error instanceof DatabaseMissing)) throw error;
    return settled(snapshot, lookThrough(snapshot, emptyHistory, options), [], 0);
  }
}

/** `--to gcp/003` means the one file that this begins the name of. Throws `ConfigurationError`. */
export function resolveTo(snapshot: Snapshot, to: string | null): MigrationKey | null {
  if (to === null) return null;
  const keys = snapshot.migrations.map(({ key }) => key);
  const key = resolveKey(to, keys);
  if (key !== null) return key;
  throw new ConfigurationError([
    `--to ${to}: the source has no migration of that name; give a key as pgm status shows it, e.g. ${keys[0] ?? 'gcp/003'}`,
  ]);
}
