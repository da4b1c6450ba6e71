import type { StatementOf } from '../../../core/grammar/statement.js';
import type { AlterAction } from '../../../core/grammar/tables.js';
import { expectsNothing, isTemporary } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const dropWithoutIfExists: StatementRule<'drop-without-if-exists'> = {
  name: 'drop-without-if-exists',
  family: 'second-run',
  severity: 'error',
  summary: 'DROP, DROP COLUMN or DROP CONSTRAINT without IF EXISTS',
  why: 'Run a second time, there is nothing left to drop, and the file fails with “does not exist” and is rolled back.',
  instead: 'write IF EXISTS',
  examples: {
    bad: [
      'DROP INDEX orders_by_customer;',
      'DROP TABLE orders;',
      'DROP FUNCTION two();',
      'DROP POLICY own_orders ON orders;',
      'DROP TRIGGER checked ON orders;',
      'DROP ROLE reader;',
      'ALTER TABLE orders DROP COLUMN note;',
      'ALTER TABLE orders DROP CONSTRAINT positive;',
      'ALTER DOMAIN positive DROP CONSTRAINT small;',
      'DO $$ BEGIN DROP VIEW open_orders; END $$;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS scratch (id bigint);\nDROP TABLE scratch;',
      'CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2;\nSELECT two();\nDROP FUNCTION two();',
      'DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT id FROM orders;',
      'ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (total > 1) NOT VALID;',
      'ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS note;',
      'CREATE TEMPORARY TABLE fresh (id bigint, note text);\nALTER TABLE fresh DROP COLUMN note;\nDROP TABLE fresh;',
      'DO $$ BEGIN DROP ROLE reader; EXCEPTION WHEN undefined_object THEN NULL; END $$;',
      "DO $$ BEGIN IF to_regclass('orders') IS NOT NULL THEN DROP TABLE orders; END IF; END $$;",
      '-- pgm:once\nDROP INDEX orders_by_customer;',
      'DROP INDEX IF EXISTS orders_by_customer;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (expectsNothing(context)) return [];
    const file = WholeFile.of(context.file);
    const { at } = statement;
    if (statement.kind === 'drop') return ofDrop(statement, file);
    if (statement.kind === 'alter-domain') {
      const { action, domain, ifExists, constraint } = statement;
      const name = { schema: null, name: constraint ?? '' };
      if (action !== 'drop constraint' || ifExists) return [];
      if (file.makes('domain constraint', name, domain) || file.drops('domain', domain)) return [];
      return [{ at, message: gone('constraint'), advice: 'write DROP CONSTRAINT IF EXISTS' }];
    }
    if (statement.kind !== 'alter-table' || isTemporary(known, statement.table)) return [];
    const { table, actions } = statement;
    if (file.drops('table', table)) return [];
    return actions.flatMap((action): readonly Found[] => {
      const found = droppedBy(action);
      if (found === null) return [];
      const { object, name } = found;
      if (file.makes(object, { schema: null, name }, table)) return [];
      const word = object === 'column' && statement.what === 'type' ? 'attribute' : object;
      const advice = `write DROP ${word.toUpperCase()} IF EXISTS`;
      return [{ at: action.at, message: gone(word), advice }];
    });
  },
};

function ofDrop(
  { object, names, ifExists, at }: StatementOf<'drop'>,
  file: WholeFile,
): readonly Found[] {
  if (ifExists || names.every((name) => file.makes(object, name, name.on))) return [];
  const advice = `write DROP ${object.toUpperCase()} IF EXISTS`;
  return [{ at, message: gone(object === 'other' ? 'object' : object), advice }];
}

function droppedBy(
  action: AlterAction,
): { readonly object: 'column' | 'constraint'; readonly name: string } | null {
  if (action.kind === 'drop-column' && !action.ifExists)
    return { object: 'column', name: action.column };
  if (action.kind === 'drop-constraint' && !action.ifExists)
    return { object: 'constraint', name: action.constraint };
  return null;
}

function gone(what: string): string {
  return `run a second time, it fails: the ${what} is gone already`;
}
