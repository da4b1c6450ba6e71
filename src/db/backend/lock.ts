import { hash } from 'node:crypto';
import { Transient } from '../../core/errors.js';
import type { RunLock } from '../../core/ports.js';
import type { LockHolder } from '../../core/run/report.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { iso } from '../wire/quote.js';
import { keepalives } from './backends.js';

/** A run lock that can be asked to prove that it is held. */
export interface ConfirmedLock extends RunLock {
  /** Asks the server whether the backend that holds it still exists: true only when nobody else can have held it since. */
  confirm(): Promise<boolean>;
}

/**
 * The run lock, which the server releases when the backend ends. `leave` is called when the lock no longer needs `client`: if
 * that does not close the client, as it is shared, the lock is released. We poll for it and never use the blocking form: a
 * session that waits for an advisory lock holds a snapshot, and CREATE INDEX CONCURRENTLY waits for snapshots, so the two
 * deadlock.
 */
export function runLock(client: Client, historySchema: string, leave: () => void): ConfirmedLock {
  let acquired = false;
  let released = false;
  const isHeld = (): boolean => acquired && !client.lost;
  const assertOpen = (): void => {
    if (released) throw new Transient(`${client.target}: the run lock was released`, null);
  };
  return {
    tryAcquire: async () => {
      assertOpen();
      acquired = await tryLock(client, historySchema);
      return acquired;
    },
    holder: async () => {
      assertOpen();
      return findLockHolder(client, historySchema);
    },
    isHeld,
    confirm: async () => {
      if (isHeld()) await client.run('select 1').catch(() => undefined);
      return isHeld();
    },
    release: () => {
      const wasHeld = isHeld();
      acquired = false;
      released = true;
      leave();
      // No need to wait: the server releases the lock when it reads this, or the Terminate message.
      if (wasHeld && !client.lost) client.run(unlock).catch(() => client.close());
      return Promise.resolve();
    },
  };
}

const unlock = 'select pg_catalog.pg_advisory_unlock_all()';

async function tryLock(client: Client, historySchema: string): Promise<boolean> {
  const key = lockKey(historySchema);
  if (client.facts.pooled) return tryLockInTransaction(client, key);
  const results = await client.run(
    `${forIdleSession}; select pg_catalog.pg_try_advisory_lock(${key}) as held`,
  );
  return isHeldIn(results);
}

/**
 * Behind a pooler a session lock would stay with the pooled backend after we are gone, and lock out every later runner. A
 * transaction keeps its backend, and is rolled back when we are gone; it has no snapshot, so CREATE INDEX CONCURRENTLY
 * does not wait for it. It also excludes runners with the session lock: both share one key space.
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

/** A signed 64-bit key from the name of the history schema: two history schemas in one database do not wait for each other. */
function lockKey(historySchema: string): string {
  return Buffer.from(hash('sha256', `pgm run ${historySchema}`, 'hex'), 'hex')
    .readBigInt64BE(0)
    .toString();
}

const keepaliveSettings = keepalives.map(([name, value]) => `${name} = ${value}`);

/**
 * For a session that holds a lock and is idle for as long as a run takes. If its machine is gone, it must not keep the
 * lock for the two hours of the kernel's default; and an `idle_session_timeout` was not meant for this session.
 */
export const forIdleSession = [...keepaliveSettings, 'idle_session_timeout = 0']
  .map((setting) => `set ${setting}`)
  .join('; ');

/** The same for a transaction, which the server would end for being idle, or since PostgreSQL 17 for running too long. */
export const withoutTimeouts = `${keepaliveSettings.map((setting) => `set local ${setting}`).join('; ')};
select pg_catalog.set_config(name, '0', true) from pg_catalog.pg_settings
where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`;
