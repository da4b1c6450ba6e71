/** What is there before an example runs: [it is asked for, it is not, how it is made], in this order. */
type Part = readonly [RegExp, RegExp | null, string];

const isPartitioned = /(?:AT|DE)TACH PARTITION|PARTITION OF/;

const parts: readonly Part[] = [
  [/'reader'|DROP ROLE reader|ROLE reader RENAME/, /IF NOT EXISTS/, 'CREATE ROLE reader'],
  [/SCHEMA shop/, null, 'CREATE SCHEMA shop'],
  [/crypt\(/, null, 'CREATE EXTENSION pgcrypto'],
  [
    /orders(?:\b|_by)/,
    /PARTITION|CREATE TABLE (?:IF NOT EXISTS )?orders /,
    `CREATE TABLE orders (id int NOT NULL, number int, total int, price int, amount int, customer_id bigint, owner name, state text, paid boolean, rank float, checked_at timestamptz, changed_at timestamptz, made_at timestamptz);
     INSERT INTO orders (id, number, total, price, amount, state, paid, made_at) SELECT n, n, n, n, n, 'a', true, now() FROM generate_series(1, 20) AS n`,
  ],
  [/TO amount/, null, 'ALTER TABLE orders DROP COLUMN amount'],
  [isPartitioned, null, 'CREATE TABLE orders (id int) PARTITION BY RANGE (id)'],
  [
    isPartitioned,
    /(?:CREATE|TO_?REG|DROP) ?TABLE|PARTITION OF/,
    'CREATE TABLE orders_2025 (id int)',
  ],
  [
    /DETACH|INDEX orders_by_id ATTACH/,
    /\bATTACH PARTITION orders_2025 FOR/,
    'ALTER TABLE orders ATTACH PARTITION orders_2025 FOR VALUES FROM (0) TO (1000)',
  ],
  [
    /INDEX orders_by_id ATTACH/,
    null,
    'CREATE INDEX orders_by_id ON ONLY orders (id); CREATE INDEX orders_2025_by_id ON orders_2025 (id)',
  ],
  [/INDEX IF EXISTS orders_by_id/, null, 'CREATE INDEX orders_by_id ON orders (id)'],
  [/\bdocuments\b/, null, 'CREATE TABLE documents (LIKE orders)'],
  [/NO INHERIT/, null, 'ALTER TABLE orders INHERIT documents'],
  [/\barchive\b/, /EXCEPT/, 'CREATE TABLE archive (LIKE orders)'],
  [/\barchive\b.*EXCEPT/, null, 'CREATE TABLE archive (id int)'],
  [/\bcustomers\b/, null, 'CREATE TABLE customers (id bigint PRIMARY KEY)'],
  [/DROP COLUMN (?:IF EXISTS )?note/, /TEMPORARY/, 'ALTER TABLE orders ADD COLUMN note text'],
  [
    /(?:DROP|RENAME|VALIDATE) CONSTRAINT positive\b/,
    null,
    'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)',
  ],
  [/orders_by_customer;/, null, 'CREATE INDEX orders_by_customer ON orders (customer_id)'],
  [/orders_by_number/, null, 'CREATE UNIQUE INDEX orders_by_number ON orders (number)'],
  [/\bopen_orders\b/, /^CREATE/, 'CREATE VIEW open_orders AS SELECT id FROM orders'],
  [/^DROP POLICY own_orders/, null, 'CREATE POLICY own_orders ON orders USING (true)'],
  [
    /check_order|TRIGGER checked/,
    null,
    "CREATE FUNCTION check_order() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
  ],
  [
    /^DROP TRIGGER/,
    null,
    'CREATE TRIGGER checked BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION check_order()',
  ],
  [/^DROP FUNCTION two/, null, 'CREATE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2'],
  [/FUNCTION f\(\) RENAME/, null, 'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1'],
  [/\bmood\b/, /CREATE TYPE/, "CREATE TYPE mood AS ENUM ('sad', 'ok')"],
  [/TYPE pair/, /CREATE TYPE/, 'CREATE TYPE pair AS (a int, b int)'],
  [/DOMAIN positive/, /CREATE DOMAIN/, 'CREATE DOMAIN positive AS int'],
  [
    /^ALTER DOMAIN positive DROP CONSTRAINT small/,
    null,
    'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100)',
  ],
  [/PUBLICATION sales (?:ADD|DROP|SET)/, null, 'CREATE PUBLICATION sales'],
  [/PUBLICATION sales DROP/, null, 'ALTER PUBLICATION sales ADD TABLE orders'],
  [
    /id DROP IDENTITY;/,
    null,
    'ALTER TABLE orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY',
  ],
  [
    /DROP EXPRESSION/,
    null,
    'ALTER TABLE orders DROP COLUMN total; ALTER TABLE orders ADD COLUMN total int GENERATED ALWAYS AS (id * 2) STORED',
  ],
  [/\bcurrencies\b/, null, 'CREATE TABLE currencies (code text PRIMARY KEY)'],
  [/\bcounters\b/, null, 'CREATE TABLE counters (id serial, n int)'],
  [
    /\bproducts\b/,
    null,
    "CREATE TABLE products (id int, name text, price int, unit text); INSERT INTO products VALUES (1, 'a', 5, 'euro')",
  ],
  [
    /\busers\b/,
    null,
    `CREATE TABLE users (id int PRIMARY KEY, name text, email text, active boolean, visits int, password text, tags text[], rank int, settings jsonb, state text, token uuid, changed_at timestamptz);
     INSERT INTO users VALUES (1, 'a', 'A@b', true, 1, 'x', '{}', 1, '{}', 'a')`,
  ],
  [
    /\bstock\b/,
    null,
    'CREATE TABLE stock (id int PRIMARY KEY, n int); INSERT INTO stock VALUES (1, 10)',
  ],
  [
    /\bdelivered\b/,
    null,
    'CREATE TABLE delivered (id int, n int); INSERT INTO delivered VALUES (1, 5)',
  ],
  [/\bmistakes\b/, null, 'CREATE TABLE mistakes (order_id int); INSERT INTO mistakes VALUES (3)'],
  [/'numbers'/, null, 'CREATE SEQUENCE numbers'],
  [/INTO notes/, /CREATE TABLE/, 'CREATE TABLE notes (note text PRIMARY KEY)'],
];

/** The world that an example asks for; `role` is the name that `reader` has in it. */
export function worldOf(example: string, role: string): string {
  const text = example.replaceAll(role, 'reader');
  return parts
    .filter(([asked, not]) => asked.test(text) && not?.test(text) !== true)
    .map(([, , sql]) => `${sql.replaceAll('reader', role)};`)
    .join('\n');
}
