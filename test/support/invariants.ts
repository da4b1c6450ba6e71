import type postgres from 'postgres';
import { expect } from 'vitest';

/**
 * Files whose effects are not idempotent, so that a second execution of any of them shows: each appends its number to a
 * table that the first one makes. `table` lets several sets of them live in one database.
 */
export function countingFiles(table = 'effects'): Readonly<Record<string, string>> {
  return {
    'a/001_make.sql': `create table ${table} (n int not null, at timestamptz not null default clock_timestamp());`,
    'a/002_two.sql': `insert into ${table} values (2);`,
    'a/003_three.sql': `insert into ${table} values (3);\ninsert into ${table} values (33);`,
  };
}

/** I1 to I3 of the fault list: each effect of `countingFiles` once, with its row, in order. */
export async function expectWhole(
  sql: postgres.Sql,
  { table = 'effects', historySchema = 'pgm' } = {},
): Promise<void> {
  const effects = await sql`select n from ${sql(table)} order by at`;
  expect(effects.map(({ n }) => Number(n))).toEqual([2, 3, 33]);
  const rows = await sql`
    select filename, state, applied_checksum = checksum as same
    from ${sql(historySchema)}.migrations order by 1`;
  expect(rows).toEqual(
    Object.keys(countingFiles()).map((path) => ({
      filename: path.slice('a/'.length),
      state: 'applied',
      same: true,
    })),
  );
  const [applied] = await sql`
    select count(*)::int as n from ${sql(historySchema)}.attempts where outcome = 'applied'`;
  expect(applied).toEqual({ n: 3 });
}

/** I8: settles when no session of that runner is left on the server, and so no lock and no transaction of it. */
export async function expectNobodyLeft(
  sql: postgres.Sql,
  host = 'test',
  { withinMs = 60_000 } = {},
): Promise<void> {
  await expect
    .poll(
      () => sql`
        select pid, state, query from pg_stat_activity
        where datname = current_database() and application_name like ${`pgm/% ${host}`}`,
      { timeout: withinMs },
    )
    .toEqual([]);
}
