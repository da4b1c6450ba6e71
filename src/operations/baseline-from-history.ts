import { ConfigurationError } from '../core/errors.js';
import type { Snapshot } from '../core/files/migration.js';
import { takeAccount } from '../core/moving/account.js';
import {
  columnsOf,
  findTable,
  namesToLookFor,
  type TableFound,
  type ToolTable,
  type Wanted,
} from '../core/moving/find-table.js';
import {
  type FromHistory,
  marksOf,
  settleAccount,
  type SettleOptions,
} from '../core/moving/from-history.js';
import type { Session } from '../core/ports.js';
import { compare } from '../core/run/compare.js';
import type { History } from '../core/run/history.js';
import { type BaselineOptions, markAll } from './baseline.js';
import { greet, onSession } from './run/connect.js';
import { retryTransient } from './run/retry-transient.js';
import type { SourcePorts } from './run/run-ports.js';
import { lockContextOf, withRunLock } from './run/with-run-lock.js';

export interface FromHistoryOptions
  extends Omit<BaselineOptions, 'to'>, Wanted, Pick<SettleOptions, 'acceptEdited'> {}

export type FromHistoryResult =
  Exclude<TableFound, { kind: 'found' }> | { readonly kind: 'read'; readonly report: FromHistory };

/**
 * Records as applied what the table of another tool says that it has applied, and runs nothing. The files are those that an
 * import wrote. Nothing is recorded unless every row is understood. Throws `ConfigurationError` unless the source is a
 * single folder.
 */
export async function baselineFromHistory(
  ports: SourcePorts,
  options: FromHistoryOptions,
): Promise<FromHistoryResult> {
  const { source, emit } = ports;
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  assertOneFolder(snapshot);
  return retryTransient(() => once(snapshot, ports, options), ports, options.waitTimeoutMs);
}

/** A number alone is ambiguous with two folders, and a file that cannot be read may be the one that a row is about. */
function assertOneFolder({ migrations, refused }: Snapshot): void {
  const schemas = [...new Set(migrations.map(({ schema }) => schema))];
  const [bad] = refused;
  if (bad !== undefined) {
    throw new ConfigurationError([
      `${bad.path} is refused (${bad.reason}): fix it before the history of another tool is taken over`,
    ]);
  }
  if (schemas.length > 1) {
    throw new ConfigurationError([
      `the source has files of ${schemas.join(', ')}, and a version of another tool may be in each: name the imported schema with --schemas`,
    ]);
  }
}

async function once(
  snapshot: Snapshot,
  ports: SourcePorts,
  options: FromHistoryOptions,
): Promise<FromHistoryResult> {
  return onSession(ports.database, async (session) => {
    await greet(session, ports, options);
    const found = findTable(await session.toolTables(namesToLookFor(options)), options);
    if (found.kind !== 'found') return found;
    const settle = await reading(found, snapshot, session, options);
    const report = settle(await session.history());
    if (options.dryRun || report.keys === null || report.keys.length === 0) {
      return { kind: 'read', report };
    }
    const marked = await withRunLock(session, lockContextOf(ports, options), async (history) => {
      const now = settle(history);
      await markAll(marksOf(now, snapshot.migrations), snapshot, session, ports);
      return now;
    });
    options.keeper?.marks(snapshot);
    return { kind: 'read', report: marked };
  });
}

/** Reads the tool's table once; what follows from it depends on pgm's own history. */
async function reading(
  found: ToolTable,
  snapshot: Snapshot,
  session: Session,
  options: FromHistoryOptions,
): Promise<(history: History) => FromHistory> {
  const { folder } = found.tool;
  const { orderBy, read } = folder.history;
  const { table } = found;
  const rows = await session.toolRows({ table, columns: columnsOf(found), orderBy });
  const account = takeAccount(read(rows), snapshot.migrations, folder);
  return (history) =>
    settleAccount(account, found, compare(snapshot, history, options.schemas), options);
}
