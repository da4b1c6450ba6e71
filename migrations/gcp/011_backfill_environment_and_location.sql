-- Fills the rows written since the first fill, by a server that did not know the columns yet. A row whose labels name
-- no environment gets "default", so that the checks of the next file find nothing to refuse.

UPDATE gcp.secrets AS s
SET environment = COALESCE(gcp.label_value(s.metadata, 'environment'), 'default')
WHERE s.environment IS NULL
   OR pg_catalog.btrim(s.environment) = '';

UPDATE gcp.secrets AS s
SET location = gcp.label_value(s.metadata, 'location')
WHERE s.location IS NULL
  AND gcp.label_value(s.metadata, 'location') IS NOT NULL;

UPDATE gcp.parameters AS p
SET environment = COALESCE(gcp.label_value(p.metadata, 'environment'), 'default')
WHERE p.environment IS NULL
   OR pg_catalog.btrim(p.environment) = '';

UPDATE gcp.parameters AS p
SET location = gcp.label_value(p.metadata, 'location')
WHERE p.location IS NULL
  AND gcp.label_value(p.metadata, 'location') IS NOT NULL;
