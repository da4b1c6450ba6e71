import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newerFunctions, newerSettings, newerSyntax } from '../../src/core/grammar/newer.js';
import { createDatabase, type Database } from '../support/database.js';
import { syntaxExamples, syntaxTables } from './rules/portability/syntax-examples.js';

const major = Number(inject('server').version);
let database: Database;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** Whether the server takes a statement, behind what it needs. Nothing of it stays. */
async function takes(before: string, statement: string): Promise<boolean> {
  const { sql } = database;
  const isAlone = /^VACUUM/.test(statement);
  await sql.unsafe(`CREATE SCHEMA own; SET search_path = own; ${syntaxTables}`);
  try {
    if (before !== '') await sql.unsafe(before);
  } catch {
    // What it needs is as new.
    await sql.unsafe('DROP SCHEMA own CASCADE; RESET search_path');
    return false;
  }
  try {
    await sql.unsafe(isAlone ? statement : `BEGIN; ${statement} ROLLBACK;`);
    return true;
  } catch {
    return false;
  } finally {
    if (!isAlone) await sql.unsafe('ROLLBACK');
    await sql.unsafe('DROP SCHEMA own CASCADE; RESET search_path');
  }
}

describe(`PostgreSQL ${major} has`, () => {
  test.each(Object.entries(newerSyntax))('%s, if it is not older than %s', async (name, since) => {
    const [before, statement] = syntaxExamples[name as keyof typeof newerSyntax];
    expect(await takes(before, statement)).toBe(major >= since);
  });

  test('the functions that it has to have, and no others', async () => {
    const rows = await database.sql<{ name: string }[]>`
      select distinct proname::text as name from pg_proc where pronamespace = 'pg_catalog'::regnamespace`;
    const there = new Set(rows.map(({ name }) => name));
    const named = Object.entries(newerFunctions);
    expect(named.filter(([name]) => there.has(name))).toEqual(
      named.filter(([, since]) => since <= major),
    );
  });

  test('the settings that it has to have, and no others', async () => {
    const rows = await database.sql<{ name: string }[]>`select name from pg_settings`;
    const there = new Set(rows.map(({ name }) => name));
    expect(Object.entries(newerSettings).filter(([name]) => there.has(name))).toEqual(
      Object.entries(newerSettings).filter(([, since]) => since <= major),
    );
  });
});
