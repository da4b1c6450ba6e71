-- Fills environment and location of existing rows from their tags.
-- Only empty columns are filled, and only where a tag says something, so a second run finds nothing to do.

CREATE OR REPLACE FUNCTION azure.tag_value(metadata jsonb, tag text)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT pg_catalog.btrim(entry.pair ->> 'value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.tags.keyvalue()', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'key') COLLATE pg_catalog."C")
        = pg_catalog.lower(tag COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$$;

COMMENT ON FUNCTION azure.tag_value(jsonb, text) IS
    'The tag of that name, in any case of letters, trimmed; null when there is none, when it is blank, no string or '
    'longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

UPDATE azure.secrets AS s
SET environment = azure.tag_value(s.metadata, 'environment')
WHERE s.environment IS NULL
  AND azure.tag_value(s.metadata, 'environment') IS NOT NULL;

UPDATE azure.secrets AS s
SET location = azure.tag_value(s.metadata, 'location')
WHERE s.location IS NULL
  AND azure.tag_value(s.metadata, 'location') IS NOT NULL;

UPDATE azure.app_config AS a
SET environment = azure.tag_value(a.metadata, 'environment')
WHERE a.environment IS NULL
  AND azure.tag_value(a.metadata, 'environment') IS NOT NULL;

UPDATE azure.app_config AS a
SET location = azure.tag_value(a.metadata, 'location')
WHERE a.location IS NULL
  AND azure.tag_value(a.metadata, 'location') IS NOT NULL;
