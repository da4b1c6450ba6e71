-- pgm:once
REINDEX INDEX CONCURRENTLY orders_by_customer;
