CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint, total bigint, note text);
CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id);
