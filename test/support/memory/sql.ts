import type { SqlReader } from '../../../src/core/ports.js';
import type { SqlReading } from '../../../src/core/statements/sql-reading.js';

/** Takes every file for one harmless statement. */
export const oneStatement: SqlReader = {
  read: (text): Promise<SqlReading> =>
    Promise.resolve({
      kind: 'statements',
      statements: [
        {
          range: { start: 0, end: text.length },
          kind: 'other',
          command: 'SELECT',
          createsIndex: null,
          data: null,
        },
      ],
      skipped: [],
      marks: [],
      untilCommit: () => 'no',
      savepoint: () => '',
    }),
  effects: () => Promise.resolve([]),
  literals: () => [],
};
