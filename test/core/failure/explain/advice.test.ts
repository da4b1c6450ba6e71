import { describe, expect, test } from 'vitest';
import { adviceFor, type FailedCode } from '../../../../src/core/failure/explain/advice.js';
import { adviceRows } from '../../../../src/core/failure/explain/advice-rows.js';
import { adviceRowsOfNames } from '../../../../src/core/failure/explain/advice-rows-names.js';
import { ownError, type ServerError } from '../../../../src/core/failure/server-error.js';
import { literalRanges } from '../../../../src/sql/literals.js';
import { sqlstates } from '../../../../src/core/failure/sqlstates.js';

const nowhere: FailedCode = { text: '', literals: [], index: null, statementStart: null };

function advice(error: Partial<ServerError>, code: Partial<FailedCode> = {}): string | null {
  return adviceFor({ ...ownError('XX000', ''), ...error }, { ...nowhere, ...code });
}

// What the server gives for each row is in test/sql/advice.pg.test.ts.
describe('advice', () => {
  test('is the same in every language of the server, as it goes by the routine', () => {
    const routine = 'comparetup_index_btree';
    for (const message of ['could not create unique index', 'konnte nicht erzeugt werden']) {
      expect(advice({ sqlstate: '23505', routine, message })).toMatch(/^existing rows/);
    }
    expect(advice({ sqlstate: '23505', message: 'could not create unique index' })).toBeNull();
  });

  test('is not given where the cause is not known', () => {
    expect(advice({ sqlstate: 'XX000' })).toBeNull();
    expect(advice({ sqlstate: '42704', routine: 'get_ts_config_oid' })).toBeNull();
  });

  test('for a constraint that broke at COMMIT says that it is deferred', () => {
    expect(advice({ sqlstate: '23503', atCommit: true })).toMatch(
      /^the constraint is deferred.*at COMMIT/,
    );
    expect(advice({ sqlstate: 'P0001', atCommit: true })).toMatch(/^a deferred trigger/);
    expect(advice({ sqlstate: '57014', atCommit: true })).toBe(
      'it was in a deferred trigger, which ran at COMMIT: its function is in the context',
    );
  });

  test('does not go by a code that the file chose, or another server', () => {
    const codes = ['55P03', '57014', '40P01', '25006', '55P04'];
    expect(codes.map((sqlstate) => advice({ sqlstate }))).not.toContain(null);
    for (const routine of ['exec_stmt_raise', 'dblink_res_error', 'pgfdw_report_error']) {
      expect(codes.flatMap((sqlstate) => advice({ sqlstate, routine }) ?? [])).toEqual([]);
    }
    expect(advice({ sqlstate: '23514', routine: 'exec_stmt_raise', atCommit: true })).toMatch(
      /^a deferred trigger raised it/,
    );
  });

  test('goes by the words of the statement, not by those of a comment or a string in it', () => {
    const of = (text: string): string | null =>
      advice(
        { sqlstate: '42701', routine: 'check_for_column_name_collision' },
        { text, literals: literalRanges(text), statementStart: 0 },
      );
    expect(of('alter table t /* as it was */ add column a int')).toMatch(/ADD COLUMN IF NOT EXIST/);
    expect(of('alter table t rename a to b /* we add it later */')).toBeNull();
    expect(of("alter table t rename a to b -- 'add'")).toBeNull();
  });

  test('names the header to a file that has not got it, and to no other', () => {
    const error = { sqlstate: '25001', routine: 'CreateInitDecodingContext' };
    const text = "select pg_create_logical_replication_slot('a', 'b')";
    expect(advice(error, { text })).toMatch(/write "-- pgm:no-transaction" as the first line/);
    for (const above of ['-- a slot', '/* a slot */ --', '/* a\n * slot\n */'])
      expect(advice(error, { text: `${above}\n-- pgm:no-transaction\n${text}` })).toBeNull();
  });

  test.each([
    ['InitializeSessionUserId', /ALTER ROLE/],
    ['CheckMyDatabase', /ALTER DATABASE/],
    ['InitProcess', /raise max_connections/],
  ])('tells which limit on connections is reached: %s', (routine, words) => {
    expect(advice({ sqlstate: '53300', routine })).toMatch(words);
  });

  test('about a strange character names it and its place, in the word or before it', () => {
    const text = 'select 1;\nalter table t\u00a0 add';
    const words = /no-break space \(U\+00A0\) at 2:14, .*replace it with an ordinary space$/;
    for (const index of [text.indexOf('t\u00a0'), text.indexOf('add')]) {
      expect(advice({ sqlstate: '42601' }, { text, index })).toMatch(words);
    }
    expect(advice({ sqlstate: '42601' }, { text, index: text.indexOf('1') })).toBeNull();
    expect(advice({ sqlstate: '22012' }, { text, index: text.indexOf('add') })).toBeNull();
  });
});

test('every row of advice is about a SQLSTATE that pgm knows', () => {
  const known: readonly string[] = Object.values(sqlstates);
  for (const { sqlstate } of [...adviceRows, ...adviceRowsOfNames]) {
    expect(known).toContain(sqlstate);
  }
});
