-- Proves the checks for the rows that were there before them. This lets reads and writes go on.
-- A row that came in between the back-fill and the check is filled first: without it the file would fail for ever.
-- On a check that is valid already VALIDATE does nothing.

UPDATE aws.secrets AS s
SET environment = COALESCE(aws.tag_value(s.metadata, 'environment'), 'default')
WHERE s.environment IS NULL
   OR pg_catalog.btrim(s.environment) = '';

UPDATE aws.parameters AS p
SET environment = COALESCE(aws.tag_value(p.metadata, 'environment'), 'default')
WHERE p.environment IS NULL
   OR pg_catalog.btrim(p.environment) = '';

ALTER TABLE aws.secrets
    VALIDATE CONSTRAINT chk_aws_secrets_environment_not_empty;

ALTER TABLE aws.parameters
    VALIDATE CONSTRAINT chk_aws_parameters_environment_not_empty;
