UPDATE orders SET kind = 'plain' WHERE kind IS NULL AND id < 1000;
