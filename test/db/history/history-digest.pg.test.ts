import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/run/compare.js';
import { HistoryTooNew, Transient } from '../../../src/core/errors.js';
import { digestIn, digestQuestion } from '../../../src/db/history/history-tables.js';
import { usualPatience } from '../../../src/db/database.js';
import { type Files, type Trial, useTrials } from '../../faults/trial.js';
import { snapshotOf } from '../../support/memory/snapshot.js';
import { Relay } from '../../support/relay.js';
import { databasePort } from '../../support/run.js';
import { testServer } from '../../support/server.js';

const begin = useTrials();

/**
 * What the server says of these files, asked ahead and asked again; comparing them with all that the history holds has to
 * say the same.
 */
async function isInPlace(
  { target }: Trial,
  files: Files,
  schemas: readonly string[] | null = null,
): Promise<boolean> {
  const snapshot = snapshotOf(files, { schemas });
  const session = await databasePort(target).connect({ schemas });
  try {
    const agreement = await session.agreement(snapshot.migrations, schemas);
    const answer = agreement === 'in place';
    expect(await session.agreement(snapshot.migrations, schemas)).toBe(agreement);
    expect(agreement === 'no history').toBe((await session.history()).layout === null);
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

test('to ask where there is no history is no error, which the log of the server would show', async () => {
  const { sql, target } = await begin();
  const history = target.historySchema ?? '';
  const rows = await sql.unsafe(digestQuestion(history, null)).simple();
  expect(digestIn(rows, history, null)).toEqual({ digest: null, intents: null });
});

describe('asked ahead', () => {
  test('the question travels with the greeting', async () => {
    const trial = await begin();
    await trial.run(files);
    const relay = await Relay.open(testServer());
    const held = relay.holdAt(/server_version[^]*applied_checksum/);
    const connecting = databasePort({ ...trial.target, port: relay.port }).connect({
      schemas: null,
    });
    (await held)();
    const session = await connecting;
    const { migrations } = snapshotOf(files);
    expect(await session.agreement(migrations, null)).toBe('in place');
    // With SCRAM: start-up, two messages for the password, this one. Four round trips in all.
    expect(relay.questions).toBe(1);
    await session.close();
    await relay.close();
  });

  test('what is asked of other schemas then has an answer of its own', async () => {
    const trial = await begin();
    await trial.run(files);
    const session = await databasePort(trial.target).connect({ schemas: null });
    const { migrations } = snapshotOf(filesOfA);
    expect(await session.agreement(migrations, ['a'])).toBe('in place');
    expect(await session.agreement(migrations, null)).toBe('differs');
    await session.close();
  });

  test('the answer holds once: what was applied since is seen', async () => {
    const trial = await begin();
    await trial.run(filesOfA);
    const session = await databasePort(trial.target).connect({ schemas: null });
    const { migrations } = snapshotOf(files);
    expect(await session.agreement(migrations, null)).toBe('differs');
    await trial.run(files);
    expect(await session.agreement(migrations, null)).toBe('in place');
    await session.close();
  });

  test('the answer holds for the history that there was, not for one that was made since', async () => {
    const trial = await begin();
    const session = await databasePort(trial.target).connect({ schemas: null });
    const { migrations } = snapshotOf(files);
    expect(await session.agreement(migrations, null)).toBe('no history');
    await trial.run(files);
    expect(await session.agreement(migrations, null)).toBe('in place');
    await session.close();
  });

  test('a history that somebody has locked does not keep the greeting waiting', async () => {
    const trial = await begin();
    await trial.run(files);
    await trial.sql.begin(async (other) => {
      await other`lock table ${other(trial.target.historySchema ?? '')}.migrations`;
      // Within this the greeting has to be over, and it is what the answer is waited for.
      const patience = { ...usualPatience, messageMs: 5_000 };
      const session = await databasePort({ ...trial.target, patience }).connect({ schemas: null });
      const { migrations } = snapshotOf(files);
      const answer = session.agreement(migrations, null);
      await expect(answer).rejects.toBeInstanceOf(Transient);
      await session.close();
    });
    // It held for the greeting only.
    const session = await databasePort(trial.target).connect({ schemas: null });
    expect(await session.agreement(snapshotOf(files).migrations, null)).toBe('in place');
    await session.close();
  });

  test('what the server refuses it refuses again when it is asked alone, and says why', async () => {
    const trial = await begin();
    await trial.run(files);
    const history = trial.target.historySchema ?? '';
    await trial.sql`alter table ${trial.sql(history)}.migrations rename column filename to file`;
    const session = await databasePort(trial.target).connect({ schemas: null });
    expect((await session.facts()).version).toMatch(/^\d/);
    const { migrations } = snapshotOf(files);
    await expect(session.agreement(migrations, null)).rejects.toThrow(/"filename"/);
    await session.close();
  });
});

test('what a newer pgm laid out is not looked into', async () => {
  const trial = await begin();
  await trial.run(files);
  await trial.sql`insert into ${trial.sql(trial.target.historySchema ?? '')}.layout (version) values (99)`;
  await expect(isInPlace(trial, files)).rejects.toBeInstanceOf(HistoryTooNew);
});
