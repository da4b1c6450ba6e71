-- pgm:once
REFRESH MATERIALIZED VIEW totals;
