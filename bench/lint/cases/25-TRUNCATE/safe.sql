CREATE TEMPORARY TABLE scratch (id bigint);
TRUNCATE scratch;
