import { expect, test } from 'vitest';
import { ownError } from '../../../src/core/failure/server-error.js';
import { sqlstates } from '../../../src/core/failure/sqlstates.js';
import { failureFinding } from '../../../src/core/proof/findings.js';

test.each([
  ['ALTER TABLE a RENAME TO b;\nALTER TABLE x ADD COLUMN y int;', []],
  ["ALTER TABLE a RENAME TO b -- ';'\n;\nALTER TABLE x ADD y int;", [{ start: 26, end: 32 }]],
])('what to do about a statement is not told by those behind it: %j', (text, literals) => {
  const error = ownError(sqlstates.duplicateTable, 'relation "b" already exists');
  const part = { error, pieceStart: 0, statementStart: 0 };
  const { advice } = failureFinding('fails-second-time', { text, literals }, part);
  expect(advice).toBe('put it into a DO block, only if to_regclass finds the old name');
});
