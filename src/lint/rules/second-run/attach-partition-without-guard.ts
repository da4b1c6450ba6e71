import type { AlterAction } from '../../../core/grammar/tables.js';
import { expectsIt, expectsNothing } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const attachPartitionWithoutGuard: StatementRule<'attach-partition-without-guard'> = {
  name: 'attach-partition-without-guard',
  family: 'second-run',
  severity: 'error',
  summary: 'ATTACH or DETACH PARTITION, INHERIT or NO INHERIT, without checking what is attached',
  why: 'There is no IF EXISTS for these. Run a second time, ATTACH PARTITION finds that the table is already attached, DETACH PARTITION that it is not a partition, and the file fails and is rolled back.',
  instead:
    'there is no IF NOT EXISTS for it: put it into a DO block that checks pg_inherits for the partition first',
  examples: {
    bad: [
      'ALTER TABLE orders ATTACH PARTITION orders_2025 FOR VALUES FROM (0) TO (1000);',
      'ALTER TABLE orders DETACH PARTITION orders_2025;',
      'ALTER TABLE orders INHERIT documents;',
      'ALTER TABLE orders NO INHERIT documents;',
    ],
    good: [
      'ALTER INDEX orders_by_id ATTACH PARTITION orders_2025_by_id;',
      'DROP TABLE IF EXISTS orders_2025;\nCREATE TABLE orders_2025 (id int);\nALTER TABLE orders ATTACH PARTITION orders_2025 FOR VALUES FROM (0) TO (1000);',
      'ALTER TABLE orders ATTACH PARTITION orders_2025 FOR VALUES FROM (0) TO (1000);\nALTER TABLE orders DETACH PARTITION orders_2025;',
      'CREATE TABLE IF NOT EXISTS orders_2025 PARTITION OF orders FOR VALUES FROM (0) TO (1000);',
      "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'orders_2025'::regclass) THEN\n    ALTER TABLE orders ATTACH PARTITION orders_2025 FOR VALUES FROM (0) TO (1000);\n  END IF;\nEND $$;",
    ],
  },
  looksAt: 'statement',
  check: (statement, _, context) => {
    if (statement.kind !== 'alter-table' || statement.what === 'index') return [];
    if (expectsIt(context) || expectsNothing(context)) return [];
    const file = WholeFile.of(context.file);
    if (file.drops('table', statement.table)) return [];
    return statement.actions.flatMap((action): readonly Found[] => {
      const found = foundIn(action);
      if (found === null) return [];
      if ('partition' in action) {
        const { partition } = action;
        if (file.drops('table', partition) || file.attachesAndDetaches(partition)) return [];
      }
      return [{ at: action.at, message: `run a second time, it fails: ${found}` }];
    });
  },
};

function foundIn(action: AlterAction): string | null {
  if (action.kind === 'attach-partition') return 'the partition is attached already';
  if (action.kind === 'detach-partition') return 'the table is no longer a partition';
  if (action.kind !== 'other') return null;
  if (action.word === 'AddInherit') return 'the table inherits already';
  return action.word === 'DropInherit' ? 'the table no longer inherits' : null;
}
