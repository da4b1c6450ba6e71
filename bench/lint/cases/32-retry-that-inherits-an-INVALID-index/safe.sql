-- pgm:no-transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_number;
CREATE UNIQUE INDEX CONCURRENTLY orders_number ON orders (number);
