-- Makes the table of secrets as Key Vault lists them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS azure.secrets (
    name text NOT NULL,
    disabled boolean NOT NULL DEFAULT false,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_azure_secrets PRIMARY KEY (name)
);

COMMENT ON TABLE azure.secrets IS 'Secrets of the Azure mock server, one row a secret';
COMMENT ON COLUMN azure.secrets.name IS 'Name within the vault, not the id';
COMMENT ON COLUMN azure.secrets.disabled IS 'True hides every version, whatever its own state';
COMMENT ON COLUMN azure.secrets.metadata IS 'The bundle without its values; tags are the object under "tags"';
COMMENT ON COLUMN azure.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
