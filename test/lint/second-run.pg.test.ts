import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, filesOf } from '../../src/core/lint/rule-text.js';
import { lintRuleNames } from '../../src/core/statements/rule-names.js';
import { rules } from '../../src/lint/rules/list.js';
import { createDatabase, type Database } from '../support/database.js';
import { testServer } from '../support/server.js';
import { worldOf } from './second-run/world.js';

/** An earlier file that runs again alone is another story: `verify` tells it. */
const told = lintRuleNames['second-run'].filter((name) => name !== 'undone-by-earlier-file');
const role = `reader_${process.pid}`;

let database: Database;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** The last file of an example is the one that runs twice. */
function textsOf(example: Example): readonly string[] {
  return Object.values(filesOf(example)).map((sql) => sql.replaceAll('reader', role));
}

/** What it cannot run here: it runs once, needs rows from the client or another server, or is for a younger one. */
function isToRun(example: Example): boolean {
  const sql = textsOf(example).join('\n');
  const isOld = Number(testServer().version.split('.')[0]) < 15;
  return !/pgm:once|FROM STDIN|IMPORT FOREIGN/.test(sql) && !(isOld && sql.startsWith('MERGE'));
}

/** What the second run does: an error, something else than the first left, or nothing. */
async function secondRun(example: Example): Promise<'fails' | 'changes' | 'nothing'> {
  const { sql } = database;
  const files = textsOf(example);
  const last = files.at(-1) ?? '';
  try {
    await sql.unsafe(
      `CREATE SCHEMA lint; SET search_path = lint; ${worldOf(files.join('\n'), role)}`,
    );
    for (const file of files) await sql.unsafe(file);
    await sql.unsafe('DISCARD TEMP');
    const before = await contents();
    const failure = await sql.unsafe(last).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure !== null) return 'fails';
    await sql.unsafe('DISCARD TEMP');
    return (await contents()) === before ? 'nothing' : 'changes';
  } finally {
    await sql.unsafe(
      `ROLLBACK; DISCARD TEMP; DROP PUBLICATION IF EXISTS sales; DROP SCHEMA IF EXISTS lint CASCADE; DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS sales CASCADE; DROP ROLE IF EXISTS ${role}; DROP ROLE IF EXISTS viewer`,
    );
  }
}

/** Rows, constraints and indexes of the schema, as text. */
async function contents(): Promise<string> {
  const { sql } = database;
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'lint'::regnamespace and relkind = 'r' order by 1`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql`select t::text from lint.${sql(name)} as t order by 1`),
  );
  const parts = await sql`
    select conname from pg_constraint where connamespace = 'lint'::regnamespace
    union all select relname from pg_class where relnamespace = 'lint'::regnamespace and relkind = 'i'
    order by 1`;
  return JSON.stringify([tables, rows, parts]);
}

describe.each(told.map((name) => ({ name })))('a real server agrees with $name', ({ name }) => {
  const { bad, good } = rules[name].examples;
  const of = (examples: readonly Example[]) =>
    examples.filter(isToRun).map((example) => ({ example }));

  test.each(of(bad))('that a second run fails or changes something: $example', async (each) => {
    expect(await secondRun(each.example)).not.toBe('nothing');
  });

  test.each(of(good))('that a second run does nothing: $example', async (each) => {
    expect(await secondRun(each.example)).toBe('nothing');
  });
});
