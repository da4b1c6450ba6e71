-- Fills environment and location of existing rows from their labels.
-- Only empty columns are filled, and only where a label says something, so a second run finds nothing to do.

CREATE OR REPLACE FUNCTION gcp.label_value(metadata jsonb, label text)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT pg_catalog.btrim(entry.pair ->> 'value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.labels.keyvalue()', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'key') COLLATE pg_catalog."C")
        = pg_catalog.lower(label COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$$;

COMMENT ON FUNCTION gcp.label_value(jsonb, text) IS
    'The label of that name, in any case of letters, trimmed; null when there is none, when it is blank, no string or '
    'longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

UPDATE gcp.secrets AS s
SET environment = gcp.label_value(s.metadata, 'environment')
WHERE s.environment IS NULL
  AND gcp.label_value(s.metadata, 'environment') IS NOT NULL;

UPDATE gcp.secrets AS s
SET location = gcp.label_value(s.metadata, 'location')
WHERE s.location IS NULL
  AND gcp.label_value(s.metadata, 'location') IS NOT NULL;

UPDATE gcp.parameters AS p
SET environment = gcp.label_value(p.metadata, 'environment')
WHERE p.environment IS NULL
  AND gcp.label_value(p.metadata, 'environment') IS NOT NULL;

UPDATE gcp.parameters AS p
SET location = gcp.label_value(p.metadata, 'location')
WHERE p.location IS NULL
  AND gcp.label_value(p.metadata, 'location') IS NOT NULL;
