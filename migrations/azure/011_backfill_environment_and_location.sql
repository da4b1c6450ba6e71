-- Fills the rows written since the first fill, by a server that did not know the columns yet. A row whose tags name
-- no environment gets "default", so that the checks of the next file find nothing to refuse.

UPDATE azure.secrets AS s
SET environment = COALESCE(azure.tag_value(s.metadata, 'environment'), 'default')
WHERE s.environment IS NULL
   OR pg_catalog.btrim(s.environment) = '';

UPDATE azure.secrets AS s
SET location = azure.tag_value(s.metadata, 'location')
WHERE s.location IS NULL
  AND azure.tag_value(s.metadata, 'location') IS NOT NULL;

UPDATE azure.app_config AS a
SET environment = COALESCE(azure.tag_value(a.metadata, 'environment'), 'default')
WHERE a.environment IS NULL
   OR pg_catalog.btrim(a.environment) = '';

UPDATE azure.app_config AS a
SET location = azure.tag_value(a.metadata, 'location')
WHERE a.location IS NULL
  AND azure.tag_value(a.metadata, 'location') IS NOT NULL;
