import type { Created, ObjectKind } from '../../../core/grammar/names.js';
import type { Known } from '../../known/known.js';
import type { Context, Found, StatementRule } from '../../known/rule.js';

export const undoneByEarlierFile: StatementRule<'undone-by-earlier-file'> = {
  name: 'undone-by-earlier-file',
  family: 'second-run',
  severity: 'warning',
  summary: 'an earlier file drops or replaces what this file makes, whenever it runs again',
  why: 'An edited file runs again, but those after it do not. If it drops a table or column that a later file creates again, the rows in it are lost; if it replaces a view or trigger that a later file replaced, the older one is back. Nothing fails, and nobody is told.',
  instead:
    'take the statement out of the earlier file, or write -- pgm:once there, so that only the last file says what the object is',
  examples: {
    bad: [
      {
        'public/001_clean.sql': 'DROP TABLE IF EXISTS orders;',
        'public/002_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
      },
      {
        'public/001_clean.sql': 'ALTER TABLE orders DROP COLUMN IF EXISTS note;',
        'public/002_note.sql': 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
      },
      {
        'public/001_view.sql': 'CREATE OR REPLACE VIEW names AS SELECT name FROM users;',
        'public/002_view.sql': 'CREATE OR REPLACE VIEW names AS SELECT name, id FROM users;',
      },
    ],
    good: [
      'DROP TABLE IF EXISTS orders;\nCREATE TABLE IF NOT EXISTS orders (id bigint);',
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
        'public/002_clean.sql': 'DROP TABLE IF EXISTS orders;',
      },
      {
        'public/001_view.sql':
          '-- pgm:once\nCREATE OR REPLACE VIEW names AS SELECT name FROM users;',
        'public/002_view.sql': 'CREATE OR REPLACE VIEW names AS SELECT name, id FROM users;',
      },
      {
        'public/001_clean.sql': '-- pgm:once\nDROP TABLE IF EXISTS orders;',
        'public/002_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const { creates, at } = statement;
    const made = creates === null ? [] : foundOf(creates, at, known, context);
    if (statement.kind !== 'alter-table') return made;
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'add-column') return [];
      const { name } = action.column;
      const by = known.droppedBy('column', { schema: null, name, at }, table);
      if (by === null || by.runsOnce || by.file === context.file.key) return [];
      const message = `${by.file} drops the column with its values whenever it runs again`;
      return [{ at: action.at, message }];
    });
  },
};

const overloaded: ReadonlySet<ObjectKind> = new Set([
  'aggregate',
  'function',
  'operator',
  'procedure',
]);

function foundOf(
  { object, on, orReplace, ...name }: Created,
  at: number,
  known: Known,
  { file }: Context,
): readonly Found[] {
  // Functions and operators of the same name may have other arguments.
  const by = overloaded.has(object) ? null : known.droppedBy(object, name, on);
  if (by !== null && !by.runsOnce && by.file !== file.key)
    return [{ at, message: `${by.file} drops the ${object} whenever it runs again` }];
  if (!orReplace || (object !== 'view' && object !== 'trigger' && object !== 'rule')) return [];
  const before = known.object(object, name, on);
  if (before === null || before.runsOnce || before.file === file.key) return [];
  return [{ at, message: `${before.file} puts its own ${object} back whenever it runs again` }];
}
