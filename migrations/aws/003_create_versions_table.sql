-- Makes the table of secret versions. They go when their secret goes, as in Secrets Manager.

CREATE TABLE IF NOT EXISTS aws.versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_aws_versions PRIMARY KEY (name, version_id),
    CONSTRAINT fk_aws_versions_secrets FOREIGN KEY (name)
        REFERENCES aws.secrets (name) ON DELETE CASCADE
);

COMMENT ON TABLE aws.versions IS 'Versions of the secrets of the AWS mock server';
COMMENT ON COLUMN aws.versions.name IS 'The secret it belongs to';
COMMENT ON COLUMN aws.versions.version_id IS 'VersionId of the API, mostly a UUID; unique within a secret';
COMMENT ON COLUMN aws.versions.data IS 'SecretString or SecretBinary as the API returns it';
COMMENT ON COLUMN aws.versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN aws.versions.created_at IS 'Seconds since 1970-01-01 UTC';
