import { addsUp } from '../../known/rows/adds-up.js';
import type { StatementRule } from '../../known/rule.js';
import { isKept, updatingOf } from '../../known/rows/updating.js';

export const updateAddsUp: StatementRule<'update-adds-up'> = {
  name: 'update-adds-up',
  family: 'second-run',
  severity: 'error',
  summary: 'UPDATE that computes a new value from the old one, so that each run changes it further',
  why: 'An edited file runs again, and so does every file on a database that was restored without its history. `n = n + 1` counts up once more, `||` appends once more, `NOT` flips back, a hash is hashed again. Nothing fails, and nobody is told.',
  instead:
    'change only the rows that need it: add a WHERE that the changed rows no longer match, or write -- pgm:once',
  examples: {
    bad: [
      'UPDATE products SET price = price * 100;',
      "UPDATE products SET name = name || ' (old)' WHERE id < 100;",
      'UPDATE users SET active = NOT active;',
      'UPDATE users SET visits = coalesce(visits, 0) + 1;',
      "UPDATE users SET password = crypt(password, gen_salt('bf'));",
      "UPDATE users SET tags = array_append(tags, 'new');",
      'UPDATE users SET rank = CASE rank WHEN 1 THEN 2 ELSE 1 END;',
      'INSERT INTO stock AS s (id, n) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = s.n + excluded.n;',
      'WITH sold AS (UPDATE stock SET n = n - 1 RETURNING id) SELECT count(*) FROM sold;',
      'DO $$ BEGIN UPDATE products SET price = price + 1; END $$;',
      'MERGE INTO stock AS s USING delivered AS d ON s.id = d.id WHEN MATCHED THEN UPDATE SET n = s.n + d.n;',
    ],
    good: [
      "UPDATE products SET price = price * 100, unit = 'cent' WHERE unit = 'euro';",
      'UPDATE products SET price = price * 100 WHERE price < 10;',
      'UPDATE users SET email = lower(email), name = coalesce(name, email);',
      'UPDATE users SET settings = settings || \'{"theme": "dark"}\';',
      "UPDATE users SET settings = settings - 'theme';",
      'UPDATE users SET visits = greatest(visits, 0);',
      'UPDATE orders SET total = price * amount;',
      "UPDATE users SET state = CASE state WHEN 'a' THEN 'b' ELSE state END;",
      'INSERT INTO stock (id, n) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n;',
      'UPDATE stock SET n = stock.n + d.n FROM delivered AS d WHERE d.id = stock.id;\nDELETE FROM delivered;',
      'CREATE TEMPORARY TABLE t (n int);\nUPDATE t SET n = n + 1;',
      '-- pgm:once\nUPDATE products SET price = price * 100;',
      'UPDATE products SET price = price * 100 WHERE price < 10;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const updating = updatingOf(statement);
    if (updating === null || isKept(updating, known, context)) return [];
    const { table, assignments, isOwn } = updating;
    const columns = known.relation(table)?.columns;
    return assignments
      .filter(({ column, value }) => {
        const type = columns?.get(column)?.type ?? null;
        return addsUp(value, { column, type, isOwn });
      })
      .map(({ at, column }) => ({
        at,
        message: `run a second time, it changes ${column} of the same rows once more`,
      }));
  },
};
