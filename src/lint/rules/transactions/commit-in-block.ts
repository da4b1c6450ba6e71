import type { StatementRule } from '../../known/rule.js';

export const commitInBlock: StatementRule<'commit-in-block'> = {
  name: 'commit-in-block',
  family: 'transactions',
  severity: 'error',
  summary: 'COMMIT or ROLLBACK within a DO block of a file that is one transaction',
  why: 'pgm runs a file in one transaction together with its history row. PostgreSQL lets a DO block end a transaction only outside a transaction block: here COMMIT fails with “invalid transaction termination”, and the file is rolled back.',
  instead:
    'put -- pgm:no-transaction at the top of the file, and write it so that it can go on where it stopped',
  examples: {
    bad: [
      'DO $$ BEGIN UPDATE orders SET state = 1 WHERE id = 7; COMMIT; END $$;',
      'DO $$ BEGIN\n  LOOP\n    DELETE FROM orders WHERE id = 7;\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
      'DO $$ BEGIN ROLLBACK; END $$;',
    ],
    good: [
      'CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
      '-- pgm:no-transaction\nDO $$ BEGIN UPDATE orders SET state = 1 WHERE id = 7; COMMIT; END $$;',
    ],
  },
  looksAt: 'statement',
  check: (statement, _known, { file, within }) => {
    if (statement.kind !== 'transaction' || within === null || !file.isTransaction) return [];
    if (within.caught.some((each) => expected.has(each))) return [];
    const verb = statement.verb.toUpperCase();
    const message = `${verb} in a DO block fails, as the file is one transaction`;
    return [{ at: statement.at, message }];
  },
};

const expected: ReadonlySet<string> = new Set(['invalid_transaction_termination', 'others']);
