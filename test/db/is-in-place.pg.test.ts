import { describe, expect, test } from 'vitest';
import { compare } from '../../src/core/compare.js';
import { HistoryTooNew } from '../../src/core/errors.js';
import { type Files, type Trial, useTrials } from '../faults/trial.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { databasePort } from '../support/run.js';

const begin = useTrials();

/** What the server says of these files; comparing them with all that the history holds has to say the same. */
async function isInPlace(
  { target }: Trial,
  files: Files,
  schemas: readonly string[] | null = null,
): Promise<boolean> {
  const snapshot = snapshotOf(files, { schemas });
  const session = await databasePort(target).connect();
  try {
    const history = await session.historyUnlessInPlace(snapshot.migrations, schemas);
    const answer = history === null;
    expect(history ?? (await session.history())).toEqual(await session.history());
    const statuses = compare(snapshot, await session.history(), schemas);
    expect(statuses.every(({ state }) => state === 'applied')).toBe(answer);
    return answer;
  } finally {
    await session.close();
  }
}

const files = { 'a/1_x.sql': 'select 1;', 'a/2_x.sql': 'select 2;', 'b/1_x.sql': 'select 3;' };
const { 'b/1_x.sql': ofB, ...filesOfA } = files;

describe('what the history has as applied', () => {
  test('is in place when it is just what the files say', async () => {
    const trial = await begin();
    await trial.run(files);
    expect(await isInPlace(trial, files)).toBe(true);
  });

  test.each<[string, Files]>([
    ['one is edited', { ...files, 'a/2_x.sql': 'select 22;' }],
    ['one is new', { ...files, 'a/3_x.sql': 'select 2;' }],
    ['one is missing', filesOfA],
    ['two have changed places', { ...files, 'a/1_x.sql': 'select 2;', 'a/2_x.sql': 'select 1;' }],
    ['all are missing', {}],
  ])('is not when %s', async (_what, others) => {
    const trial = await begin();
    await trial.run(files);
    expect(await isInPlace(trial, others)).toBe(false);
  });

  test('counts only in the schemas that are wanted', async () => {
    const trial = await begin();
    await trial.run({ ...filesOfA, 'b/1_x.sql': 'select nonsense;' });
    expect(await isInPlace(trial, files, ['a'])).toBe(true);
    expect(await isInPlace(trial, files, ['a', 'b'])).toBe(false);
    expect(await isInPlace(trial, { 'b/1_x.sql': ofB }, [])).toBe(true);
  });

  test('is in place without what never came so far', async () => {
    const trial = await begin();
    await trial.run({ ...filesOfA, 'b/1_x.sql': 'select nonsense;' });
    expect(await isInPlace(trial, filesOfA)).toBe(true);
  });

  test('is what a file was reverted to after an edit that failed', async () => {
    const trial = await begin();
    await trial.run(files);
    const edited = { ...files, 'a/1_x.sql': 'select nonsense;' };
    await trial.run(edited);
    expect(await isInPlace(trial, edited)).toBe(false);
    expect(await isInPlace(trial, files)).toBe(true);
  });

  test('is found under any names, in any order of their numbers', async () => {
    const trial = await begin();
    const names = ["1_it's.sql", '2_\\n%s$1.sql', '3_a\nb.sql', '4_🐘.sql', '10_é.sql', '9_ﬁ.sql'];
    const schemas = ['a', 'a$', 'a_', 'ä', 'B'];
    const many = schemas.flatMap((schema) => names.map((name) => `${schema}/${name}`));
    const all = Object.fromEntries(many.map((path, at) => [path, `select ${at};`]));
    await trial.run(all);
    expect(await isInPlace(trial, all)).toBe(true);
  });
});

test('without a history nothing is in place', async () => {
  const trial = await begin();
  expect(await isInPlace(trial, files)).toBe(false);
});

test('what a newer pgm laid out is not looked into', async () => {
  const trial = await begin();
  await trial.run(files);
  await trial.sql`insert into ${trial.sql(trial.target.historySchema ?? '')}.layout (version) values (99)`;
  await expect(isInPlace(trial, files)).rejects.toBeInstanceOf(HistoryTooNew);
});
