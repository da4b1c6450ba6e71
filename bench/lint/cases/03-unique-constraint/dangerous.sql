ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_number_key;
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (number);
