import type postgres from 'postgres';
import { type BackfillCase, backfillCases } from './backfill-cases.js';
import { type Fingerprint, fingerprint } from './fingerprint.js';
import { apply, arrivalOf, filesOf } from './pact-files.js';
import { listPlaces, type ListedTable } from './pact-tables.js';

/** What filling makes of a row. */
export interface Filled {
  readonly environment: string | null;
  readonly location: string | null;
  readonly updated_at: string;
}

export type FilledRows = Readonly<Record<string, Filled>>;

/** What was seen while the files of a schema came in upon rows of one table. */
export interface Story {
  /** After the first fill. */
  readonly filled: FilledRows;
  /** What the listing functions gave then. */
  readonly environments: readonly unknown[];
  readonly locations: readonly unknown[];
  /** After the last file. */
  readonly end: FilledRows;
  readonly endPrint: Fingerprint;
  readonly secondPassPrint: Fingerprint;
}

/** The rows of a story, with what their metadata says; `setBySomebody` with what was set. */
export interface Cast {
  /** There before the columns. */
  readonly old: readonly BackfillCase[];
  /** One of those, to which somebody gives an environment and a location of his own before the fill. */
  readonly setBySomebody: BackfillCase;
  /** Written after the first fill, by a server that does not know the columns. */
  readonly late: readonly BackfillCase[];
  /** Written so after the last fill that comes before the checks. */
  readonly stragglers: readonly BackfillCase[];
}

/** The rows of the story of that table; the same in every run. */
export function castOf({ schema }: ListedTable): Cast {
  const old = backfillCases[schema];
  const like = (environment: boolean, location: boolean, name: string): BackfillCase => {
    const found = old.find(
      (one) => (one.environment !== null) === environment && (one.location !== null) === location,
    )!;
    return { ...found, name };
  };
  return {
    old,
    setBySomebody: { ...like(true, true, 'set'), environment: 'mine', location: 'here' },
    late: [
      like(true, true, 'late'),
      like(true, true, 'late and blank'),
      like(false, false, 'late and silent'),
    ],
    // The location of a straggler has to wait for the next run, so theirs say none.
    stragglers: [like(true, false, 'straggler'), like(false, false, 'silent straggler')],
  };
}

/**
 * Lets the files of the table's schema come in, inserts the cast on the way and says what became of it. `sql` is a new
 * database; rejects when a file fails.
 */
export async function tellBackfill(sql: postgres.Sql, at: ListedTable): Promise<Story> {
  const { old, setBySomebody, late, stragglers } = castOf(at);
  const arrival = arrivalOf(sql, at.schema);
  await arrival.through(`create_${at.versions}_table`);
  await insertOld(sql, at, [...old, setBySomebody]);
  await arrival.through('add_environment_and_location_columns');
  await setPlace(sql, at, 'set', { environment: 'mine', location: 'here' });
  await arrival.before('insert_test_data');
  const filled = await filledRows(sql, at);
  const environments = await listPlaces(sql, at, 'environments');
  const locations = await listPlaces(sql, at, 'locations');
  await insertOld(sql, at, late);
  await setPlace(sql, at, 'late and blank', { environment: '  ', location: null });
  await arrival.through('backfill_environment_and_location');
  await insertOld(sql, at, stragglers);
  await arrival.rest();
  const end = await filledRows(sql, at);
  const endPrint = await fingerprint(sql);
  await apply(sql, filesOf(at.schema));
  const secondPassPrint = await fingerprint(sql);
  return { filled, environments, locations, end, endPrint, secondPassPrint };
}

/** Inserts rows as a server does that does not know the columns; their `updated_at` is 77. */
export async function insertOld(
  sql: postgres.Sql,
  at: ListedTable,
  rows: readonly Pick<BackfillCase, 'name' | 'metadata'>[],
): Promise<void> {
  await sql.unsafe(
    `insert into ${at.name} (${at.key}, metadata, updated_at)
     select row ->> 'name', (row ->> 'metadata')::jsonb, 77
     from jsonb_array_elements($1::text::jsonb) as row`,
    [JSON.stringify(rows)],
  );
}

interface Place {
  readonly environment: string;
  readonly location: string | null;
}

async function setPlace(
  sql: postgres.Sql,
  at: ListedTable,
  row: string,
  { environment, location }: Place,
): Promise<void> {
  await sql.unsafe(`update ${at.name} set environment = $2, location = $3 where ${at.key} = $1`, [
    row,
    environment,
    location,
  ]);
}

/** By name, all rows but those that the files bring to test with. */
export async function filledRows(sql: postgres.Sql, at: ListedTable): Promise<FilledRows> {
  const rows = await sql.unsafe<(Filled & { name: string })[]>(
    `select ${at.key} as name, environment, location, updated_at from ${at.name}
     where ${at.key} !~ '^/?pact'`,
  );
  return Object.fromEntries(rows.map(({ name, ...filled }) => [name, filled]));
}
