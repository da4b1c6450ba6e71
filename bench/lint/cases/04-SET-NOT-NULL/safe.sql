CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint, total bigint, note text);
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
