ALTER TABLE orders ADD COLUMN IF NOT EXISTS kind text;
UPDATE orders SET kind = 'plain' WHERE kind IS NULL;
