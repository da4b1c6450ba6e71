import { addedColumns, addedConstraints, alterOfOldTable } from '../../../known/altered.js';
import type { StatementRule } from '../../../known/rule.js';

export const uniqueWithoutUsingIndex: StatementRule<'unique-without-using-index'> = {
  name: 'unique-without-using-index',
  family: 'locks',
  severity: 'warning',
  summary: 'UNIQUE or PRIMARY KEY added to an existing table, without USING INDEX',
  why: 'The constraint needs an index, and builds it while it holds ACCESS EXCLUSIVE: SELECT waits too, until all rows are read and sorted, and if there is a duplicate, the file fails after all that. NOT VALID does not exist for these constraints. CREATE UNIQUE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait, and USING INDEX only gives that index a new role.',
  instead:
    'build the index with CREATE UNIQUE INDEX CONCURRENTLY, alone in a file, and add the constraint USING INDEX in the next one',
  examples: {
    bad: [
      'ALTER TABLE orders ADD CONSTRAINT one_number UNIQUE (number);',
      'ALTER TABLE orders ADD PRIMARY KEY (id);',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS code text UNIQUE;',
      "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD CONSTRAINT one_number UNIQUE (number)'; END $$;",
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ADD PRIMARY KEY (id);',
      'CREATE TEMPORARY TABLE orders (id bigint);\nALTER TABLE orders ADD PRIMARY KEY (id);',
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, number bigint UNIQUE);',
      {
        'public/001_index.sql':
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_number ON orders (number);',
        'public/002_unique.sql':
          "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'one_number') THEN\n    ALTER TABLE orders ADD CONSTRAINT one_number UNIQUE USING INDEX one_number;\n  END IF;\nEND $$;",
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    if (alter === null) return [];
    const ofColumns = addedColumns(alter, known).flatMap(({ column }) => column.constraints);
    return [...addedConstraints(alter), ...ofColumns].flatMap(({ type, usingIndex, at }) => {
      if ((type !== 'unique' && type !== 'primary key') || usingIndex !== null) return [];
      const message = `ADD ${type.toUpperCase()} builds an index on ${known.qualified(alter.table)} while readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at, message }];
    });
  },
};
