import type postgres from 'postgres';
import { expect } from 'vitest';

/**
 * Files whose effects are not idempotent, so that a second execution of any of them shows: each appends its number to a
 * table that the first one makes.
 */
export const countingFiles: Readonly<Record<string, string>> = {
  'a/001_make.sql':
    'create table effects (n int not null, at timestamptz not null default clock_timestamp());',
  'a/002_two.sql': 'insert into effects values (2);',
  'a/003_three.sql': 'insert into effects values (3);\ninsert into effects values (33);',
};

/** I1 to I3 and I8 of the fault list: each effect once, with its row, in order, and nothing left behind on the server. */
export async function expectWhole(sql: postgres.Sql): Promise<void> {
  const effects = await sql`select n from effects order by at`;
  expect(effects.map(({ n }) => Number(n))).toEqual([2, 3, 33]);
  const rows =
    await sql`select filename, state, applied_checksum = checksum as same from pgm.migrations order by 1`;
  expect(rows).toEqual(
    Object.keys(countingFiles).map((path) => ({
      filename: path.slice(2),
      state: 'applied',
      same: true,
    })),
  );
  const applied = await sql`select count(*)::int as n from pgm.attempts where outcome = 'applied'`;
  expect(applied).toEqual([{ n: 3 }]);
}

/** Settles when no session but ours is in the database: locks and transactions of the dead are gone. */
export async function expectNobodyLeft(sql: postgres.Sql, withinMs = 5_000): Promise<void> {
  await expect
    .poll(
      () => sql`
        select pid, state, application_name from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
      { timeout: withinMs, interval: 25 },
    )
    .toEqual([]);
}
