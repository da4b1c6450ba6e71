-- Adds environment and location as columns, so that a list can be filtered without reading every metadata.
-- Nullable and without a default: that needs no rewrite, and the next file fills them in a transaction of its own,
-- when the lock taken here is gone.

ALTER TABLE aws.secrets
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

ALTER TABLE aws.parameters
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

COMMENT ON COLUMN aws.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN aws.secrets.location IS 'Region, for example eu-west-1; null when not known';
COMMENT ON COLUMN aws.parameters.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN aws.parameters.location IS 'Region, for example eu-west-1; null when not known';
