import { hash, randomBytes } from 'node:crypto';
import type { RunLock } from '../core/ports.js';
import type { LockHolder } from '../core/report.js';
import type { Client, Rows } from './client.js';
import { iso } from './read-history.js';
import { forIdleSession, withoutTimeouts } from './session-settings.js';

/** A run lock that can be asked for proof. */
export interface ConfirmedLock extends RunLock {
  /** Asks the server whether the backend that holds it is there: true only when nobody else can have had it since. */
  confirm(): Promise<boolean>;
  /** Null before it is held, and behind a pooler. */
  gate(): Gate | null;
}

/**
 * A second lock, of which nobody else knows the key, on the same backend: as long as it is taken, that backend is there and
 * files may begin. The server tells so fifty times faster than it finds a backend by its number.
 */
export interface Gate {
  readonly key: string;
  /** True when we were told to begin nothing more; else who finds the lock free has lost the run lock. */
  isClosed(): boolean;
}

/**
 * The run lock on a client of its own, which ends with it: the server gives the lock back when the backend ends, so that
 * ending it is the one way to let go. It is asked for, and never waited for with the blocking form: a session that waits
 * for an advisory lock holds a snapshot, and CREATE INDEX CONCURRENTLY waits for snapshots, so the two deadlock.
 */
export function runLock(client: Client, historySchema: string): ConfirmedLock {
  let acquired = false;
  let closed = false;
  const gate: Gate = { key: keyOf(randomBytes(8)), isClosed: () => closed };
  const isHeld = (): boolean => acquired && !client.lost;
  return {
    tryAcquire: async () => {
      acquired = await tryLock(client, historySchema, gate);
      return acquired;
    },
    holder: () => findLockHolder(client, historySchema),
    isHeld,
    confirm: async () => {
      if (isHeld()) await client.run('select 1').catch(() => undefined);
      return isHeld();
    },
    closeGate: () => {
      closed = true;
      const message = `select pg_catalog.pg_advisory_unlock(${gate.key})`;
      if (isHeld() && !client.facts.pooled) void client.run(message).catch(() => undefined);
    },
    gate: () => (acquired && !client.facts.pooled ? gate : null),
    release: () => {
      // Nothing comes of waiting: the server lets go when it reads the goodbye, which is on its way.
      void client.close();
      return Promise.resolve();
    },
  };
}

async function tryLock(client: Client, historySchema: string, gate: Gate): Promise<boolean> {
  const key = lockKey(historySchema);
  if (client.facts.pooled) return tryLockInTransaction(client, key);
  const results = await client.run(
    // Who waits has neither of the two, so that whoever looks into pg_locks sees one runner with locks.
    `${forIdleSession}; select held, case when held then pg_catalog.pg_try_advisory_lock(${gate.key}) end as opened
from (select pg_catalog.pg_try_advisory_lock(${key}) as held offset 0) as run`,
  );
  return isHeldIn(results);
}

/**
 * Behind a pooler a session's lock would stay with the pooled backend when we are gone, and shut out every runner after
 * us. A transaction keeps its backend, and is rolled back when we are gone; it has no snapshot, so that CREATE INDEX
 * CONCURRENTLY does not wait for it. It keeps out those with the session lock too: there is one room of keys.
 */
async function tryLockInTransaction(client: Client, key: string): Promise<boolean> {
  const held = isHeldIn(
    await client.run(`begin; ${withoutTimeouts};
select pg_catalog.pg_try_advisory_xact_lock(${key}) as held`),
  );
  if (!held) await client.run('rollback');
  return held;
}

function isHeldIn(results: readonly Rows[]): boolean {
  return results.at(-1)?.[0]?.['held'] === true;
}

/** Who holds the run lock of this database, or null. */
export async function findLockHolder(
  client: Client,
  historySchema: string,
): Promise<LockHolder | null> {
  const key = BigInt.asUintN(64, BigInt(lockKey(historySchema)));
  const [rows] = await client.run(`
select a.pid, coalesce(a.application_name, '') as application, coalesce(a.usename, '') as "user",
  ${iso('a.backend_start')} as since
from pg_catalog.pg_locks l
join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 1
  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and l.classid = ${key >> 32n} and l.objid = ${key & 0xffffffffn}`);
  return (rows?.[0] as unknown as LockHolder | undefined) ?? null;
}

/** A signed 64-bit key out of the history schema's name: two history schemas in one database do not wait for each other. */
function lockKey(historySchema: string): string {
  return keyOf(Buffer.from(hash('sha256', `pgm run ${historySchema}`, 'hex'), 'hex'));
}

/** Out of the first eight bytes. */
function keyOf(bytes: Buffer): string {
  return bytes.readBigInt64BE(0).toString();
}
