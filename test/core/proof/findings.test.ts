import { expect, test } from 'vitest';
import { ownError } from '../../../src/core/failure/server-error.js';
import { sqlstates } from '../../../src/core/failure/sqlstates.js';
import { failureFinding } from '../../../src/core/proof/findings.js';
import { literalRanges } from '../../../src/sql/literals.js';

test.each([
  'ALTER TABLE a RENAME TO b;\nALTER TABLE x ADD COLUMN y int;',
  "ALTER TABLE a RENAME TO b -- ';'\n;\nALTER TABLE x ADD y int;",
  'ALTER TABLE /* see ADD below */ a RENAME TO b;',
])('what to do about a statement is told by its words only: %j', (text) => {
  const literals = literalRanges(text);
  const error = ownError(sqlstates.duplicateTable, 'relation "b" already exists');
  const part = { error, pieceStart: 0, statementStart: 0 };
  const { advice } = failureFinding('fails-second-time', { text, literals }, part);
  expect(advice).toBe('put it into a DO block, only if to_regclass finds the old name');
});
