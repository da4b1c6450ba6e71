-- pgm:once
REINDEX INDEX orders_by_customer;
