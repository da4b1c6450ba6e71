import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../support/lint.js';

const definer = (path: string, body = 'SELECT count(*) FROM shop.t') =>
  `CREATE OR REPLACE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER ${path} AS $$ ${body} $$;`;

async function securityOf(sql: string | Record<string, string>, postgres = 18) {
  const found = await findingsOf(sql, { postgres });
  return found.filter((line) => line.includes('definer')).map((line) => line.split(' ')[1]);
}

describe('the search path of a SECURITY DEFINER function', () => {
  test('is missing', async () => {
    expect(await securityOf(definer(''))).toEqual(['definer-without-search-path']);
    expect(await securityOf(definer('SET work_mem = 1'))).toEqual(['definer-without-search-path']);
    const block = `DO $x$ BEGIN ${definer('')} END $x$;`;
    expect(await securityOf(block)).toEqual(['definer-without-search-path']);
  });

  test('may be set by the same file, but not by that of another function', async () => {
    const set = 'ALTER FUNCTION public.f() SET search_path = pg_catalog, pg_temp;';
    expect(await securityOf(`${definer('')}\n${set}`)).toEqual([]);
    expect(await securityOf(`${definer('')}\nDO $$ BEGIN ${set} END $$;`)).toEqual([]);
    expect(await securityOf(`${definer('')}\n${set.replace('f()', 'g()')}`)).toHaveLength(1);
  });

  test('may be that of the file that made the function, of which ALTER FUNCTION says nothing', async () => {
    const made = definer('SET search_path = pg_catalog, pg_temp').replace('SECURITY DEFINER', '');
    const altered = 'ALTER FUNCTION f() SECURITY DEFINER;';
    expect(await securityOf({ 'a/1_f.sql': made, 'a/2_f.sql': altered })).toEqual([]);
  });

  test('is open to the schema public up to PostgreSQL 14', async () => {
    const inPublic = definer('SET search_path = public, pg_temp', 'SELECT count(*) FROM t');
    expect(await securityOf(inPublic, 14)).toEqual(['definer-search-path-open']);
    expect(await securityOf(inPublic, 15)).toEqual([]);
  });

  test('is open to temporary tables in every statement that names a table without schema', async () => {
    const path = 'SET search_path = shop';
    for (const body of [
      'INSERT INTO t VALUES (1); SELECT 1',
      'WITH gone AS (DELETE FROM t RETURNING 1) SELECT count(*) FROM gone',
      'SELECT count(*) FROM shop.a, b',
    ]) {
      expect(await securityOf(definer(path, body)), body).toEqual(['definer-search-path-open']);
    }
    expect(await securityOf(definer(path, 'WITH t AS (SELECT 1) SELECT count(*) FROM t'))).toEqual(
      [],
    );
  });
});
