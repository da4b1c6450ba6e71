-- Makes the table of secrets as Secret Manager lists them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS gcp.secrets (
    key text NOT NULL,
    disabled boolean NOT NULL DEFAULT false,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_gcp_secrets PRIMARY KEY (key)
);

COMMENT ON TABLE gcp.secrets IS 'Secrets of the GCP mock server, one row a secret';
COMMENT ON COLUMN gcp.secrets.key IS 'Secret id, without the project';
COMMENT ON COLUMN gcp.secrets.disabled IS 'True hides every version, whatever its own state';
COMMENT ON COLUMN gcp.secrets.metadata IS 'The resource without its values; labels are the object under "labels"';
COMMENT ON COLUMN gcp.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN gcp.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
