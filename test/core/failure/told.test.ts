import { expect, test } from 'vitest';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import { headline, particulars } from '../../../src/core/failure/told.js';

const failure: MigrationFailure = {
  kind: 'sql',
  sqlstate: 'P0001',
  message: 'first\tline \u001b[31m\r\n2026-01-01T00:00:00Z INFO  all is well\rback \u202e',
  detail: 'one\n\u0007two',
  hint: '\u001b[2J',
  context: null,
  place: { line: 12, column: 3 },
  excerpt: { text: '  x', caret: 3 },
  advice: 'do this',
};

test('a failure acts on no terminal, and each line of it is below its first', () => {
  expect(headline(failure)).toBe('first line \\u001b[31m (SQLSTATE P0001)');
  expect(particulars(failure)).toEqual([
    '2026-01-01T00:00:00Z INFO  all is well\\u000dback \\u202e',
    '12 |   x',
    '   |   ^',
    'detail: one',
    '  \\u0007two',
    'hint: \\u001b[2J',
    'to do: do this',
  ]);
});
