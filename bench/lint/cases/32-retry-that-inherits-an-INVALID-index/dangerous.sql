-- pgm:no-transaction
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_number ON orders (number);
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number;
