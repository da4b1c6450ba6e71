import type { Expr } from '../../../core/grammar/expressions.js';
import { hasOld, volatileIn } from '../../known/rows/adds-up.js';
import type { StatementRule } from '../../known/rule.js';
import { isKept, updatingOf } from '../../known/rows/updating.js';

export const updateChangesEachRun: StatementRule<'update-changes-each-run'> = {
  name: 'update-changes-each-run',
  family: 'second-run',
  severity: 'warning',
  summary: 'UPDATE to a value that differs in each run: now(), random(), nextval()',
  why: 'An edited file runs again, and so does every file on a database that was restored without its history. Each run gives the same rows different times, keys or numbers; what was sent out or stored elsewhere with the old ones no longer matches.',
  instead: 'change only the rows that need it: add a WHERE that the changed rows no longer match',
  examples: {
    bad: [
      'UPDATE users SET token = gen_random_uuid();',
      'UPDATE orders SET checked_at = now() WHERE id < 100;',
      'UPDATE orders SET rank = random() * 100;',
      "UPDATE orders SET number = nextval('numbers');",
      'INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET token = gen_random_uuid();',
      'DO $$ BEGIN UPDATE users SET token = gen_random_uuid(); END $$;',
    ],
    good: [
      "UPDATE orders SET state = 'open', changed_at = now() WHERE state <> 'open';",
      'UPDATE users SET token = coalesce(token, gen_random_uuid());',
      'UPDATE users SET token = CASE WHEN token IS NULL THEN gen_random_uuid() ELSE token END;',
      '-- pgm:once\nUPDATE users SET token = gen_random_uuid();',
      'UPDATE users SET token = gen_random_uuid() WHERE token IS NULL;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const updating = updatingOf(statement);
    if (updating === null || isKept(updating, known, context)) return [];
    const { assignments, isOwn } = updating;
    return assignments.flatMap(({ column, value, at }) => {
      const target = { column, type: null, isOwn };
      if (value === null || keepsWhatIsThere(value, (expr) => hasOld(expr, target))) return [];
      const name = volatileIn(value);
      // A column with the time of the last change is meant to change.
      if (name === null || (statement.kind === 'insert' && name.isTime)) return [];
      return [{ at, message: `each run gives ${column} another value: ${name.name}()` }];
    });
  },
};

function keepsWhatIsThere(value: Expr, isOld: (expr: Expr) => boolean): boolean {
  if (value.kind === 'call' && value.name === 'coalesce')
    return value.args[0] !== undefined && isOld(value.args[0]);
  return value.kind === 'other' && value.node === 'CaseExpr' && isOld(value);
}
