import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';

/** A role with no rights but those that everybody has. Roles belong to the server: its name is its own. */
const guest = `guest_${randomBytes(6).toString('hex')}`;

let database: Database;
let owner: string;
beforeAll(async () => {
  database = await createDatabase();
  owner = String((await database.sql`SELECT current_user AS name`)[0]?.['name']);
  await database.sql.unsafe(`CREATE ROLE ${guest}`);
});
afterAll(async () => {
  await database.sql.unsafe(`RESET ROLE; DROP OWNED BY ${guest}; DROP ROLE ${guest}`);
  await database.drop();
});

beforeEach(async () => {
  await database.sql
    .unsafe(`RESET ALL; RESET ROLE; DROP SCHEMA IF EXISTS shop, evil CASCADE; DISCARD TEMP;
    CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO ${guest};
    CREATE TABLE shop.orders (id int); INSERT INTO shop.orders VALUES (1), (2);
    CREATE SCHEMA evil AUTHORIZATION ${guest};`);
});

/** What the last statement gives, run by the guest; the code of the error if there is one. */
async function asGuest(sql: string): Promise<unknown> {
  const { sql: session } = database;
  await session.unsafe(`SET ROLE ${guest}`);
  try {
    const results = await session.unsafe(sql).simple();
    const rows = (Array.isArray(results[0]) ? results.at(-1) : results) as unknown as object[];
    return Object.values(rows[0] ?? {})[0];
  } catch (error) {
    return (error as { readonly code: string }).code;
  } finally {
    await session.unsafe('RESET ROLE');
  }
}

describe('a SECURITY DEFINER function', () => {
  const definer = (setting: string) =>
    `CREATE FUNCTION shop.note() RETURNS text LANGUAGE sql AS $$ SELECT 'fine' $$;
     CREATE FUNCTION shop.report() RETURNS text LANGUAGE plpgsql SECURITY DEFINER ${setting} AS $$ BEGIN RETURN note(); END $$;`;
  const hijack = `CREATE FUNCTION evil.note() RETURNS text LANGUAGE sql AS $$ SELECT current_user::text $$;
    SET search_path = evil; SELECT shop.report();`;

  test('without search_path runs what the caller puts in its way, as its owner', async () => {
    await database.sql.unsafe(definer(''));
    expect(await asGuest(hijack)).toBe(owner);
  });

  test('with one runs its own', async () => {
    await database.sql.unsafe(definer('SET search_path = shop, pg_temp'));
    expect(await asGuest(hijack)).toBe('fine');
  });

  const count = (path: string) =>
    `CREATE FUNCTION shop.total() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${path} AS $$ BEGIN RETURN (SELECT count(*) FROM orders); END $$;`;
  const temporary =
    'CREATE TEMP TABLE orders (id int); GRANT SELECT ON pg_temp.orders TO PUBLIC; SELECT shop.total();';

  test('reads a temporary table of the caller where its path leaves pg_temp out, and not where it is last', async () => {
    await database.sql.unsafe(count('shop'));
    expect(await asGuest(temporary)).toBe(0);
    await database.sql.unsafe('DISCARD TEMP; DROP FUNCTION shop.total()');
    await database.sql.unsafe(count('shop, pg_temp'));
    expect(await asGuest(temporary)).toBe(2);
  });
});

describe('row security', () => {
  const rows = 'SELECT count(*)::int FROM shop.orders';
  beforeEach(() => database.sql.unsafe(`GRANT SELECT, INSERT ON shop.orders TO ${guest}`));

  test('without a policy hides every row from all but the owner, and lets none in', async () => {
    await database.sql.unsafe('ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY');
    expect(await asGuest(rows)).toBe(0);
    expect(await asGuest('INSERT INTO shop.orders VALUES (3)')).toBe('42501');
    expect((await database.sql.unsafe(rows))[0]?.['count']).toBe(2);
  });

  test('that is off makes nothing of a policy', async () => {
    await database.sql.unsafe('CREATE POLICY none ON shop.orders USING (false)');
    expect(await asGuest(rows)).toBe(2);
    await database.sql.unsafe('ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY');
    expect(await asGuest(rows)).toBe(0);
  });
});

test('what PUBLIC may, every role may, and REVOKE from that role takes nothing from it', async () => {
  const rows = 'SELECT count(*)::int FROM shop.orders';
  expect(await asGuest(rows)).toBe('42501');
  await database.sql.unsafe('GRANT SELECT ON shop.orders TO PUBLIC');
  expect(await asGuest(rows)).toBe(2);
  await database.sql.unsafe(`REVOKE ALL ON shop.orders FROM ${guest}`);
  expect(await asGuest(rows)).toBe(2);
});
