-- pgm:once
CREATE TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders RENAME TO sales;
