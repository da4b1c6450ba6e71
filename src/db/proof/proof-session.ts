import type { ProofSession } from '../../core/proof/database/proof-database.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { prepare } from '../apply/apply-outside.js';
import { attempt } from '../apply/write-together.js';
import { readCatalog } from '../catalog/read-catalog.js';
import { readSchema } from '../catalog/read-schema.js';
import type { Client } from '../wire/client.js';
import { translating } from '../session.js';
import { readContents } from './contents.js';
import { fillTables } from './rows/fill-tables.js';
import { readLastWriters } from '../catalog/last-writers.js';
import { look } from './look.js';
import type { ProofBackend } from './proof-backend.js';
import { ProofTransaction, type SessionOptions } from './proof-transaction.js';
import { type Watchers, watchLocks } from './watch-locks.js';
import { watchRewrites } from './watch-rewrites.js';
import { greatestOid, readLockTimeout, readRelations, readWitness } from './witness.js';

/** `watchers`: other backends on the same server, opened when they are first needed. */
export function proofSessionOf(
  own: ProofBackend,
  watchers: () => Promise<Watchers>,
  options: SessionOptions,
): ProofSession {
  const asked: Asked = (work) => translating(own.client, () => work(own.client));
  const transaction = new ProofTransaction(own, options);
  const inTransaction = <T>(work: () => Promise<T>): Promise<T> => translating(own.client, work);
  return {
    begin: (file, again = false) => inTransaction(() => transaction.begin(file, again)),
    prepare: (file) => {
      transaction.take(file);
      const lockTimeoutMs = file.lockTimeoutMs ?? options.lockTimeoutMs;
      return asked((client) => prepare(client, { lockTimeoutMs }));
    },
    run: (sql, piece) => {
      transaction.sequences.run();
      return asked(() => own.send(sql, piece));
    },
    checkDeferred: () => asked((client) => answered(client, checkDeferred)),
    tryDeferred: () => asked(tryDeferred),
    commit: () => inTransaction(() => transaction.commit()),
    rollback: () => inTransaction(() => transaction.rollback()),
    mark: () => inTransaction(() => transaction.mark()),
    goBack: () => inTransaction(() => transaction.goBack()),
    reset: () =>
      own.isWorn
        ? own.replace()
        : asked((client) => client.run('discard all', null).then(() => undefined)),
    ...looking(asked, transaction, options),
    ...reading(asked, watchers, options),
  };
}

/** Passes the backend to `work`, and translates the server's errors. */
type Asked = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

/** What is read whatever the file has set. */
function looking(
  asked: Asked,
  transaction: ProofTransaction,
  { historySchema }: SessionOptions,
): Pick<ProofSession, 'catalog' | 'contents'> {
  const asNew: Asked = (work) => asked((client) => look(client, transaction.isOpen, work));
  return {
    catalog: () => asNew((client) => readCatalog(client, historySchema, true)),
    contents: (tables) => asNew((client) => readContents(client, historySchema, tables)),
  };
}

type Reading =
  | 'relations'
  | 'witness'
  | 'watchRewrites'
  | 'watching'
  | 'lockTimeoutMs'
  | 'schema'
  | 'lastWriters'
  | 'fill';

/** What is the same inside a transaction and outside. */
function reading(
  asked: Asked,
  watchers: () => Promise<Watchers>,
  { historySchema, lockTimeoutMs }: SessionOptions,
): Pick<ProofSession, Reading> {
  return {
    lockTimeoutMs: (own) => asked((client) => readLockTimeout(client, own ?? lockTimeoutMs)),
    watching: (work) =>
      asked(async (client) => watchLocks(client.facts.pid, await watchers(), work)),
    relations: () => asked(readRelations),
    witness: (all = false, upTo = greatestOid) =>
      asked((client) => readWitness(client, { all, upTo })),
    watchRewrites: () => asked(watchRewrites),
    schema: () => asked((client) => readSchema(client, historySchema)),
    lastWriters: () => asked(readLastWriters),
    fill: (tables, rows) => asked((client) => fillTables(client, tables, rows)),
  };
}

const checkDeferred = 'set constraints all immediate';

/** Rolling back a subtransaction restores the deferred checks. */
async function tryDeferred(client: Client): Promise<ServerError | null> {
  await client.run('savepoint pgm_deferred', null);
  const error = await answered(client, checkDeferred);
  await client.run('rollback to savepoint pgm_deferred; release savepoint pgm_deferred', null);
  return error;
}

async function answered(client: Client, statement: string): Promise<ServerError | null> {
  const answer = await attempt(null, () => client.run(statement, null));
  return answer.kind === 'done' ? null : answer.error;
}
