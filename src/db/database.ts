import type { ConnectionSettings } from '../core/connection.js';
import { describeTarget } from '../core/connection.js';
import type { Database, Runner, Session } from '../core/ports.js';
import { applyFiles } from './apply-files.js';
import { openBackends } from './backends.js';
import type { Client, Orphan } from './client.js';
import { ensureDatabase } from './create-database.js';
import { dial } from './dial.js';
import { ensureHistory, makeHistory } from './ensure-history.js';
import { serverErrorOf } from './errors.js';
import { HistoryTables } from './history-tables.js';
import { type ConfirmedLock, findLockHolder, type Gate, runLock } from './lock.js';
import { type Patience, usualPatience } from './patience.js';
import { readAgreement, readAttempts, readHistory } from './read-history.js';
import { digestQuestion } from './history-digest.js';
import { translateAsking } from './read-only.js';
import { baselinedMessage, failedMessage, heldMessage } from './record.js';
import { endsByItself, settleCommit } from './settle-commit.js';

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
  const firstQuestions = { mayGoAhead: true };
  const way = { settings, applicationName, historySchema, patience, firstQuestions };
  const { open, endOrphans, doom, awaitDoomed, awaitEnds } = openBackends((own) =>
    dial({ ...way, ...own, database: settings.database }),
  );
  const unknownCommits = new Set<string>();
  let held: ConfirmedLock | null = null;
  const holdsRunLock = async (): Promise<boolean> => (await held?.confirm()) ?? false;
  return {
    target: describeTarget(settings),
    name: settings.database,
    // A backend that is left behind there holds nothing of ours.
    ensure: () => ensureDatabase({ ...way, onOrphan: () => undefined }),
    connect: async (ahead) => {
      const question = ahead === undefined ? null : digestQuestion(historySchema, ahead.schemas);
      const client = await open(question);
      await translating(client, async () => {
        await awaitCommits(client, unknownCommits);
        await awaitDoomed(client);
        await endOrphans(client);
        await awaitEnds(client);
        await settleAll(client, unknownCommits);
      });
      const gate = (): Gate | null => held?.gate() ?? null;
      const hooks = { open, holdsRunLock, gate, onUnknownChain: doom };
      const tables = new HistoryTables(client, historySchema, ahead?.schemas);
      return sessionOf(tables, { ...options, ...hooks, unknownCommits });
    },
    openLock: async () => {
      const client = await open();
      const lock = runLock(client, historySchema);
      held = lock;
      return {
        ...lock,
        tryAcquire: () => translating(client, () => lock.tryAcquire()),
        holder: () => translating(client, () => lock.holder()),
      };
    },
  };
}

/** PostgreSQL cuts names at 63 bytes with a NOTICE; we cut first. */
const longestName = 63;

interface SessionOptions extends DatabaseOptions {
  readonly open: () => Promise<Client>;
  readonly holdsRunLock: () => Promise<boolean>;
  readonly gate: () => Gate | null;
  readonly onUnknownChain: (backend: Orphan) => void;
  /** Transactions whose COMMIT was not answered, until somebody has asked how they ended. */
  readonly unknownCommits: Set<string>;
}

/** What is being committed shall not be ended in the middle of it, only because we cannot hear of it. */
async function awaitCommits(client: Client, unknownCommits: Set<string>): Promise<void> {
  for (const transactionId of unknownCommits) {
    if (!(await endsByItself(client, transactionId))) return;
    unknownCommits.delete(transactionId);
  }
}

/** Nothing is read of the history, and so nothing is run again, before every lost COMMIT has ended one way or the other. */
async function settleAll(client: Client, unknownCommits: Set<string>): Promise<void> {
  for (const transactionId of unknownCommits) {
    await settleCommit(client, transactionId);
    unknownCommits.delete(transactionId);
  }
}

function sessionOf(tables: HistoryTables, options: SessionOptions): Session {
  const { client } = tables;
  const { historySchema, runner, unknownCommits } = options;
  const asked = <T>(work: () => Promise<T>): Promise<T> => translating(client, work);
  let worker = client;
  return {
    facts: () => Promise.resolve(client.facts),
    agreement: (migrations, schemas) => asked(() => readAgreement(tables, migrations, schemas)),
    history: () => asked(() => readHistory(tables)),
    attempts: (limit) => asked(() => readAttempts(tables, limit)),
    lockHolder: () => asked(() => findLockHolder(client, historySchema)),
    makeHistory: () => asked(() => makeHistory(tables)),
    ensureHistory: () => asked(() => ensureHistory(tables)),
    apply: (feed) =>
      asked(() =>
        applyFiles(client, feed, {
          ...options,
          onWorker: (next) => {
            worker = next;
          },
          onUnknownCommit: (transactionId) => unknownCommits.add(transactionId),
        }),
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

/** Whatever the server says of our own statements, in our own errors; what went wrong elsewhere, in a feed, is not its saying. */
async function translating<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    throw await translateAsking(error, client);
  }
}
