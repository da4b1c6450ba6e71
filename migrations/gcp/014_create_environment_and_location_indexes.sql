-- Makes the indexes for filters by environment, by location and by both. Built plainly, in the transaction of this
-- file: the tables of a mock server are small, and a build that fails leaves no invalid index behind.

CREATE INDEX IF NOT EXISTS idx_gcp_secrets_environment
    ON gcp.secrets (environment);
CREATE INDEX IF NOT EXISTS idx_gcp_secrets_location
    ON gcp.secrets (location);
CREATE INDEX IF NOT EXISTS idx_gcp_secrets_environment_location
    ON gcp.secrets (environment, location);

CREATE INDEX IF NOT EXISTS idx_gcp_parameters_environment
    ON gcp.parameters (environment);
CREATE INDEX IF NOT EXISTS idx_gcp_parameters_location
    ON gcp.parameters (location);
CREATE INDEX IF NOT EXISTS idx_gcp_parameters_environment_location
    ON gcp.parameters (environment, location);
