import { describe, expect, test } from 'vitest';
import { newerFunctions, newerSettings, newerSyntax } from '../../../../src/core/grammar/newer.js';
import { findingsOf } from '../../../support/lint.js';
import { syntaxExamples } from './syntax-examples.js';

const isNewer = async (sql: string, postgres: number): Promise<boolean> => {
  const found = await findingsOf(sql, { postgres });
  return found.some((line) => line.endsWith(' needs-newer-postgres'));
};

describe.each(Object.entries(newerSyntax))('%s', (name, since) => {
  const [, statement] = syntaxExamples[name as keyof typeof newerSyntax];

  test(`is found for PostgreSQL ${since - 1}, and is fine for ${since}`, async () => {
    expect(await isNewer(statement, since - 1)).toBe(true);
    expect(await isNewer(statement, since)).toBe(false);
  });
});

test.each(Object.entries(newerFunctions))('the function %s', async (name, since) => {
  expect(await isNewer(`SELECT ${name}(x) FROM t;`, since - 1)).toBe(true);
  expect(await isNewer(`SELECT ${name}(x) FROM t;`, since)).toBe(false);
  expect(await isNewer(`SELECT own.${name}(x) FROM t;`, 14)).toBe(false);
});

test.each(Object.entries(newerSettings))('the setting %s', async (name, since) => {
  expect(await isNewer(`SET ${name} = 0;`, since - 1)).toBe(true);
  expect(await isNewer(`SET ${name} = 0;`, since)).toBe(false);
});

describe('what 14 knows is fine', () => {
  test.each([
    'CREATE TABLE IF NOT EXISTS t (a int NOT NULL, b int CONSTRAINT n NOT NULL, c int GENERATED ALWAYS AS (a) STORED, d int GENERATED ALWAYS AS IDENTITY, e int REFERENCES r ON DELETE SET NULL, CHECK (a > 0), UNIQUE (a), FOREIGN KEY (a) REFERENCES r DEFERRABLE);',
    'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a NULLS FIRST) INCLUDE (b) WHERE b > 0;',
    'CREATE STATISTICS IF NOT EXISTS s ON a, b FROM t;',
    "SELECT json_object('{a,1}'), random(), now() AT TIME ZONE 'UTC', x.* FROM (SELECT 1) AS x;",
    'INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING RETURNING a, t.b;',
    'ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL, ALTER COLUMN a SET STATISTICS 5, ALTER CONSTRAINT c DEFERRABLE;',
    'CREATE OR REPLACE RULE r AS ON UPDATE TO v DO INSTEAD UPDATE t SET a = new.a RETURNING new.a;',
    'CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (id) VALUES (1) RETURNING new.id; RETURN new; END $$;',
    'GRANT SELECT, INSERT ON t TO a;',
    'GRANT a TO b WITH ADMIN OPTION;',
    "COPY t FROM '/f' (FORMAT csv, HEADER true);",
    'CREATE SEQUENCE IF NOT EXISTS s;',
    'CREATE PUBLICATION p FOR TABLE t;',
    'SET lock_timeout = 0;',
  ])('%s', async (sql) => {
    expect(await isNewer(sql, 14)).toBe(false);
  });
});

describe('within', () => {
  test('a DO block, a function and EXECUTE it is found, at its place', async () => {
    expect(
      await findingsOf('DO $$ BEGIN\n  DELETE FROM t WHERE a = uuidv7(); END $$;', {
        postgres: 17,
      }),
    ).toContain('public/001_example.sql:2:27 needs-newer-postgres');
    const routine =
      'CREATE OR REPLACE FUNCTION f() RETURNS uuid LANGUAGE plpgsql AS $$ BEGIN\n  INSERT INTO t VALUES (uuidv7()); END $$;';
    expect(await findingsOf(routine, { postgres: 17 })).toContain(
      'public/001_example.sql:2:25 needs-newer-postgres',
    );
    expect(await isNewer("DO $$ BEGIN EXECUTE 'SELECT uuidv7()'; END $$;", 17)).toBe(true);
  });

  test('IF that asks for the version it is fine', async () => {
    for (const asked of [
      "current_setting('server_version_num')::int >= 180000",
      'number >= 180000',
      "version() LIKE 'PostgreSQL 18%'",
    ]) {
      expect(
        await isNewer(`DO $$ BEGIN IF ${asked} THEN PERFORM uuidv7(); END IF; END $$;`, 14),
      ).toBe(false);
    }
    expect(await isNewer('DO $$ BEGIN IF true THEN PERFORM uuidv7(); END IF; END $$;', 14)).toBe(
      true,
    );
  });
});
