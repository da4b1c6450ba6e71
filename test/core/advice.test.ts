import { describe, expect, test } from 'vitest';
import { adviceFor } from '../../src/core/advice.js';
import type { ServerError } from '../../src/core/explain-failure.js';

const plain: ServerError = {
  sqlstate: 'XX000',
  message: '',
  detail: null,
  hint: null,
  where: null,
  position: null,
  internalQuery: null,
  schema: null,
  table: null,
  column: null,
  constraint: null,
  atCommit: false,
};

function advice(error: Partial<ServerError>): string | null {
  return adviceFor({ ...plain, ...error });
}

describe('advice', () => {
  test.each([
    ['25001', /-- pgm:no-transaction/],
    ['55P04', /ADD VALUE into a file that sorts before this one/],
    ['42P07', /IF NOT EXISTS/],
    ['42701', /ADD COLUMN IF NOT EXISTS/],
    ['42710', /IF NOT EXISTS or OR REPLACE/],
    ['23505', /ON CONFLICT DO NOTHING/],
    ['55P03', /-- pgm:lock-timeout 60s/],
    ['40P01', /same order/],
    ['57014', /statement_timeout/],
    ['53300', /max_connections/],
    ['25006', /READ ONLY/],
    ['2D000', /-- pgm:no-transaction/],
    ['3F000', /CREATE SCHEMA IF NOT EXISTS/],
    ['42P01', /sorts before this one/],
    ['42704', /CREATE EXTENSION/],
    ['22P02', /order of columns and values/],
  ])('for %s', (sqlstate, wanted) => {
    expect(advice({ sqlstate })).toMatch(wanted);
  });

  test('is not given where the cause is not known', () => {
    expect(advice({ sqlstate: 'XX000' })).toBeNull();
    expect(advice({ sqlstate: 'P0001' })).toBeNull();
  });

  test('for a missing right tells of the schema public, which PostgreSQL 15 closed', () => {
    const message = 'permission denied for schema public';
    expect(advice({ sqlstate: '42501', message })).toMatch(
      /^since PostgreSQL 15.*GRANT CREATE ON SCHEMA public/,
    );
    expect(advice({ sqlstate: '42501', message: 'must be owner of table t' })).toMatch(
      /^the role that pgm connects as lacks/,
    );
  });

  test('for an extension tells it from other things the server does not do', () => {
    const message = 'extension "x" is not available';
    expect(advice({ sqlstate: '0A000', message })).toMatch(/^the extension is not installed/);
    expect(advice({ sqlstate: '58P01', message: 'could not open extension control file' })).toMatch(
      /^the extension is not/,
    );
    expect(advice({ sqlstate: '0A000', message: 'not supported' })).toMatch(/compare its version/);
  });

  test('for a value that does not fit knows rows of COPY', () => {
    expect(advice({ sqlstate: '22P02', where: 'COPY t, line 1, column a: "x"' })).toMatch(
      /^a row of COPY/,
    );
  });

  test('for a constraint that broke at COMMIT says that it is deferred', () => {
    expect(advice({ sqlstate: '23503', atCommit: true })).toMatch(
      /^the constraint is deferred.*at COMMIT/,
    );
  });
});
