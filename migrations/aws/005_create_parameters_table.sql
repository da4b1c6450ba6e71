-- Makes the table of parameters as Parameter Store describes them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS aws.parameters (
    name text NOT NULL,
    type text NOT NULL DEFAULT 'String',
    description text,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_aws_parameters PRIMARY KEY (name),
    CONSTRAINT chk_aws_parameters_type_known CHECK (type IN ('String', 'StringList', 'SecureString'))
);

COMMENT ON TABLE aws.parameters IS 'Parameters of the AWS mock server, one row a parameter';
COMMENT ON COLUMN aws.parameters.name IS 'Full name with its path, for example /app/dev/log-level';
COMMENT ON COLUMN aws.parameters.metadata IS
    'The description without its values: "ARN", and "Tags" as an array of {Key, Value}';
COMMENT ON COLUMN aws.parameters.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.parameters.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
