-- Adds environment and location as columns, so that a list can be filtered without reading every metadata.
-- Nullable and without a default: that needs no rewrite, and the next file fills them in a transaction of its own,
-- when the lock taken here is gone.

ALTER TABLE gcp.secrets
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

ALTER TABLE gcp.parameters
    ADD COLUMN IF NOT EXISTS environment text,
    ADD COLUMN IF NOT EXISTS location text;

COMMENT ON COLUMN gcp.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN gcp.secrets.location IS 'Region, for example europe-west1; null when global or not known';
COMMENT ON COLUMN gcp.parameters.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN gcp.parameters.location IS 'Region, for example europe-west1; null when global or not known';
