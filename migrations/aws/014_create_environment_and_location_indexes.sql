-- Makes the indexes for filters by environment, by location and by both. Built plainly, in the transaction of this
-- file: the tables of a mock server are small, and a build that fails leaves no invalid index behind.

CREATE INDEX IF NOT EXISTS idx_aws_secrets_environment
    ON aws.secrets (environment);
CREATE INDEX IF NOT EXISTS idx_aws_secrets_location
    ON aws.secrets (location);
CREATE INDEX IF NOT EXISTS idx_aws_secrets_environment_location
    ON aws.secrets (environment, location);

CREATE INDEX IF NOT EXISTS idx_aws_parameters_environment
    ON aws.parameters (environment);
CREATE INDEX IF NOT EXISTS idx_aws_parameters_location
    ON aws.parameters (location);
CREATE INDEX IF NOT EXISTS idx_aws_parameters_environment_location
    ON aws.parameters (environment, location);
