-- Fills the rows written since the first fill, by a server that did not know the columns yet. A row whose tags name
-- no environment gets "default", so that the checks of the next file find nothing to refuse.

UPDATE aws.secrets AS s
SET environment = COALESCE(aws.tag_value(s.metadata, 'environment'), 'default')
WHERE s.environment IS NULL
   OR pg_catalog.btrim(s.environment) = '';

UPDATE aws.secrets AS s
SET location = COALESCE(aws.tag_value(s.metadata, 'location'), aws.arn_region(s.metadata))
WHERE s.location IS NULL
  AND COALESCE(aws.tag_value(s.metadata, 'location'), aws.arn_region(s.metadata)) IS NOT NULL;

UPDATE aws.parameters AS p
SET environment = COALESCE(aws.tag_value(p.metadata, 'environment'), 'default')
WHERE p.environment IS NULL
   OR pg_catalog.btrim(p.environment) = '';

UPDATE aws.parameters AS p
SET location = COALESCE(aws.tag_value(p.metadata, 'location'), aws.arn_region(p.metadata))
WHERE p.location IS NULL
  AND COALESCE(aws.tag_value(p.metadata, 'location'), aws.arn_region(p.metadata)) IS NOT NULL;
