-- Adds environment and location as columns, so that a list can be filtered without reading every metadata.
-- Nullable and without a default: that needs no rewrite, and the next file fills them in a transaction of its own,
-- when the lock taken here is gone.

ALTER TABLE azure.secrets
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

ALTER TABLE azure.app_config
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

COMMENT ON COLUMN azure.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN azure.secrets.location IS 'Region, for example westeurope; null when not known';
COMMENT ON COLUMN azure.app_config.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN azure.app_config.location IS 'Region, for example westeurope; null when not known';
