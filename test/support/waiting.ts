import { expect } from 'vitest';
import type postgres from 'postgres';

/** The backends in this database that wait for an advisory lock. Another database may use the same number: locks are kept by database. */
export function advisoryWaiters(sql: postgres.Sql): PromiseLike<readonly { pid: number }[]> {
  return sql<{ pid: number }[]>`
    select pid from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
}

/** Settles with the one backend that waits for an advisory lock, when there is one other than `than`. */
export async function waitsForLock(sql: postgres.Sql, than = 0): Promise<number> {
  const look = async (): Promise<readonly number[]> =>
    (await advisoryWaiters(sql)).map(({ pid }) => pid).filter((pid) => pid !== than);
  const found: number[] = [];
  await expect
    .poll(async () => {
      found.splice(0, found.length, ...(await look()));
      return found;
    })
    .toHaveLength(1);
  return found[0] ?? 0;
}
