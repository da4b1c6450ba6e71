-- Makes the table of secrets as Secrets Manager lists them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS aws.secrets (
    name text NOT NULL,
    disabled boolean NOT NULL DEFAULT false,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_aws_secrets PRIMARY KEY (name)
);

COMMENT ON TABLE aws.secrets IS 'Secrets of the AWS mock server, one row a secret';
COMMENT ON COLUMN aws.secrets.name IS 'Friendly name, not the ARN';
COMMENT ON COLUMN aws.secrets.disabled IS 'True hides every version, as for a secret that is marked for deletion';
COMMENT ON COLUMN aws.secrets.metadata IS
    'The description without its values: "ARN", and "Tags" as an array of {Key, Value}';
COMMENT ON COLUMN aws.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
