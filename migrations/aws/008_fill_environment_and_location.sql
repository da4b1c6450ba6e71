-- Fills environment and location of existing rows from their tags, the location also from the region in the ARN.
-- Only empty columns are filled, and only where the metadata says something, so a second run finds nothing to do.

CREATE OR REPLACE FUNCTION aws.tag_value(metadata jsonb, tag text)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT pg_catalog.btrim(entry.pair ->> 'Value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.Tags[*]', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'Key') COLLATE pg_catalog."C")
        = pg_catalog.lower(tag COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'Value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'Value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$$;

COMMENT ON FUNCTION aws.tag_value(jsonb, text) IS
    'The first tag of that key, in any case of letters, trimmed; null when there is none, when it is blank, no string '
    'or longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

CREATE OR REPLACE FUNCTION aws.arn_region(metadata jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT CASE
        WHEN pg_catalog.jsonb_typeof(metadata -> 'ARN') = 'string'
        THEN pg_catalog.substring(metadata ->> 'ARN', '^arn:[^:]*:[^:]*:([a-z0-9-]{1,64}):')
    END
$$;

COMMENT ON FUNCTION aws.arn_region(jsonb) IS
    'The region in the ARN, for example eu-west-1; null when the ARN is missing, names no region or is no ARN';

UPDATE aws.secrets AS s
SET environment = aws.tag_value(s.metadata, 'environment')
WHERE s.environment IS NULL
  AND aws.tag_value(s.metadata, 'environment') IS NOT NULL;

UPDATE aws.secrets AS s
SET location = COALESCE(aws.tag_value(s.metadata, 'location'), aws.arn_region(s.metadata))
WHERE s.location IS NULL
  AND COALESCE(aws.tag_value(s.metadata, 'location'), aws.arn_region(s.metadata)) IS NOT NULL;

UPDATE aws.parameters AS p
SET environment = aws.tag_value(p.metadata, 'environment')
WHERE p.environment IS NULL
  AND aws.tag_value(p.metadata, 'environment') IS NOT NULL;

UPDATE aws.parameters AS p
SET location = COALESCE(aws.tag_value(p.metadata, 'location'), aws.arn_region(p.metadata))
WHERE p.location IS NULL
  AND COALESCE(aws.tag_value(p.metadata, 'location'), aws.arn_region(p.metadata)) IS NOT NULL;
