import { emptyHistory } from '../core/run/history.js';
import { ConfigurationError, DatabaseMissing } from '../core/errors.js';
import type { MigrationKey, Snapshot } from '../core/files/migration.js';
import { resolveKey } from '../core/run/plan.js';
import { closest } from '../core/text/closest.js';
import type { Source } from '../core/ports.js';
import type { RunReport } from '../core/run/report.js';
import { assessBy, reportOf, RunnerIntent } from './run/assess.js';
import { openAhead } from './run/connect.js';
import { retryTransient } from './run/retry-transient.js';
import { runOnce } from './run/run-once.js';
import type { RunOptions, RunPorts } from './run/run-ports.js';

export interface MigratePorts extends RunPorts {
  readonly source: Source;
}

export interface MigrateOptions extends Omit<RunOptions, 'intent' | 'guard' | 'retries'> {
  /** Milliseconds to wait for PostgreSQL, at the start and when it goes away during the run; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/**
 * Reads the source while it connects, waits for PostgreSQL, ensures the database, runs once. A dry run creates nothing,
 * not even the database. Throws `SourceMissing`, `PostgresUnreachable`, `LockUnavailable`, `Refused`, `HistoryTooNew`,
 * `Interrupted`.
 */
export async function migrate(ports: MigratePorts, options: MigrateOptions): Promise<RunReport> {
  const { detailed, schemas } = options;
  const asked = detailed ? undefined : { schemas };
  const database = openAhead(ports.database, { asked, lock: false });
  try {
    return await migrateOn({ ...ports, database }, options);
  } finally {
    database.drop();
  }
}

async function migrateOn(ports: MigratePorts, options: MigrateOptions): Promise<RunReport> {
  const { source, clock, emit } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const policy = { ...options.policy, to: resolveTo(snapshot, options.policy.to) };
  const intent = new RunnerIntent(snapshot.revision, options.schemas, clock);
  const run = runnerOf({ snapshot, intent }, ports, { ...options, policy });
  return retryTransient(run, ports, options.waitTimeoutMs);
}

/** What is wanted, and when it was read. */
interface Wanted {
  readonly snapshot: Snapshot;
  readonly intent: RunnerIntent;
}

/** One run over files already read, each time it is called; `migrate` calls it until PostgreSQL answers. */
export function runnerOf(
  { snapshot, intent }: Wanted,
  ports: RunPorts,
  options: Omit<MigrateOptions, 'waitTimeoutMs'>,
): () => Promise<RunReport> {
  const resolved = { ...options, intent, guard: null, retries: null };
  return () => runOrImagine(snapshot, ports, resolved);
}

/** If there is no database yet, a dry run reports what would happen to an empty one. */
async function runOrImagine(
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  try {
    return await runOnce(snapshot, ports, options);
  } catch (error) {
    if (!options.dryRun || !(error instanceof DatabaseMissing)) throw error;
    const left = assessBy(emptyHistory, snapshot, options);
    const heldByLint = (await options.gate?.look({ snapshot, ...left }, null)) ?? null;
    return reportOf(snapshot, { left, applied: [], supersededBy: null, heldByLint }, 0);
  }
}

/** `--to gcp/003` means the one file whose name starts with this. Throws `ConfigurationError`. */
export function resolveTo(snapshot: Snapshot, to: string | null): MigrationKey | null {
  if (to === null) return null;
  const keys = snapshot.migrations.map(({ key }) => key);
  const key = resolveKey(to, keys);
  if (key !== null) return key;
  throw new ConfigurationError([
    `--to ${to}: the source has no migration of that name; ${adviceFor(to, keys)}`,
  ]);
}

/** A key may be given up to its number, so those are close too. */
function adviceFor(to: string, keys: readonly MigrationKey[]): string {
  const short = keys.map((key) => key.replace(/^([^/]+\/\d+).*$/, '$1'));
  const meant = closest(to, [...keys, ...short]);
  return meant === null
    ? `give a key as pgm status shows it, e.g. ${keys[0] ?? 'gcp/003'}`
    : `did you mean ${meant}?`;
}
