CREATE TABLE IF NOT EXISTS shop.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer bigint NOT NULL REFERENCES shop.customers,
  cents integer NOT NULL CHECK (cents > 0)
);

CREATE INDEX IF NOT EXISTS orders_customer ON shop.orders (customer);
