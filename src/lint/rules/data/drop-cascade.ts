import { isNewObject } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';

export const dropCascade: StatementRule<'drop-cascade'> = {
  name: 'drop-cascade',
  family: 'data',
  severity: 'warning',
  summary: 'DROP … CASCADE, which drops more than it names',
  why: 'CASCADE drops whatever depends on the object, directly or indirectly: a type takes the columns of that type with their values, an extension its types and indexes, a function the triggers, indexes and generated columns that call it, a key the foreign keys that reference it, a view every view on it. What these are depends on the database, and nobody can see them in the file.',
  instead: 'drop what depends on it by name first, and leave CASCADE out',
  examples: {
    bad: [
      'DROP TYPE IF EXISTS mood CASCADE;',
      'DROP EXTENSION IF EXISTS hstore CASCADE;',
      'DROP FUNCTION IF EXISTS two() CASCADE;',
      'DROP VIEW IF EXISTS open_orders CASCADE;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey CASCADE;',
      'DO $$ BEGIN DROP DOMAIN positive CASCADE; END $$;',
    ],
    good: [
      'CREATE OR REPLACE VIEW fresh AS SELECT 1 AS n;\nDROP VIEW fresh CASCADE;',
      'CREATE TABLE IF NOT EXISTS fresh (id bigint CONSTRAINT one PRIMARY KEY);\nALTER TABLE fresh DROP CONSTRAINT IF EXISTS one CASCADE;',
      'DROP VIEW IF EXISTS open_orders RESTRICT;',
      'ALTER TABLE orders DROP COLUMN IF EXISTS feeling;\nDROP TYPE IF EXISTS mood;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind === 'alter-table' && !known.isNew(statement.table)) {
      return statement.actions.flatMap((action): readonly Found[] =>
        action.kind === 'drop-constraint' && action.cascade
          ? [{ at: action.at, message: tooMuch('CONSTRAINT', 'foreign keys that lead to it') }]
          : [],
      );
    }
    if (statement.kind !== 'drop' || !statement.cascade) return [];
    const { object, names, at } = statement;
    const what = dependents[object];
    if (what === undefined) return [];
    const areOwn = names.every((name) => isNewObject(object, name, known));
    return areOwn ? [] : [{ at, message: tooMuch(object.toUpperCase(), what) }];
  },
};

function tooMuch(object: string, what: string): string {
  return `DROP ${object} … CASCADE also drops what the file does not name: ${what}`;
}

/** Tables and schemas have their own rules. */
const dependents: Readonly<Record<string, string>> = {
  aggregate: 'whatever calls it',
  collation: 'columns and indexes that use it',
  domain: 'columns of that domain, with their values',
  extension: 'columns of its types, with their values, and indexes',
  'foreign data wrapper': 'its servers and their tables',
  function: 'triggers, indexes, policies and generated columns that call it',
  'materialized view': 'views on it',
  procedure: 'whatever calls it',
  routine: 'whatever calls it',
  sequence: 'the defaults that count with it',
  server: 'its tables',
  type: 'columns of that type, with their values',
  view: 'views on it',
};
