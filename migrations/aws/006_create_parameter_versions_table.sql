-- Makes the table of parameter versions. They go when their parameter goes.

CREATE TABLE IF NOT EXISTS aws.parameter_versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_aws_parameter_versions PRIMARY KEY (name, version_id),
    CONSTRAINT fk_aws_parameter_versions_parameters FOREIGN KEY (name)
        REFERENCES aws.parameters (name) ON DELETE CASCADE
);

COMMENT ON TABLE aws.parameter_versions IS 'Versions of the parameters of the AWS mock server';
COMMENT ON COLUMN aws.parameter_versions.name IS 'The parameter it belongs to';
COMMENT ON COLUMN aws.parameter_versions.version_id IS 'Counts up from 1 within a parameter';
COMMENT ON COLUMN aws.parameter_versions.data IS 'The value as the API returns it';
COMMENT ON COLUMN aws.parameter_versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN aws.parameter_versions.created_at IS 'Seconds since 1970-01-01 UTC';
