import type { AlterAction, AlterTable, Column } from '../../../core/grammar/tables.js';
import { addedColumns, alterOfOldTable } from '../../known/altered.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { isSerial } from '../../known/types/serial.js';
import { typeChangeRewrites } from '../../known/types/type-change.js';
import { isVolatile } from '../../known/volatile.js';

export const alterRewritesTable: StatementRule<'alter-rewrites-table'> = {
  name: 'alter-rewrites-table',
  family: 'locks',
  severity: 'warning',
  summary: 'ALTER TABLE that rewrites all rows of a table',
  why: 'The table and all its indexes are written to new files while ACCESS EXCLUSIVE is held: SELECT waits too, until the file is committed, and the disk has to hold both copies. A volatile default, a stored generated column, an identity or serial column, most changes of a type, SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD do that. A constant default or one such as now(), a longer varchar, and varchar to text do not.',
  instead:
    'add a column of the new kind beside the old one, fill it in batches in later files, and change over',
  examples: {
    bad: [
      'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid();',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS total numeric GENERATED ALWAYS AS (price * amount) STORED;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS line bigserial;',
      'ALTER TABLE orders SET UNLOGGED;',
      'DO $$ BEGIN ALTER TABLE orders ALTER COLUMN id TYPE bigint; END $$;',
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (name varchar(20));',
        'public/002_shorter.sql': 'ALTER TABLE orders ALTER COLUMN name TYPE varchar(10);',
      },
    ],
    good: [
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS made_at timestamptz NOT NULL DEFAULT now();',
      "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL DEFAULT 'new';",
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (name varchar(20));',
        'public/002_longer.sql': 'ALTER TABLE orders ALTER COLUMN name TYPE varchar(40);',
        'public/003_longest.sql': 'ALTER TABLE orders ALTER COLUMN name TYPE text;',
      },
      'CREATE TABLE IF NOT EXISTS orders (id int);\nALTER TABLE orders ALTER COLUMN id TYPE bigint;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS id_new bigint;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    if (alter === null) return [];
    const table = known.qualified(alter.table);
    return reasonsIn(alter, known).map(({ at, what, advice }) => {
      const message = `${what} rewrites all of ${table} while readers and writers wait (ACCESS EXCLUSIVE)`;
      return advice === undefined ? { at, message } : { at, message, advice };
    });
  },
};

interface Reason extends Pick<Found, 'advice'> {
  readonly at: number;
  readonly what: string;
}

function reasonsIn(alter: AlterTable, known: Known): readonly Reason[] {
  const added = addedColumns(alter, known).flatMap(({ column, at }) => {
    const reason = addedReason(column, known);
    return reason === null ? [] : [{ at, ...reason }];
  });
  return [...added, ...alter.actions.flatMap((action) => otherReasons(action, alter, known))];
}

function addedReason(column: Column, known: Known): Omit<Reason, 'at'> | null {
  const { name, type, generated, isIdentity } = column;
  if (isIdentity || isSerial(type)) {
    return {
      what: `ADD COLUMN ${name} with numbers of a sequence`,
      advice:
        'add it without them, fill it in batches in later files, and then give it the sequence',
    };
  }
  if (generated === 'stored') {
    return {
      what: `ADD COLUMN ${name} with GENERATED … STORED`,
      advice:
        'compute it in a view or, from PostgreSQL 18 on, as VIRTUAL; or add a plain column that a trigger fills, and fill the old rows in batches',
    };
  }
  if (!isVolatile(column.default, known)) return null;
  return {
    what: `ADD COLUMN ${name} with a default that differs for each row`,
    advice:
      'add it without a default, then SET DEFAULT for new rows, and fill the old ones in batches in later files',
  };
}

function otherReasons(action: AlterAction, { table }: AlterTable, known: Known): readonly Reason[] {
  const { at } = action;
  if (action.kind === 'alter-type') {
    const { column: name, type: to, using } = action;
    const type = known.shapeOf(table)?.columns.get(name)?.type ?? null;
    if (!typeChangeRewrites({ name, type }, to, using)) return [];
    return [{ at, what: `ALTER COLUMN ${name} TYPE` }];
  }
  const words = action.kind === 'other' ? rewriting[action.word] : undefined;
  return words === undefined ? [] : [{ at, what: words[0], advice: words[1] }];
}

const small = 'do it while nobody needs the table, or while it is small, and say so';

/** By the word of PostgreSQL's source: what the action is called, and what to do. */
const rewriting: Readonly<Record<string, readonly [string, string]>> = {
  SetAccessMethod: ['SET ACCESS METHOD', small],
  SetExpression: ['SET EXPRESSION', small],
  SetLogged: ['SET LOGGED', small],
  SetTableSpace: ['SET TABLESPACE', small],
  SetUnLogged: ['SET UNLOGGED', small],
};
