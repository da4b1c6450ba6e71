import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock } from '../../core/proof/database/proof-database.js';
import type { Client } from '../wire/client.js';
import { readLocks } from './witness.js';

export interface Watchers {
  /** Looks, and is in no transaction meanwhile. */
  readonly looking: Client;
  /** Two clients that hold locks in turn. */
  readonly holding: readonly [Client, Client];
}

/**
 * Which locks the backend `pid` takes on tables while `work` goes on, even those it releases with a commit in between.
 * Polling would miss some, and different ones at each run. So a transaction holds a lock on every table that each notable
 * lock has to wait for, and while the backend waits, its granted and requested locks are read. Before that transaction ends,
 * another takes its place, with the lock of a writer: each later phase waits for that one.
 */
export async function watchLocks<T>(
  pid: number,
  { looking, holding: [one, other] }: Watchers,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly locks: readonly Lock[] }> {
  const seen = new Map<string, Lock>();
  let [holder, next] = [one, other];
  await hold(holder, 'share update exclusive');
  let isOver = false;
  const over = work().finally(() => {
    isOver = true;
  });
  // It is reported at the end; until then nothing handles it.
  over.catch(() => undefined);
  try {
    while (await waitsFor(looking, pid, holder, () => isOver)) {
      for (const lock of await readLocks(looking, pid)) seen.set(`${lock.oid} ${lock.mode}`, lock);
      await hold(next, 'row exclusive');
      await holder.run('rollback');
      [holder, next] = [next, holder];
    }
  } finally {
    // Whatever happened, nothing may go on waiting.
    await Promise.allSettled([one.run('rollback'), other.run('rollback')]);
    await Promise.allSettled([over]);
  }
  return { result: await over, locks: [...seen.values()] };
}

/** A lock that is not available at once is skipped: a session waits for a stronger one, and that has been seen. */
async function hold(client: Client, mode: string): Promise<void> {
  await client.run(`begin; do $$
declare wanted text;
begin
  for wanted in select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.oid >= 16384 and n.nspname !~ '^pg_' order by c.oid limit ${mostTables}
  loop
    begin
      execute 'lock table only ' || wanted || ' in ${mode} mode nowait';
    exception when lock_not_available or insufficient_privilege or undefined_table then null;
    end;
  end loop;
end $$`);
}

/** The server has room for 6,400 locks by default. */
const mostTables = 1_000;

/** False once the work is over. */
async function waitsFor(
  looking: Client,
  pid: number,
  holder: Client,
  isOver: () => boolean,
): Promise<boolean> {
  while (!isOver()) {
    const [rows] = await looking.run(
      `select ${holder.facts.pid} = any (pg_catalog.pg_blocking_pids(${pid})) as waits`,
    );
    if (rows?.[0]?.['waits'] === true) return true;
    await sleep(1);
  }
  return false;
}
