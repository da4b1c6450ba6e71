import type { StatementRule } from '../../known/rule.js';

export const refreshWithoutConcurrently: StatementRule<'refresh-without-concurrently'> = {
  name: 'refresh-without-concurrently',
  family: 'locks',
  severity: 'warning',
  summary: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY',
  why: 'REFRESH holds ACCESS EXCLUSIVE on the view from before its query runs until the file is committed: whoever reads the view waits as long as the query takes. CONCURRENTLY takes EXCLUSIVE, for which readers do not wait, and changes only the rows that differ. It needs a unique index on the view, without WHERE and without expressions, and rows from an earlier REFRESH.',
  instead: 'write REFRESH MATERIALIZED VIEW CONCURRENTLY, with a unique index on the view',
  examples: {
    bad: [
      'REFRESH MATERIALIZED VIEW sales;',
      {
        'public/001_sales.sql':
          'CREATE MATERIALIZED VIEW IF NOT EXISTS sales AS SELECT 1 AS n;\nCREATE UNIQUE INDEX IF NOT EXISTS sales_n ON sales (n);',
        'public/002_refresh.sql': 'DO $$ BEGIN REFRESH MATERIALIZED VIEW sales; END $$;',
      },
    ],
    good: [
      'CREATE MATERIALIZED VIEW IF NOT EXISTS sales AS SELECT 1 AS n WITH NO DATA;\nREFRESH MATERIALIZED VIEW sales;',
      'REFRESH MATERIALIZED VIEW sales WITH NO DATA;',
      'REFRESH MATERIALIZED VIEW CONCURRENTLY sales;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'refresh') return [];
    const { view, concurrently, withData, at } = statement;
    if (concurrently || !withData || known.isNew(view)) return [];
    const message = `REFRESH MATERIALIZED VIEW keeps readers of ${known.qualified(view)} waiting while its query runs (ACCESS EXCLUSIVE)`;
    return [{ at, message }];
  },
};
