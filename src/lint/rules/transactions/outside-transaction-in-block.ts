import type { Statement } from '../../../core/grammar/statement.js';
import type { StatementRule } from '../../known/rule.js';

export const outsideTransactionInBlock: StatementRule<'outside-transaction-in-block'> = {
  name: 'outside-transaction-in-block',
  family: 'transactions',
  severity: 'error',
  summary: 'CONCURRENTLY, VACUUM and the like within a DO block',
  why: 'PostgreSQL runs CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, DETACH PARTITION … CONCURRENTLY, VACUUM, CREATE DATABASE and ALTER SYSTEM only as statements of their own. A DO block is a function to it: the statement fails with “cannot be executed from a function”, even in EXECUTE and even with -- pgm:no-transaction.',
  instead: 'write the statement alone in a file, with IF [NOT] EXISTS instead of a block around it',
  examples: {
    bad: [
      "DO $$ BEGIN EXECUTE 'CREATE INDEX CONCURRENTLY i ON orders (id)'; END $$;",
      'DO $$ BEGIN VACUUM orders; END $$;',
      '-- pgm:no-transaction\nDO $$ BEGIN DROP INDEX CONCURRENTLY IF EXISTS i; END $$;',
    ],
    good: [
      'DO $$ BEGIN ANALYZE orders; END $$;',
      'DO $$ BEGIN REFRESH MATERIALIZED VIEW CONCURRENTLY sales; END $$;',
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (id);',
    ],
  },
  looksAt: 'statement',
  check: (statement, _known, { within }) => {
    if (within === null || within.caught.some((each) => expected.has(each))) return [];
    const command = commandAlone(statement);
    if (command === null) return [];
    return [{ at: statement.at, message: `${command} cannot run within a block: it fails` }];
  },
};

const expected: ReadonlySet<string> = new Set(['active_sql_transaction', 'others']);

/** Its name if it can only run as a top-level statement. */
function commandAlone(statement: Statement): string | null {
  switch (statement.kind) {
    case 'create-index':
      return statement.concurrently ? 'CREATE INDEX CONCURRENTLY' : null;
    case 'drop':
      if (statement.concurrently) return 'DROP INDEX CONCURRENTLY';
      return alone.has(statement.object) ? `DROP ${statement.object.toUpperCase()}` : null;
    case 'create': {
      const object = statement.creates?.object ?? 'other';
      return alone.has(object) ? `CREATE ${object.toUpperCase()}` : null;
    }
    case 'reindex': {
      if (statement.concurrently) return 'REINDEX CONCURRENTLY';
      const isOne = statement.what === 'index' || statement.what === 'table';
      return isOne ? null : `REINDEX ${statement.what.toUpperCase()}`;
    }
    case 'vacuum':
      return statement.onlyAnalyze ? null : 'VACUUM';
    case 'alter-table': {
      const detaches = statement.actions.some(
        (action) => action.kind === 'detach-partition' && action.concurrently,
      );
      return detaches ? 'DETACH PARTITION … CONCURRENTLY' : null;
    }
    case 'cluster':
      return statement.table === null ? 'CLUSTER of all tables' : null;
    case 'other':
      return statement.node === 'AlterSystemStmt' ? 'ALTER SYSTEM' : null;
    default:
      return null;
  }
}

const alone: ReadonlySet<string> = new Set(['database', 'tablespace']);
