import { compare } from '../core/run/compare.js';
import { Interrupted } from '../core/errors.js';
import { headersOf } from '../core/statements/headers.js';
import type { History } from '../core/run/history.js';
import type { Migration, MigrationKey, Snapshot } from '../core/files/migration.js';
import { planRun, type Step } from '../core/run/plan.js';
import type { CatalogKeeper } from './drift/keeper.js';
import type { Session, Source } from '../core/ports.js';
import { lockContextOf } from './run/with-run-lock.js';
import { resolveTo } from './migrate.js';
import { retryTransient } from './run/retry-transient.js';
import { greet } from './run/connect.js';
import type { RunOptions, RunPorts } from './run/run-ports.js';
import { withRunLock } from './run/with-run-lock.js';

export interface BaselinePorts extends Omit<RunPorts, 'sqlReader'> {
  readonly source: Source;
}

export interface BaselineOptions extends Pick<
  RunOptions,
  'schemas' | 'lockWaitMs' | 'onPooler' | 'dryRun'
> {
  /** Told which files are marked: what they do is there. */
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
  ports: BaselinePorts,
  options: BaselineOptions,
): Promise<readonly MigrationKey[]> {
  const { source, database, clock, emit, stop } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const to = resolveTo(snapshot, options.to);
  return retryTransient(() => baselineOnce(snapshot, ports, { ...options, to }), {
    clock,
    emit,
    signal: stop.soon,
    database,
    withinMs: options.waitTimeoutMs,
  });
}

async function baselineOnce(
  snapshot: Snapshot,
  ports: BaselinePorts,
  options: BaselineOptions,
): Promise<readonly MigrationKey[]> {
  const session = await ports.database.connect();
  try {
    await greet(session, ports, options);
    const seen = await session.history();
    const steps = stepsOf(snapshot, seen, options);
    if (steps.length === 0 || options.dryRun) return steps.map(keyOf);
    const marked = await withRunLock(session, lockContextOf(ports, options), async (history) => {
      const due = stepsOf(snapshot, history, options);
      await markAll(
        due.map(({ migration }) => migration),
        snapshot,
        session,
        ports,
      );
      return due;
    });
    options.keeper?.marks(snapshot);
    return marked.map(keyOf);
  } finally {
    await session.close();
  }
}

/** What a run would try now: exactly this is what can be marked. */
function stepsOf(
  snapshot: Snapshot,
  history: History,
  { schemas, to }: BaselineOptions,
): readonly Step[] {
  const statuses = compare(snapshot, history, schemas);
  const policy = { onFailure: 'continue', onChange: 'rerun', to } as const;
  return planRun(statuses, policy, ({ sql }) => headersOf(sql)).steps;
}

/** All of them or none. */
export async function markAll(
  migrations: readonly Migration[],
  { revision }: Snapshot,
  session: Session,
  { emit, stop }: Pick<BaselinePorts, 'emit' | 'stop'>,
): Promise<void> {
  if (stop.soon.aborted) throw new Interrupted();
  await session.recordBaseline(migrations, revision);
  for (const { key } of migrations) emit({ kind: 'migration-baselined', key });
}

function keyOf({ migration }: Step): MigrationKey {
  return migration.key;
}
