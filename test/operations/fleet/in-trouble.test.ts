import { expect, test } from 'vitest';
import { PostgresUnreachable, Transient } from '../../../src/core/errors.js';
import { troubleBy } from '../../../src/operations/fleet/in-trouble.js';

test('a target that was waited for is away for the last reason, without advice for one database', () => {
  const cause = new Transient('h:1: nothing is listening there (ECONNREFUSED)', 'ECONNREFUSED');
  const error = new PostgresUnreachable('check host and port in DATABASE_URL', { cause });
  expect(troubleBy(error)).toEqual({ state: 'away', reason: cause.message });
});
