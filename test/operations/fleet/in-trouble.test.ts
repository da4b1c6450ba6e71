import { expect, test } from 'vitest';
import { PostgresUnreachable, Refused, Transient } from '../../../src/core/errors.js';
import { troubleBy } from '../../../src/operations/fleet/in-trouble.js';

test.each([
  [
    'password authentication failed (28P01); check the password in DATABASE_URL, DATABASE_URL_FILE or PGPASSWORD',
    'password authentication failed (28P01); check the password in its connection string or PGPASSWORD',
  ],
  [
    'no entry (28000); check the user in DATABASE_URL and the rules of pg_hba.conf',
    'no entry (28000); check the user in its connection string and the rules of pg_hba.conf',
  ],
])('%s: a target has a connection string of its own', (message, reason) => {
  expect(troubleBy(new Refused(message, '28P01'))).toEqual({ state: 'refused', reason });
});

test('a target that was waited for is away for the last reason, without advice for one database', () => {
  const cause = new Transient('h:1: nothing is listening there (ECONNREFUSED)', 'ECONNREFUSED');
  const error = new PostgresUnreachable('check host and port in DATABASE_URL', { cause });
  expect(troubleBy(error)).toEqual({ state: 'away', reason: cause.message });
});
