import type { FailedPart, ProofSession } from '../../core/proof/database/proof-database.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { textOfPiece } from '../../core/statements/judge-file.js';
import type { Piece } from '../../core/statements/sql-reading.js';
import { wearOf } from '../apply/apply-file.js';
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

/** The backend of a proof, and how to get another one in its place. */
export interface ProofBackend {
  client: Client;
  /** DISCARD ALL does not make it what a new one would be. */
  isWorn: boolean;
  readonly open: () => Promise<Client>;
}

async function replace(own: ProofBackend): Promise<void> {
  await own.client.close();
  own.client = await own.open();
  own.isWorn = false;
}

/** `watchers`: other backends on the same server, opened when they are first needed. */
export function proofSessionOf(
  own: ProofBackend,
  watchers: () => Promise<Watchers>,
  options: SessionOptions,
): ProofSession {
  const { historySchema, lockTimeoutMs } = options;
  const asked: Asked = (work) => translating(own.client, () => work(own.client));
  const run = (statement: string): Promise<void> =>
    asked((client) => client.run(statement, null).then(() => undefined));
  let isOpen = false;
  let isWornByCalls = false;
  return {
    begin: (wanted) => {
      isOpen = true;
      return run(`begin; set local lock_timeout = ${wanted ?? lockTimeoutMs}`);
    },
    run: (sql, piece) => {
      // Of the part only: a dump has thousands.
      const wear = piece.kind === 'sql' ? wearOf(textOfPiece(sql, piece)) : 'none';
      isWornByCalls ||= wear === 'callers';
      own.isWorn ||= isWornByCalls || wear !== 'none';
      return asked((client) => runPart(client, sql, piece));
    },
    checkDeferred: () => asked((client) => answered(client, checkDeferred)),
    tryDeferred: () => asked(tryDeferred),
    commit: () => {
      isOpen = false;
      return asked((client) => answered(client, 'commit'));
    },
    rollback: () => {
      isOpen = false;
      return run('rollback');
    },
    mark: () => run('savepoint pgm_proof'),
    goBack: () => run(`rollback to savepoint pgm_proof; ${endOfSession}`),
    reset: () => (own.isWorn ? replace(own) : run('discard all')),
    catalog: () => asked((client) => readCatalog(client, historySchema, isOpen)),
    ...reading(asked, watchers, options),
  };
}

/** Passes the backend to `work`, and translates the server's errors. */
type Asked = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

type Reading =
  | 'relations'
  | 'witness'
  | 'watchRewrites'
  | 'watching'
  | 'lockTimeoutMs'
  | 'schema'
  | 'lastWriters'
  | 'contents'
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
    witness: (all = false) => asked((client) => readWitness(client, all)),
    watchRewrites: () => asked(watchRewrites),
    schema: () => asked((client) => readSchema(client, historySchema)),
    lastWriters: () => asked(readLastWriters),
    contents: (tables) => asked((client) => readContents(client, historySchema, tables)),
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
