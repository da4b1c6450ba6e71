import type { StatementOf } from '../../../core/grammar/statement.js';
import { type Known, tableOf } from '../../known/known.js';
import type { StatementRule } from '../../known/rule.js';

export const reindexWithoutConcurrently: StatementRule<'reindex-without-concurrently'> = {
  name: 'reindex-without-concurrently',
  family: 'locks',
  severity: 'warning',
  summary: 'REINDEX without CONCURRENTLY',
  why: 'REINDEX holds SHARE on the table, for which writers wait, and ACCESS EXCLUSIVE on the index it builds. Because the planner looks at every index of a table, SELECT waits for that too, until the whole table has been read. CONCURRENTLY builds a second index beside the first with SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait; it cannot run in a transaction.',
  instead: 'write REINDEX … CONCURRENTLY, alone in a file',
  examples: {
    bad: ['REINDEX TABLE orders;', 'REINDEX INDEX orders_by_customer;', 'REINDEX SCHEMA app;'],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);\nREINDEX TABLE orders;',
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE INDEX IF NOT EXISTS by_id ON orders (id);\nREINDEX INDEX by_id;',
      'REINDEX (CONCURRENTLY) INDEX orders_by_customer;',
      'REINDEX TABLE CONCURRENTLY orders;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    // The system catalogs cannot be rebuilt CONCURRENTLY.
    if (statement.kind !== 'reindex' || statement.concurrently || statement.what === 'system')
      return [];
    if (isNew(statement, known)) return [];
    const { what, at } = statement;
    const all = what === 'index' || what === 'table' ? 'the table' : 'each table in turn';
    const message = `REINDEX ${what.toUpperCase()} keeps readers and writers of ${all} waiting while it reads all of it (ACCESS EXCLUSIVE on the index)`;
    return [{ at, message }];
  },
};

function isNew({ what, name }: StatementOf<'reindex'>, known: Known): boolean {
  if (name === null) return false;
  if (what === 'table') return known.isNew(name);
  const index = what === 'index' ? known.index(name) : null;
  return index !== null && known.isNew(tableOf(index));
}
