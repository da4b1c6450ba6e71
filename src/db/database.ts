import type { ConnectionSettings } from '../core/connection.js';
import { describeTarget } from '../core/connection.js';
import type { Database, LockAttempt, Runner, Session } from '../core/ports.js';
import { applyFile } from './apply-file.js';
import { Client } from './client.js';
import { ensureDatabase } from './create-database.js';
import { ensureHistory } from './ensure-history.js';
import { translate } from './errors.js';
import { findLockHolder, tryLock } from './lock.js';
import { readAttempts, readHistory } from './read-history.js';
import { failedMessage } from './record.js';

export interface DatabaseOptions {
  readonly settings: ConnectionSettings;
  readonly historySchema: string;
  readonly runner: Runner;
}

/** The real database behind the `Database` port. Opens nothing before it is asked. */
export function openDatabase(options: DatabaseOptions): Database {
  const { settings, historySchema, runner } = options;
  const applicationName = `pgm/${runner.version} ${runner.host}`.slice(0, longestName);
  const open = (): Promise<Client> =>
    Client.open({ settings, database: settings.database, applicationName });
  return {
    target: describeTarget(settings),
    name: settings.database,
    ensure: () => ensureDatabase({ settings, applicationName }),
    connect: async () => sessionOf(await open(), options),
    tryLock: async (): Promise<LockAttempt> => {
      const client = await open();
      return translating(client, () => tryLock(client, historySchema));
    },
  };
}

/** PostgreSQL cuts names at 63 bytes with a NOTICE; we cut first. */
const longestName = 63;

function sessionOf(client: Client, { historySchema, runner }: DatabaseOptions): Session {
  const asked = <T>(work: () => Promise<T>): Promise<T> => translating(client, work);
  return {
    facts: () => Promise.resolve(client.facts),
    history: () => asked(() => readHistory(client, historySchema)),
    attempts: (limit) => asked(() => readAttempts(client, historySchema, limit)),
    lockHolder: () => asked(() => findLockHolder(client, historySchema)),
    ensureHistory: () => asked(() => ensureHistory(client, historySchema)),
    apply: (work) =>
      asked(() => applyFile(client, work, { historySchema, runner, revision: work.revision })),
    recordFailure: ({ migration, revision }, failure) =>
      asked(async () => {
        await client.run('discard all');
        await client.run(failedMessage(migration, { historySchema, runner, revision }, failure));
      }),
    cancel: () => {
      client.cancel();
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
