import type { ConnectionSettings } from '../core/connection.js';
import { describeTarget } from '../core/connection.js';
import type { Database, Runner, Session } from '../core/ports.js';
import { applyFile } from './apply-file.js';
import { type Client, type Orphan, type Patience, usualPatience } from './client.js';
import { ensureDatabase } from './create-database.js';
import { dial } from './dial.js';
import { endOrphans } from './end-orphans.js';
import { ensureHistory } from './ensure-history.js';
import { translate } from './errors.js';
import { findLockHolder, runLock } from './lock.js';
import { readAttempts, readHistory } from './read-history.js';
import { baselinedMessage, failedMessage, heldMessage } from './record.js';
import { settleCommit } from './settle-commit.js';

export interface DatabaseOptions {
  readonly settings: ConnectionSettings;
  readonly historySchema: string;
  readonly runner: Runner;
  /** Default: `usualPatience`. */
  readonly patience?: Patience;
}

/** The real database behind the `Database` port. Opens nothing before it is asked. */
export function openDatabase(options: DatabaseOptions): Database {
  const { settings, historySchema, runner, patience = usualPatience } = options;
  const applicationName = `pgm/${runner.version} ${runner.host}`.slice(0, longestName);
  const orphans = new Set<Orphan>();
  const onOrphan = (orphan: Orphan): void => {
    orphans.add(orphan);
  };
  const way = { settings, applicationName, patience, onOrphan };
  const open = (): Promise<Client> => dial({ ...way, database: settings.database });
  const unknownCommits = new Set<string>();
  return {
    target: describeTarget(settings),
    name: settings.database,
    ensure: () => ensureDatabase(way),
    connect: async () => {
      const client = await open();
      await translating(client, async () => {
        await endOrphans(client, orphans);
        await settleAll(client, unknownCommits);
      });
      return sessionOf(client, { ...options, open, unknownCommits });
    },
    openLock: async () => {
      const client = await open();
      const lock = runLock(client, historySchema);
      return { ...lock, tryAcquire: () => translating(client, () => lock.tryAcquire()) };
    },
  };
}

/** PostgreSQL cuts names at 63 bytes with a NOTICE; we cut first. */
const longestName = 63;

interface SessionOptions extends DatabaseOptions {
  readonly open: () => Promise<Client>;
  /** Transactions whose COMMIT was not answered, until somebody has asked how they ended. */
  readonly unknownCommits: Set<string>;
}

/** Nothing is read of the history, and so nothing is run again, before every lost COMMIT has ended one way or the other. */
async function settleAll(client: Client, unknownCommits: Set<string>): Promise<void> {
  for (const transactionId of unknownCommits) {
    await settleCommit(client, transactionId);
    unknownCommits.delete(transactionId);
  }
}

function sessionOf(client: Client, options: SessionOptions): Session {
  const { historySchema, runner, open, unknownCommits } = options;
  const asked = <T>(work: () => Promise<T>): Promise<T> => translating(client, work);
  let worker = client;
  return {
    facts: () => Promise.resolve(client.facts),
    history: () => asked(() => readHistory(client, historySchema)),
    attempts: (limit) => asked(() => readAttempts(client, historySchema, limit)),
    lockHolder: () => asked(() => findLockHolder(client, historySchema)),
    ensureHistory: () => asked(() => ensureHistory(client, historySchema)),
    apply: (work) =>
      asked(() =>
        applyFile(
          client,
          work,
          { historySchema, runner, revision: work.revision },
          {
            open,
            onWorker: (next) => {
              worker = next;
            },
            onUnknownCommit: (transactionId) => unknownCommits.add(transactionId),
          },
        ),
      ),
    recordFailure: ({ migration, revision }, failure) =>
      asked(async () => {
        await client.run('discard all');
        await client.run(failedMessage(migration, { historySchema, runner, revision }, failure));
      }),
    recordHeld: ({ migration, revision }, because) =>
      asked(async () => {
        const origin = { historySchema, runner, revision };
        await client.run('discard all');
        await client.run(heldMessage(migration, origin, because));
      }),
    recordBaseline: ({ migration, revision }) =>
      asked(async () => {
        await client.run(baselinedMessage(migration, { historySchema, runner, revision }));
      }),
    cancel: () => {
      worker.cancel();
    },
    close: () => client.close(),
  };
}

/** Whatever the server says of our own statements, in our own errors. */
async function translating<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error, client.target, client.database);
  }
}
