-- Makes the indexes for filters by environment, by location and by both. Built plainly, in the transaction of this
-- file: the tables of a mock server are small, and a build that fails leaves no invalid index behind.

CREATE INDEX IF NOT EXISTS idx_azure_secrets_environment
    ON azure.secrets (environment);
CREATE INDEX IF NOT EXISTS idx_azure_secrets_location
    ON azure.secrets (location);
CREATE INDEX IF NOT EXISTS idx_azure_secrets_environment_location
    ON azure.secrets (environment, location);

CREATE INDEX IF NOT EXISTS idx_azure_app_config_environment
    ON azure.app_config (environment);
CREATE INDEX IF NOT EXISTS idx_azure_app_config_location
    ON azure.app_config (location);
CREATE INDEX IF NOT EXISTS idx_azure_app_config_environment_location
    ON azure.app_config (environment, location);
