import type { FailedPart, ProofSession } from '../../core/proof/database/proof-database.js';
import type { ServerError } from '../../core/failure/server-error.js';
import type { Piece } from '../../core/statements/sql-reading.js';
import { attempt, placeOfOne, sendPiece } from '../apply/write-together.js';
import { readCatalog } from '../catalog/read-catalog.js';
import { readSchema } from '../catalog/read-schema.js';
import type { Client } from '../wire/client.js';
import { translating } from '../session.js';
import { readContents } from './contents.js';
import { fillTables } from './fill-tables.js';
import { readLastWriters } from '../catalog/last-writers.js';
import { type Watchers, watchLocks } from './watch-locks.js';
import { watchRewrites } from './watch-rewrites.js';
import { readLockTimeout, readRelations, readWitness } from './witness.js';

interface SessionOptions {
  readonly historySchema: string;
  readonly lockTimeoutMs: number;
}

/** `watchers`: other backends on the same server, opened when they are first needed. */
export function proofSessionOf(
  client: Client,
  watchers: () => Promise<Watchers>,
  { historySchema, lockTimeoutMs }: SessionOptions,
): ProofSession {
  const asked = <T>(work: () => Promise<T>): Promise<T> => translating(client, work);
  const run = (statement: string): Promise<void> =>
    asked(() => client.run(statement, null).then(() => undefined));
  let isOpen = false;
  return {
    begin: (own) => {
      isOpen = true;
      return run(`begin; set local lock_timeout = ${own ?? lockTimeoutMs}`);
    },
    run: (sql, piece) => asked(() => runPart(client, sql, piece)),
    checkDeferred: () => asked(() => answered(client, checkDeferred)),
    tryDeferred: () => asked(() => tryDeferred(client)),
    commit: () => {
      isOpen = false;
      return asked(() => answered(client, 'commit'));
    },
    rollback: () => {
      isOpen = false;
      return run('rollback');
    },
    mark: () => run('savepoint pgm_proof'),
    goBack: () => run(`rollback to savepoint pgm_proof; ${endOfSession}`),
    reset: () => run('discard all'),
    relations: () => asked(() => readRelations(client)),
    witness: (all = false) => asked(() => readWitness(client, all)),
    watchRewrites: () => asked(() => watchRewrites(client)),
    lockTimeoutMs: (own) => asked(() => readLockTimeout(client, own ?? lockTimeoutMs)),
    watching: (work) => asked(async () => watchLocks(client.facts.pid, await watchers(), work)),
    catalog: () => asked(() => readCatalog(client, historySchema, isOpen)),
    schema: () => asked(() => readSchema(client, historySchema)),
    lastWriters: () => asked(() => readLastWriters(client)),
    contents: (tables) => asked(() => readContents(client, historySchema, tables)),
    fill: (tables, rows) => asked(() => fillTables(client, tables, rows)),
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

/** Rolling back does not undo these. */
const endOfSession =
  'deallocate all; close all; unlisten *; select pg_catalog.pg_advisory_unlock_all()';

async function runPart(client: Client, sql: string, piece: Piece): Promise<FailedPart | null> {
  const place =
    piece.kind === 'sql'
      ? { start: piece.range.start, starts: piece.starts, prefix: '' }
      : placeOfOne(piece.statement.start);
  const attempted = await attempt(place, () => sendPiece(client, { sql }, piece, ''));
  return attempted.kind === 'done' ? null : attempted;
}

async function answered(client: Client, statement: string): Promise<ServerError | null> {
  const answer = await attempt(null, () => client.run(statement, null));
  return answer.kind === 'done' ? null : answer.error;
}
