import type postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import type { MigrationFailure } from '../../src/core/failure/failure.js';
import type { MigrationStanding } from '../../src/core/run/compare.js';
import { createDatabase, type Database } from '../support/database.js';
import { migrateFiles, type Ran, type Target } from '../support/run.js';

export type Files = Readonly<Record<string, string>>;

/** One history in the database that all tests of a file share, and a schema `name` for what its migrations make. */
export interface Trial {
  readonly name: string;
  readonly sql: postgres.Sql;
  readonly target: Target;
  run(files: Files, signal?: AbortSignal): Promise<Ran>;
  /** State and number of tries of each row of the history: `a/001_x.sql applied 1`. */
  history(): Promise<readonly string[]>;
}

/** Gives the function that begins a trial; a database costs more than a run, so there is one for all of them. */
export function useTrials(): () => Promise<Trial> {
  let database: Database;
  let count = 0;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());
  return async () => {
    count += 1;
    const name = `trial_${count}`;
    await database.sql`create schema ${database.sql(name)}`;
    return beginTrial(name, database);
  };
}

function beginTrial(name: string, { name: databaseName, sql }: Database): Trial {
  const target = { database: databaseName, historySchema: `history_${name}` };
  return {
    name,
    sql,
    target,
    run: (files, signal) => migrateFiles(files, target, signal),
    history: async () => {
      const rows = await sql`
        select schema || '/' || filename || ' ' || state || ' ' || attempts as line
        from ${sql(target.historySchema)}.migrations order by 1`;
      return rows.map(({ line }) => String(line));
    },
  };
}

/** The state of each migration after a run: `a/001_x.sql applied`. */
export function statesOf({ report }: Ran): readonly string[] {
  return report.statuses.map(({ key, state }) => `${key} ${state}`);
}

/** Why the file failed. Throws when it did not. */
export function failureOf({ report }: Ran, key: string): MigrationFailure {
  const status: MigrationStanding | undefined = report.statuses.find((each) => each.key === key);
  if (status === undefined || status.failure === null)
    throw new Error(`${key} is ${status?.state ?? 'not there'}`);
  return status.failure;
}

/** The keys that a run applied, in order. */
export function appliedIn({ report }: Ran): readonly string[] {
  return report.applied.map(({ key }) => key);
}
