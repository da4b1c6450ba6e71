import { isNewObject } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';

export const dropSchema: StatementRule<'drop-schema'> = {
  name: 'drop-schema',
  family: 'data',
  severity: 'warning',
  summary: 'DROP SCHEMA … CASCADE, DROP DATABASE or DROP OWNED',
  why: 'Whatever is in it is gone once the file is committed: every table with its rows, and objects elsewhere that use one of these. The file does not name them, so nobody who reads it sees what will be lost. Each of the tables is locked with ACCESS EXCLUSIVE.',
  instead:
    'drop what is in it by name, and then the schema without CASCADE, which fails if something is left',
  examples: {
    bad: [
      'DROP SCHEMA IF EXISTS shop CASCADE;',
      'DO $$ BEGIN DROP SCHEMA shop CASCADE; END $$;',
      'DROP OWNED BY clerk;',
    ],
    good: [
      'CREATE SCHEMA IF NOT EXISTS scratch;\nDROP SCHEMA scratch CASCADE;',
      'DROP TABLE IF EXISTS shop.orders;\nDROP SCHEMA IF EXISTS shop;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const { at } = statement;
    if (statement.kind === 'drop-owned') {
      const message = `DROP OWNED loses every table of ${statement.roles.join(', ')}, and every right`;
      return [{ at, message }];
    }
    if (statement.kind !== 'drop') return [];
    const { object, names, cascade } = statement;
    if (object !== 'database' && !(object === 'schema' && cascade)) return [];
    return names
      .filter((name) => !isNewObject(object, name, known))
      .map(({ name }) => ({
        at,
        message: `DROP ${object.toUpperCase()} loses every table of ${name} with its rows, and what depends on them`,
      }));
  },
};
