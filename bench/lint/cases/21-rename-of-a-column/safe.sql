-- pgm:once
CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
ALTER TABLE orders RENAME COLUMN total TO amount;
