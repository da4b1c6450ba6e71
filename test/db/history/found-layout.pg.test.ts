import { describe, expect, test } from 'vitest';
import { historyLayout } from '../../../src/core/run/history.js';
import { onSession } from '../../../src/operations/run/connect.js';
import { databasePort } from '../../support/run.js';
import { statesOf, type Trial, useTrials } from '../../faults/trial.js';

const begin = useTrials();
const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' };

/** What a dump without rows leaves of a history, cut back to what an older layout had. */
async function withoutRows(trial: Trial, cutBack: string): Promise<void> {
  const history = trial.target.historySchema!;
  await trial.run(files);
  await trial.sql.unsafe(
    `truncate PGM.migrations, PGM.attempts, PGM.layout, PGM.intents, PGM.catalogs; ${cutBack}`.replaceAll(
      'PGM',
      history,
    ),
  );
}

describe('a history restored from a dump without rows', () => {
  test.each([
    ['of today', ''],
    ['of layout 3', 'drop table PGM.catalogs'],
    [
      'of layout 2',
      'drop table PGM.intents, PGM.catalogs; alter table PGM.layout drop constraint layout_pkey',
    ],
    [
      'of layout 1',
      `drop table PGM.intents, PGM.catalogs; alter table PGM.layout drop constraint layout_pkey;
       alter table PGM.migrations drop column statements_done`,
    ],
  ])('is taken for a new one and completed: %s', async (_, cutBack) => {
    const trial = await begin();
    await withoutRows(trial, cutBack);
    expect(statesOf(await trial.run(files))).toEqual([
      'a/001_x.sql applied',
      'a/002_x.sql applied',
    ]);
    const versions = await trial.sql.unsafe(
      `select version from ${trial.target.historySchema!}.layout order by 1`,
    );
    expect(versions.map(({ version }) => Number(version))).toEqual(
      Array.from({ length: historyLayout }, (_each, at) => at + 1),
    );
    expect(await trial.history()).toEqual(['a/001_x.sql applied 1', 'a/002_x.sql applied 1']);
  });
});

describe('tables of somebody else in the schema of the history are left alone, and named', () => {
  test.each([
    ['migrations', 'create table PGM.migrations (id int, name text)'],
    ['a view called attempts', 'create view PGM.attempts as select 1 as id'],
    ['intents', 'create table PGM.intents (who text)'],
    ['catalogs', 'create table PGM.catalogs (sku text)'],
    ['layout', 'create table PGM.layout (page text)'],
    ['layout with a version', 'create table PGM.layout (version int)'],
  ])('%s', async (_, sql) => {
    const trial = await begin();
    const history = trial.target.historySchema!;
    await trial.sql.unsafe(`create schema ${history}; ${sql.replaceAll('PGM', history)}`);
    await expect(trial.run(files)).rejects.toThrow(
      `the schema "${history}" has tables of these names that are not a history of pgm`,
    );
    const left = await trial.sql.unsafe(
      `select relname from pg_class where relnamespace = '${history}'::regnamespace and relkind in ('r', 'v')`,
    );
    expect(left).toHaveLength(1);
    // What only looks says the same, and not that all files are pending.
    const looking = onSession(databasePort(trial.target), (session) => session.history());
    await expect(looking).rejects.toThrow(
      `the schema "${history}" has tables of these names that are not a history of pgm`,
    );
  });
});
