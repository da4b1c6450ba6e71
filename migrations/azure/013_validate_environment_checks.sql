-- Proves the checks for the rows that were there before them. This lets reads and writes go on.
-- A row that came in between the back-fill and the check is filled first: without it the file would fail for ever.
-- On a check that is valid already VALIDATE does nothing.

UPDATE azure.secrets AS s
SET environment = COALESCE(azure.tag_value(s.metadata, 'environment'), 'default')
WHERE s.environment IS NULL
   OR pg_catalog.btrim(s.environment) = '';

UPDATE azure.app_config AS a
SET environment = COALESCE(azure.tag_value(a.metadata, 'environment'), 'default')
WHERE a.environment IS NULL
   OR pg_catalog.btrim(a.environment) = '';

ALTER TABLE azure.secrets
    VALIDATE CONSTRAINT chk_azure_secrets_environment_not_empty;

ALTER TABLE azure.app_config
    VALIDATE CONSTRAINT chk_azure_app_config_environment_not_empty;
