import type { StatementOf } from '../../../core/grammar/statement.js';
import type { Constraint } from '../../../core/grammar/tables.js';
import { expectsIt, isTemporary } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const addConstraintWithoutGuard: StatementRule<'add-constraint-without-guard'> = {
  name: 'add-constraint-without-guard',
  family: 'second-run',
  severity: 'error',
  summary: 'ADD CONSTRAINT, which has no IF NOT EXISTS, without checking whether it exists',
  why: 'Run a second time, the file fails with “already exists” and is rolled back. A CHECK, UNIQUE, EXCLUDE or FOREIGN KEY without a name is worse: PostgreSQL chooses another name for it, so that each run adds one more constraint that does the same, and with UNIQUE one more index.',
  instead:
    'write DROP CONSTRAINT IF EXISTS before it, or put it into a DO block that checks pg_constraint for its name first',
  examples: {
    bad: [
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
      'ALTER TABLE orders ADD CHECK (total > 0) NOT VALID;',
      'ALTER TABLE orders ADD PRIMARY KEY (id);',
      'ALTER TABLE orders ADD UNIQUE (number);',
      'ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE USING INDEX orders_by_number;',
      'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
      'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100);',
      'DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0); END $$;',
    ],
    good: [
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'positive' AND conrelid = 'orders'::regclass) THEN ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID; END IF; END $$;",
      'DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID; EXCEPTION WHEN duplicate_object THEN NULL; END $$;',
      'CREATE TEMPORARY TABLE fresh (id bigint);\nALTER TABLE fresh ADD CHECK (id > 0);',
      'DROP TABLE IF EXISTS scratch;\nCREATE TABLE scratch (id bigint);\nALTER TABLE scratch ADD CHECK (id > 0);',
      'ALTER DOMAIN positive DROP CONSTRAINT IF EXISTS small;\nALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100);',
      '-- pgm:once\nALTER TABLE orders ADD PRIMARY KEY (id);',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS positive;\nALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (expectsIt(context)) return [];
    const file = WholeFile.of(context.file);
    if (statement.kind === 'alter-domain') return ofDomain(statement, file);
    if (statement.kind !== 'alter-table' || isTemporary(known, statement.table)) return [];
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'add-constraint') return [];
      const { constraint, at } = action;
      const name = { schema: null, name: constraint.name ?? '' };
      if (file.drops('constraint', name, table)) return [];
      // PostgreSQL ignores another NOT NULL with the same name, or without one, if the column already has one.
      if (constraint.type === 'not null') return [];
      return [{ at, ...told(constraint) }];
    });
  },
};

function ofDomain(statement: StatementOf<'alter-domain'>, file: WholeFile): readonly Found[] {
  const { action, domain, constraint, at } = statement;
  if (action !== 'add constraint' || file.drops('domain', domain)) return [];
  if (constraint === null) return [{ at, ...unnamed }];
  if (file.drops('domain constraint', { schema: null, name: constraint }, domain)) return [];
  return [{ at, message: isThere }];
}

const isThere = 'run a second time, it fails: the constraint already exists';
const unnamed = {
  message: 'run a second time, it adds another constraint like it, as it has no name',
  advice: 'give the constraint a name, and write DROP CONSTRAINT IF EXISTS before it',
};

function told({ type, name }: Constraint): Pick<Found, 'message' | 'advice'> {
  if (type === 'primary key')
    return {
      message: 'run a second time, it fails: the table has a primary key already',
      advice: 'put it into a DO block that checks pg_constraint for the primary key first',
    };
  return name === null ? unnamed : { message: isThere };
}
