import { expect } from 'vitest';
import type { Fleet } from '../../fleet/fleet-bench.js';

/** The table that the effects are in; each further file adds its number, so that a second execution shows. */
export const firstFiles: Readonly<Record<string, string>> = {
  'a/000_make.sql':
    'create table effects (n int not null, at timestamptz not null default clock_timestamp());',
};

/** Files whose effects are these numbers, from 1 to 999. */
export function effectFiles(numbers: readonly number[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    numbers.map((n) => [
      `a/${String(n).padStart(3, '0')}.sql`,
      `insert into effects (n) values (${n});`,
    ]),
  );
}

/** Each of the numbers once at each target, in order, and each with its row. */
export async function expectOnceEverywhere(
  fleet: Fleet,
  targets: readonly string[],
  numbers: readonly number[],
): Promise<void> {
  for (const target of targets) {
    const [found] = await fleet.ask(
      target,
      (sql) => sql`
        select (select json_agg(n order by at) from effects) as effects,
          (select count(*)::int from pgm.migrations where state = 'applied') as rows,
          (select count(*)::int from pgm.attempts where outcome = 'applied') as attempts`,
    );
    const files = numbers.length + 1;
    expect(found, target).toEqual({ effects: numbers, rows: files, attempts: files });
  }
}

/** No session of pgm is left in any database of the fleet. */
export async function expectNobodyLeftIn(fleet: Fleet, target: string): Promise<void> {
  const like = `${fleet.database('').replaceAll('_', '\\_')}%`;
  await fleet.ask(target, (sql) =>
    expect
      .poll(
        () => sql`select datname, query from pg_stat_activity
          where datname like ${like} and application_name like 'pgm/%'`,
      )
      .toEqual([]),
  );
}
