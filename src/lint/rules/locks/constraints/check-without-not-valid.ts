import type { Constraint } from '../../../../core/grammar/tables.js';
import { addedColumns, addedConstraints, alterOfOldTable } from '../../../known/altered.js';
import { isNewObject } from '../../../known/guards.js';
import type { StatementRule } from '../../../known/rule.js';

export const checkWithoutNotValid: StatementRule<'check-without-not-valid'> = {
  name: 'check-without-not-valid',
  family: 'locks',
  severity: 'warning',
  summary: 'CHECK or NOT NULL added to an existing table, without NOT VALID',
  why: 'ADD CHECK reads every row while it holds ACCESS EXCLUSIVE: SELECT waits too, for as long as that takes, and if one row violates the constraint, the file fails after all that. So does ALTER DOMAIN … ADD CONSTRAINT, for every table that has a column of the domain. With NOT VALID only new rows are checked, and the lock is released when the file is committed. VALIDATE CONSTRAINT then reads the rows with SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait.',
  instead: 'write NOT VALID, and VALIDATE CONSTRAINT in the next file',
  examples: {
    bad: [
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0);',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS weight int CHECK (weight > 0);',
      'ALTER TABLE orders ADD CONSTRAINT has_state NOT NULL state;',
      'ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0);',
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'positive') THEN ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0); END IF; END $$;",
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (amount int);\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0);',
      'CREATE DOMAIN amount AS int;\nALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0);',
      'ALTER FOREIGN TABLE far ADD CONSTRAINT positive CHECK (amount > 0);',
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT ENFORCED;',
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind === 'alter-domain') {
      const { domain, action, notValid, at } = statement;
      if (isNewObject('domain', domain, known) || notValid || action !== 'add constraint')
        return [];
      const message = `ALTER DOMAIN ${domain.name} ADD CONSTRAINT reads all tables that use it while their writers wait (SHARE)`;
      return [{ at, message }];
    }
    const alter = alterOfOldTable(statement, known);
    if (alter === null) return [];
    const ofColumns = addedColumns(alter, known).flatMap(({ column }) => column.constraints);
    const proved = known.shapeOf(alter.table);
    return [...addedConstraints(alter), ...ofColumns]
      .filter(isRead)
      .filter(
        ({ type, columns: [column = ''] }) =>
          type !== 'not null' || proved?.columns.get(column)?.isNotNull !== true,
      )
      .map(({ type, at }) => {
        const what = type === 'check' ? 'CHECK' : 'NOT NULL';
        const message = `ADD ${what} reads all of ${known.qualified(alter.table)} while readers and writers wait (ACCESS EXCLUSIVE)`;
        if (type === 'check') return { at, message };
        const advice =
          'write NOT VALID, which PostgreSQL 18 has for NOT NULL, and VALIDATE CONSTRAINT in the next file; before 18 take CHECK (… IS NOT NULL) NOT VALID';
        return { at, message, advice };
      });
  },
};

function isRead({ type, notValid, isEnforced }: Constraint): boolean {
  return (type === 'check' || type === 'not null') && !notValid && isEnforced;
}
