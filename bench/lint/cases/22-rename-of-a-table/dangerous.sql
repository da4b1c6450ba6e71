-- pgm:once
ALTER TABLE orders RENAME TO sales;
