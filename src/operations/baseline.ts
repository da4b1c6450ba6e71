import { Interrupted } from '../core/errors.js';
import type { History } from '../core/run/history.js';
import type { Migration, MigrationKey, Snapshot } from '../core/files/migration.js';
import type { CatalogKeeper } from './drift/keeper.js';
import type { Session } from '../core/ports.js';
import { resolveTo } from './migrate.js';
import { assessBy } from './run/assess.js';
import { greet, onSession } from './run/connect.js';
import { retryTransient } from './run/retry-transient.js';
import type { RunOptions, SourcePorts } from './run/run-ports.js';
import { lockContextOf, withRunLock } from './run/with-run-lock.js';

export interface BaselineOptions extends Pick<
  RunOptions,
  'schemas' | 'lockWaitMs' | 'onPooler' | 'dryRun'
> {
  /** Told which files are marked: their changes are in the database. */
  readonly keeper?: Pick<CatalogKeeper, 'marks'> | null | undefined;
  /** The last migration to mark, in full or up to its number; null for all. */
  readonly to: string | null;
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/**
 * Records migrations that are not applied as applied, with their current content, and runs none of them: for a database
 * that got these changes elsewhere. Returns the keys it marked. The database has to exist.
 */
export async function baseline(
  ports: SourcePorts,
  options: BaselineOptions,
): Promise<readonly MigrationKey[]> {
  const { source, emit } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const to = resolveTo(snapshot, options.to);
  const work = () => baselineOnce(snapshot, ports, { ...options, to });
  return retryTransient(work, ports, options.waitTimeoutMs);
}

async function baselineOnce(
  snapshot: Snapshot,
  ports: SourcePorts,
  options: BaselineOptions,
): Promise<readonly MigrationKey[]> {
  return onSession(ports.database, async (session) => {
    await greet(session, ports, options);
    const due = dueIn(snapshot, await session.history(), options);
    if (due.length === 0 || options.dryRun) return due.map(({ key }) => key);
    const marked = await withRunLock(session, lockContextOf(ports, options), async (history) => {
      const locked = dueIn(snapshot, history, options);
      await markAll(locked, snapshot, session, ports);
      return locked;
    });
    options.keeper?.marks(snapshot);
    return marked.map(({ key }) => key);
  });
}

/** What a run would try now: exactly this is what can be marked. */
function dueIn(
  snapshot: Snapshot,
  history: History,
  { schemas, to }: BaselineOptions,
): readonly Migration[] {
  const policy = { onFailure: 'continue', onChange: 'rerun', to } as const;
  const { plan } = assessBy(history, snapshot, { policy, schemas });
  return plan.steps.map(({ migration }) => migration);
}

/** All of them or none. */
export async function markAll(
  migrations: readonly Migration[],
  { revision }: Snapshot,
  session: Session,
  { emit, stop }: Pick<SourcePorts, 'emit' | 'stop'>,
): Promise<void> {
  if (stop.soon.aborted) throw new Interrupted();
  await session.recordBaseline(migrations, revision);
  for (const { key } of migrations) emit({ kind: 'migration-baselined', key });
}
